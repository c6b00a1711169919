package io.gpurig.modules.vfio;

import static java.util.Objects.requireNonNull;

/**
 * A GPU that a workspace is to be given as a whole.
 *
 * @param bdf its address on the PCI bus, {@code 0000:3b:00.0}
 * @param workspace the name of the workspace
 * @param pointer the JSON pointer of the GPU in the plan, for findings
 */
public record Claim(String bdf, String workspace, String pointer) {
  public Claim {
    requireNonNull(bdf, "bdf is null");
    requireNonNull(workspace, "workspace is null");
    requireNonNull(pointer, "pointer is null");
  }
}
