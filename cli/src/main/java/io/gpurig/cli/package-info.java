/** The gpurig command: options in, text out; the only place that prints or exits. */
@NullMarked
package io.gpurig.cli;

import org.jspecify.annotations.NullMarked;
