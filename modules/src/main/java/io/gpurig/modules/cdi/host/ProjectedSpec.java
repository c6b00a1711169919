package io.gpurig.modules.cdi.host;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.host.DriverPlace;
import io.gpurig.modules.host.NvidiaPci;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands for the spec that will be generated when driver, GPUs and toolkit have become what earlier
 * changes make of them: it has the devices of those GPUs, and nothing of their driver.
 */
final class ProjectedSpec {
  private static final List<List<String>> LISTS =
      List.of(List.of("nvidia-smi", "-L"), List.of("chroot", DriverPlace.ROOT, "nvidia-smi", "-L"));

  /** The reads that it rests on. */
  static final List<Read> READS = LISTS.stream().<Read>map(Read.Command::new).toList();

  /** {@code GPU 0: NAME (UUID: GPU-…)} and, below it, {@code MIG 1g.5gb Device 0: (UUID: …)}. */
  private static final Pattern GPU =
      Pattern.compile("GPU (\\d+): .*?(?:\\(UUID: (GPU-[0-9a-f-]+)\\))?");

  private static final Pattern MIG =
      Pattern.compile("\\s+MIG .*Device\\s+(\\d+): \\(UUID: (MIG-[0-9a-f-]+)\\)");

  private ProjectedSpec() {}

  static String text(Facts facts) {
    List<String> names = listed(facts);
    if (names.isEmpty()) {
      for (int gpu = 0; gpu < NvidiaPci.gpus(facts).size(); gpu++) {
        names.add(String.valueOf(gpu));
      }
    }
    names.add("all");
    StringBuilder spec = new StringBuilder("---\ncdiVersion: 0.5.0\nkind: nvidia.com/gpu\n");
    spec.append("devices:\n");
    for (String name : names) {
      spec.append("- name: \"%s\"\n  containerEdits:\n".formatted(name));
      spec.append("    env: [NVIDIA_VISIBLE_DEVICES=void]\n");
    }
    return spec.toString();
  }

  /** The names that index and uuid, the strategies by default, give them. */
  private static List<String> listed(Facts facts) {
    for (List<String> argv : LISTS) {
      List<String> names = listed(facts.command(argv.toArray(String[]::new)).stdout());
      if (!names.isEmpty()) {
        return names;
      }
    }
    return new ArrayList<>();
  }

  private static List<String> listed(String list) {
    List<String> names = new ArrayList<>();
    List<String> whole = List.of();
    for (String line : list.lines().toList()) {
      Matcher gpu = GPU.matcher(line);
      Matcher device = MIG.matcher(line);
      if (gpu.matches()) {
        whole = gpu.group(2) == null ? List.of(gpu.group(1)) : List.of(gpu.group(1), gpu.group(2));
        names.addAll(whole);
      } else if (device.matches() && !whole.isEmpty()) {
        // a GPU that is divided has no name of its own
        names.removeAll(whole);
        names.addAll(List.of(whole.getFirst() + ":" + device.group(1), device.group(2)));
      }
    }
    return names;
  }
}
