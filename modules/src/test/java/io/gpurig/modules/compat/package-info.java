/** Tests of the rules. */
@NullMarked
package io.gpurig.modules.compat;

import org.jspecify.annotations.NullMarked;
