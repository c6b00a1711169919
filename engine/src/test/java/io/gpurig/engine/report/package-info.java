/** Tests of reports: every form is read back by a parser that is not ours. */
@NullMarked
package io.gpurig.engine.report;

import org.jspecify.annotations.NullMarked;
