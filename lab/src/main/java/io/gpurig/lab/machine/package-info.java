/** What a simulated host is made of: its root folder, PCI functions and NVIDIA kernel driver. */
@NullMarked
package io.gpurig.lab.machine;

import org.jspecify.annotations.NullMarked;
