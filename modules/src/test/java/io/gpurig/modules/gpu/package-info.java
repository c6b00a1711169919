/** Tests. */
@NullMarked
package io.gpurig.modules.gpu;

import org.jspecify.annotations.NullMarked;
