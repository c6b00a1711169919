package io.gpurig.lab.machine;

/** The kernel that every simulated host says it runs; the {@code uname} of the lab agrees. */
public final class Kernel {
  /** What {@code uname -r} prints. */
  public static final String RELEASE = "6.8.0-45-generic";

  static final String MODULES =
      """
      overlay 212992 0 - Live 0x0000000000000000
      br_netfilter 32768 0 - Live 0x0000000000000000
      """;

  private Kernel() {}
}
