/** The NVIDIA runtime in the configuration of container engines. */
@NullMarked
package io.gpurig.modules.runtime;

import org.jspecify.annotations.NullMarked;
