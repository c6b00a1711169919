/** Tests across the engine. */
@NullMarked
package io.gpurig.engine;

import org.jspecify.annotations.NullMarked;
