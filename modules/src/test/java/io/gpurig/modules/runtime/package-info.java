@NullMarked
package io.gpurig.modules.runtime;

import org.jspecify.annotations.NullMarked;
