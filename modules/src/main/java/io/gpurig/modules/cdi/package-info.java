/**
 * The Container Device Interface, as the released Go library v1.1.0 reads, checks and applies it
 * (github.com/cncf-tags/container-device-interface, tag v1.1.0). Reaches no files: they are handed
 * in as path and content, so that recorded facts and a local host are treated alike.
 */
@NullMarked
package io.gpurig.modules.cdi;

import org.jspecify.annotations.NullMarked;
