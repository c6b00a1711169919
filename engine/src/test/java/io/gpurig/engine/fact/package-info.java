/** Tests. */
@NullMarked
package io.gpurig.engine.fact;

import org.jspecify.annotations.NullMarked;
