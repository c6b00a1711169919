/**
 * Configuration files as text that is edited in place: an edit touches the entries it is about, and
 * every other key, comment, blank and line end stays as it was.
 */
@NullMarked
package io.gpurig.modules.config;

import org.jspecify.annotations.NullMarked;
