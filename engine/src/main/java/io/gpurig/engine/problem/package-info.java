/** Problems are values: what is wrong, where, and what to do about it. */
@NullMarked
package io.gpurig.engine.problem;

import org.jspecify.annotations.NullMarked;
