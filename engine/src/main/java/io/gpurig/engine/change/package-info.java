/** What is to be done: changes, the actions that make them and their effect on the facts. */
@NullMarked
package io.gpurig.engine.change;

import org.jspecify.annotations.NullMarked;
