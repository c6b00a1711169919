/** The NVIDIA Container Toolkit as a container. */
@NullMarked
package io.gpurig.modules.toolkit;

import org.jspecify.annotations.NullMarked;
