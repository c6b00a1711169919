/** Micro-benchmarks of what gpurig does between reading its input and printing its report. */
@NullMarked
package io.gpurig.bench;

import org.jspecify.annotations.NullMarked;
