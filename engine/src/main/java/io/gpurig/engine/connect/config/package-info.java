/** What OpenSSH's client configuration says about a host, from ssh itself or read here. */
@NullMarked
package io.gpurig.engine.connect.config;

import org.jspecify.annotations.NullMarked;
