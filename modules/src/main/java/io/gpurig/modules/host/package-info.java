/** What several modules know of hosts and of those who use their GPUs. */
@NullMarked
package io.gpurig.modules.host;

import org.jspecify.annotations.NullMarked;
