/** Tests. */
@NullMarked
package io.gpurig.engine.change;

import org.jspecify.annotations.NullMarked;
