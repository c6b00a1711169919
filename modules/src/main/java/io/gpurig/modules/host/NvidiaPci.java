package io.gpurig.modules.host;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** NVIDIA's GPUs among the functions of the PCI bus. */
public final class NvidiaPci {
  /** The read that tells. */
  public static final Read READ = new Read.Pci();

  /** NVIDIA's vendor id (PCI-SIG, as in pci.ids). */
  private static final String NVIDIA = "0x10de";

  /** The base class of display controllers (PCI Code and ID Assignment: class 03h). */
  private static final String DISPLAY = "0x03";

  private NvidiaPci() {}

  /** Returns the BDFs of the GPUs. */
  public static List<String> gpus(Facts facts) {
    return bdfs(facts, NvidiaPci::isGpu);
  }

  /** Returns the BDFs of the GPUs that no driver holds. */
  public static List<String> unboundGpus(Facts facts) {
    return bdfs(facts, function -> isGpu(function) && function.driver().isEmpty());
  }

  /** Returns the GPUs by BDF, in the order of their addresses. */
  public static Map<String, PciFact> gpuFunctions(Facts facts) {
    Map<String, PciFact> gpus = new TreeMap<>(facts.pciFunctions());
    gpus.values().removeIf(function -> !isGpu(function));
    return gpus;
  }

  private static List<String> bdfs(Facts facts, Predicate<PciFact> which) {
    return facts.pciFunctions().entrySet().stream()
        .filter(entry -> which.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isGpu(PciFact function) {
    return function.vendor().equals(NVIDIA) && function.classCode().startsWith(DISPLAY);
  }
}
