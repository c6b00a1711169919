/** Tests of the Docker client against a fake engine that speaks recorded HTTP. */
@NullMarked
package io.gpurig.engine.docker;

import org.jspecify.annotations.NullMarked;
