/** The modules: what gpurig knows of GPU hosts. */
@NullMarked
package io.gpurig.modules;

import org.jspecify.annotations.NullMarked;
