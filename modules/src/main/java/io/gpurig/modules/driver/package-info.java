/** The NVIDIA driver as a container. */
@NullMarked
package io.gpurig.modules.driver;

import org.jspecify.annotations.NullMarked;
