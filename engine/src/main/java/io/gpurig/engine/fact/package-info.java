/** What a host is: reads, the one script that carries them, and the facts they answer with. */
@NullMarked
package io.gpurig.engine.fact;

import org.jspecify.annotations.NullMarked;
