/** Tests of the decisions of a rollout. */
@NullMarked
package io.gpurig.engine.rollout;

import org.jspecify.annotations.NullMarked;
