/** Tests. */
@NullMarked
package io.gpurig.engine.plan;

import org.jspecify.annotations.NullMarked;
