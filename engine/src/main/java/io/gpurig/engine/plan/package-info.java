/** The plan as its author wrote it, checked and resolved for each host. */
@NullMarked
package io.gpurig.engine.plan;

import org.jspecify.annotations.NullMarked;
