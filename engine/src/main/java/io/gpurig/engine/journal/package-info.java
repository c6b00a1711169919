/**
 * What a host keeps of the runs that change it: the lock, the journal, and how to take a run back.
 */
@NullMarked
package io.gpurig.engine.journal;

import org.jspecify.annotations.NullMarked;
