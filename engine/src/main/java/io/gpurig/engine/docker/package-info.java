/** Docker's API over any connection, through docker-java. */
@NullMarked
package io.gpurig.engine.docker;

import org.jspecify.annotations.NullMarked;
