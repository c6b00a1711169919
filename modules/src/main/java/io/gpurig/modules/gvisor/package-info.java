/** gVisor's runsc with GPUs: its registration, and what its nvproxy can work with. */
@NullMarked
package io.gpurig.modules.gvisor;

import org.jspecify.annotations.NullMarked;
