/** Which hosts there are, their groups and variables, and the patterns that choose among them. */
@NullMarked
package io.gpurig.engine.inventory;

import org.jspecify.annotations.NullMarked;
