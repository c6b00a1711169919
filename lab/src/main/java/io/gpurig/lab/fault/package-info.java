/** Networks that fail, in ways that a number repeats. */
@NullMarked
package io.gpurig.lab.fault;

import org.jspecify.annotations.NullMarked;
