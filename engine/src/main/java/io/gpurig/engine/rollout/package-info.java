/** The decisions of a rollout: which hosts come next, and when to stop. No threads and no time. */
@NullMarked
package io.gpurig.engine.rollout;

import org.jspecify.annotations.NullMarked;
