@NullMarked
package io.gpurig.modules.cdi;

import org.jspecify.annotations.NullMarked;
