/** Tests of HTTP as the simulated engine speaks it. */
@NullMarked
package io.gpurig.lab.http;

import org.jspecify.annotations.NullMarked;
