package io.gpurig.modules.vfio;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The PCI functions of a host that workspaces hold through VFIO. Pure functions. */
public final class Passthrough {
  /** What has to be known of a host for {@link #bind}, {@link #release} and {@link #deviceNodes}. */
  public static final List<Read> READS = List.of(new Read.Pci(), new Read.Docker());

  private Passthrough() {}

  /**
   * Returns what binds the IOMMU groups of GPUs to vfio-pci, or why that cannot be.
   *
   * @param claims all the GPUs that the plan hands to virtual machines on this host
   */
  public static Diff bind(List<Claim> claims, Facts facts) {
    return Diff.NOTHING;
  }

  /**
   * Returns what gives the IOMMU groups of GPUs back to the drivers that they were taken from.
   *
   * @param bdfs GPUs that no workspace holds any more
   */
  public static Diff release(Set<String> bdfs, Facts facts) {
    return Diff.NOTHING;
  }

  /**
   * Returns the device files that a container needs for GPUs: {@code /dev/vfio/vfio} and that of
   * each group, in order.
   */
  public static List<String> deviceNodes(Collection<String> bdfs, Facts facts) {
    return List.of();
  }
}
