/** HTTP/1.1 as a Docker engine speaks it, over any pair of byte streams. */
@NullMarked
package io.gpurig.lab.http;

import org.jspecify.annotations.NullMarked;
