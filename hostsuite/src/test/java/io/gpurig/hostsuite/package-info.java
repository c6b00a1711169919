/** Tests of the packaged command on real hosts. */
@NullMarked
package io.gpurig.hostsuite;

import org.jspecify.annotations.NullMarked;
