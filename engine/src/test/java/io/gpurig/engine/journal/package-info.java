/** Tests of what a host keeps of runs. */
@NullMarked
package io.gpurig.engine.journal;

import org.jspecify.annotations.NullMarked;
