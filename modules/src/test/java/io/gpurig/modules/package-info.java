/** Tests. */
@NullMarked
package io.gpurig.modules;

import org.jspecify.annotations.NullMarked;
