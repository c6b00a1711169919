/** Simulated GPU hosts in one process, reached over real SSH. */
@NullMarked
package io.gpurig.lab;

import org.jspecify.annotations.NullMarked;
