/** The NVIDIA GPUs of hosts: what they are, how they are, and how that is shown. */
@NullMarked
package io.gpurig.modules.gpu;

import org.jspecify.annotations.NullMarked;
