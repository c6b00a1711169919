/** A Docker engine without containers: its API, its state and how some images behave. */
@NullMarked
package io.gpurig.lab.docker;

import org.jspecify.annotations.NullMarked;
