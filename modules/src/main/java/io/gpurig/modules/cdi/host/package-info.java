/** The {@code cdi} section of a plan: an engine that takes CDI devices, and a spec that is true. */
@NullMarked
package io.gpurig.modules.cdi.host;

import org.jspecify.annotations.NullMarked;
