/** The NVIDIA Container Toolkit, as a container or from packages. */
@NullMarked
package io.gpurig.modules.toolkit;

import org.jspecify.annotations.NullMarked;
