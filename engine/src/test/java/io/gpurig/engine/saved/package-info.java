/** Tests. */
@NullMarked
package io.gpurig.engine.saved;

import org.jspecify.annotations.NullMarked;
