/** Tests of connections, against servers in this process, a real sshd, and this machine. */
@NullMarked
package io.gpurig.engine.connect;

import org.jspecify.annotations.NullMarked;
