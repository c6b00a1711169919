/** GPUs handed to virtual machines through VFIO, and the readiness of a host for that. */
@NullMarked
package io.gpurig.modules.vfio;

import org.jspecify.annotations.NullMarked;
