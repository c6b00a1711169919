package io.gpurig.modules.gvisor;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import java.util.List;

/** The device files that nvproxy opens beside those of the GPUs (gvisor, nvproxy user guide). */
final class GpuFiles {
  private static final List<String> FILES = List.of("/dev/nvidiactl", "/dev/nvidia-uvm");

  static final List<Read> READS = FILES.stream().<Read>map(Read.File::new).toList();

  private GpuFiles() {}

  /** Returns those that the facts say the host lacks. */
  static List<String> missing(Facts facts) {
    return FILES.stream()
        .filter(file -> facts.files().containsKey(file) && facts.file(file).isEmpty())
        .toList();
  }
}
