/** Tests of commands, run in this process. */
@NullMarked
package io.gpurig.cli;

import org.jspecify.annotations.NullMarked;
