/** Tests. */
@NullMarked
package io.gpurig.engine.run;

import org.jspecify.annotations.NullMarked;
