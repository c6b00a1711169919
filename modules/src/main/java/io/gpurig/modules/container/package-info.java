/** A container that a module keeps in place under a fixed name. */
@NullMarked
package io.gpurig.modules.container;

import org.jspecify.annotations.NullMarked;
