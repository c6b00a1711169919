/** Connections to hosts: SSH, local, and the sockets reached through them. */
@NullMarked
package io.gpurig.engine.connect;

import org.jspecify.annotations.NullMarked;
