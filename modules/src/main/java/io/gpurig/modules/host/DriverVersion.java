package io.gpurig.modules.host;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.List;
import java.util.Optional;

/** The version of the NVIDIA driver of a host. */
public final class DriverVersion {
  private static final String MODULE = "/sys/module/nvidia/version";

  /**
   * Its first line names it, as {@code NVRM version: NVIDIA UNIX x86_64 Kernel Module 535.216.03 …}
   * (open-gpu-kernel-modules, kernel-open/nvidia/nv-procfs.c).
   */
  private static final String PROC = "/proc/driver/nvidia/version";

  /** The reads that tell. */
  public static final List<Read> READS = List.of(new Read.File(MODULE), new Read.File(PROC));

  private DriverVersion() {}

  /** Returns the version that is there, or will be after the changes of a plan. */
  public static Optional<Version> of(Facts facts) {
    return facts.file(MODULE).map(FileFact::value).flatMap(Version::in).or(() -> loaded(facts));
  }

  /** Returns the version that is loaded now, whatever a plan changes. */
  public static Optional<Version> loaded(Facts facts) {
    return facts
        .file(PROC)
        .flatMap(file -> file.content().lines().findFirst())
        .map(line -> line.replaceFirst(".*?Kernel Module(?: for \\S+)?\\s+", ""))
        .flatMap(Version::in);
  }
}
