/** What a module is: a section of the plan, the reads it needs and a pure diff. */
@NullMarked
package io.gpurig.engine.module;

import org.jspecify.annotations.NullMarked;
