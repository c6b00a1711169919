/** Tests of the lab, driven from outside over SSH. */
@NullMarked
package io.gpurig.lab;

import org.jspecify.annotations.NullMarked;
