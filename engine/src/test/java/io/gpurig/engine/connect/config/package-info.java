/** Tests of {@link io.gpurig.engine.connect.config}. */
@NullMarked
package io.gpurig.engine.connect.config;

import org.jspecify.annotations.NullMarked;
