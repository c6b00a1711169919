/** Tests of Multi-Instance GPU. */
@NullMarked
package io.gpurig.modules.mig;

import org.jspecify.annotations.NullMarked;
