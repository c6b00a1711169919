package io.gpurig.modules.cdi.gpus;

import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.HostNodes;

/**
 * What of a host decides how Docker answers a request for GPUs.
 *
 * @param version of the daemon
 * @param cdiHook whether {@code nvidia-cdi-hook} is on the daemon's PATH, where it looks at start
 * @param runtimeHook whether {@code nvidia-container-runtime-hook} is
 * @param amdRuntime whether {@code amd-container-runtime} is
 * @param cdi whether the daemon has CDI switched on
 * @param specs the devices that the daemon's CDI directories define
 * @param nodes the host's device files
 */
public record DockerGpus(
    DockerVersion version,
    boolean cdiHook,
    boolean runtimeHook,
    boolean amdRuntime,
    Cdi cdi,
    CdiCache specs,
    HostNodes nodes) {

  /** The daemon's CDI. */
  public enum Cdi {
    OFF,
    /** It is on, and there are no directories to look in. */
    NO_DIRECTORIES,
    ON
  }
}
