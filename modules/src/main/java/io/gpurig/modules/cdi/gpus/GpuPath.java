package io.gpurig.modules.cdi.gpus;

import java.util.List;
import java.util.Optional;

/**
 * What Docker does with a request for GPUs.
 *
 * @param kind which way it goes
 * @param devices by CDI the qualified names, else what {@code NVIDIA_VISIBLE_DEVICES} or {@code
 *     AMD_VISIBLE_DEVICES} of the container lists
 * @param error why it fails, in the words of docker or its daemon
 * @param reasons why it is this way, one sentence each
 */
public record GpuPath(
    Kind kind, List<String> devices, Optional<String> error, List<String> reasons) {

  public GpuPath {
    devices = List.copyOf(devices);
    reasons = List.copyOf(reasons);
  }

  /** The ways that a request can go. */
  public enum Kind {
    CDI("cdi"),
    RUNTIME_HOOK("runtime-hook"),
    AMD("amd"),
    ERROR("error");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Returns the name that is printed. */
    public String word() {
      return word;
    }
  }

  static GpuPath failed(String error, List<String> reasons) {
    return new GpuPath(Kind.ERROR, List.of(), Optional.of(error), reasons);
  }
}
