/** Tests. */
@NullMarked
package io.gpurig.engine.inventory;

import org.jspecify.annotations.NullMarked;
