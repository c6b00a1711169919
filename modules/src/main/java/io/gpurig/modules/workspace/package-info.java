/** Workspaces: containers with GPUs, and virtual machines in containers. */
@NullMarked
package io.gpurig.modules.workspace;

import org.jspecify.annotations.NullMarked;
