package io.gpurig.modules.runtime;

import java.util.Locale;

/** A container engine that the runtime can be registered with. */
public enum Engine {
  DOCKER("/etc/docker/daemon.json", "", "docker.service"),
  CONTAINERD(
      "/etc/containerd/config.toml", "/etc/containerd/conf.d/99-nvidia.toml", "containerd.service"),
  // CRI-O reads crio.conf.d; the folder conf.d of nvidia-ctk before 1.19.1 is read by nobody
  CRIO("/etc/crio/crio.conf", "/etc/crio/crio.conf.d/99-nvidia.toml", "crio.service"),
  PODMAN("/etc/containers/containers.conf", "/etc/containers/containers.conf.d/99-nvidia.conf", "");

  private final String config;
  private final String dropIn;
  private final String unit;

  Engine(String config, String dropIn, String unit) {
    this.config = config;
    this.dropIn = dropIn;
    this.unit = unit;
  }

  /** Returns the engine that a word of a plan stands for. */
  public static Engine of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Returns the word that plans use, which is the name of its program. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The file that it reads first. */
  public String config() {
    return config;
  }

  /** The file that nvidia-ctk runtime configure writes, where engines read files of a folder. */
  public String dropIn() {
    return dropIn;
  }

  /** Its systemd service; empty where there is none. */
  public String unit() {
    return unit;
  }
}
