/**
 * What {@code docker run --gpus VALUE} does, by version of Docker: the command line's parser
 * (docker/cli opts/gpus.go) and the daemon's device drivers (moby daemon/devices*.go).
 */
@NullMarked
package io.gpurig.modules.cdi.gpus;

import org.jspecify.annotations.NullMarked;
