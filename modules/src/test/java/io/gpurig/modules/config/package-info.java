@NullMarked
package io.gpurig.modules.config;

import org.jspecify.annotations.NullMarked;
