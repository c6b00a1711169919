/** The outcome of a run as data; everything a renderer shows is in it. */
@NullMarked
package io.gpurig.engine.report;

import org.jspecify.annotations.NullMarked;
