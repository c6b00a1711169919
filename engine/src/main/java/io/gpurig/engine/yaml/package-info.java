/** YAML documents that keep the position of every node. */
@NullMarked
package io.gpurig.engine.yaml;

import org.jspecify.annotations.NullMarked;
