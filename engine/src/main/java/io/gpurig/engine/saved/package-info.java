/** Plans that were saved to be applied later, exactly as they were reviewed. */
@NullMarked
package io.gpurig.engine.saved;

import org.jspecify.annotations.NullMarked;
