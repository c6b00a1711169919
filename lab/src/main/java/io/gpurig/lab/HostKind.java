package io.gpurig.lab;

import io.gpurig.lab.machine.Blueprint;
import java.util.Locale;

/** The kinds of hosts the lab has. All are fresh: no NVIDIA driver, no container, no image. */
public enum HostKind {
  /** One H100 and a Docker engine: the smallest host that everything can be tried on. */
  BARE,
  /** Eight H100 80GB HBM3 on two NUMA nodes, and a Docker engine. */
  H100X8,
  /** Two RTX 4090, each with its audio function in the same IOMMU group, and a Docker engine. */
  RTX4090X2,
  /** One H100 and no Docker: streams to its socket are refused. */
  NO_DOCKER;

  /** Returns the name in files and on the command line, such as {@code no-docker}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Blueprint blueprint() {
    return Blueprint.load(label());
  }
}
