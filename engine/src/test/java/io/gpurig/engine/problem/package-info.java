/** Tests. */
@NullMarked
package io.gpurig.engine.problem;

import org.jspecify.annotations.NullMarked;
