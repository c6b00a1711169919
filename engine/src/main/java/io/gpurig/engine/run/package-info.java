/** The flow of a run: read, plan, execute, prove, for one host and for many. */
@NullMarked
package io.gpurig.engine.run;

import org.jspecify.annotations.NullMarked;
