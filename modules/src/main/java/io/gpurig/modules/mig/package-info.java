/** Multi-Instance GPU: which slices the GPUs of a host are cut into. */
@NullMarked
package io.gpurig.modules.mig;

import org.jspecify.annotations.NullMarked;
