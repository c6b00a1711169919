/** What fits together on a host and what does not: rules as data, with one evaluator. */
@NullMarked
package io.gpurig.modules.compat;

import org.jspecify.annotations.NullMarked;
