/** Tests. */
@NullMarked
package io.gpurig.engine.yaml;

import org.jspecify.annotations.NullMarked;
