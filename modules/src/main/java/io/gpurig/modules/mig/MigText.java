package io.gpurig.modules.mig;

import io.gpurig.modules.mig.MigGpu.ComputeInstance;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tables of {@code nvidia-smi mig}, whose columns are as wide as the driver likes. The formats
 * are those of captures of drivers 450 to 570.
 */
final class MigText {
  /** {@code | 0 MIG 1g.5gb 19 13 6:1 |}: GPU, name, profile, instance, start:size. */
  private static final Pattern INSTANCE =
      Pattern.compile(
          "(?m)^\\|\\s+(\\d+)\\s+MIG\\s+(\\S+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+):(\\d+)\\s+\\|");

  /** {@code | 0 1 MIG 1c.3g.20gb 0 2 |}: GPU, GPU instance, name, profile, instance. */
  private static final Pattern COMPUTE_INSTANCE =
      Pattern.compile(
          "(?m)^\\|\\s+(\\d+)\\s+(\\d+)\\s+MIG\\s+(\\S+)\\s+(\\d+)\\*?\\s+(\\d+)"
              + "(?:\\s+\\d+:\\d+)?\\s+\\|");

  /** {@code | 0 MIG 1g.5gb 19 7/7 …}: GPU, name, profile, free, total. */
  private static final Pattern PROFILE =
      Pattern.compile("(?m)^\\|\\s+(\\d+)\\s+MIG\\s+(\\S+)\\s+(\\d+)\\s+(\\d+)/(\\d+)\\s");

  /** {@code GPU 0 Profile ID 19 Placements: {0,1,2}:1}; one start alone is a Placement. */
  private static final Pattern PLACEMENTS =
      Pattern.compile(
          "(?m)^GPU\\s+(\\d+)\\s+Profile ID\\s+(\\d+)\\s+Placements?\\s*:\\s*"
              + "\\{([\\d,]+)}:(\\d+)");

  private MigText() {}

  /** Returns the GPU instances by the number of their GPU, from -lgi and -lci. */
  static Map<Integer, List<GpuInstance>> instances(String instances, String computeInstances) {
    Map<Integer, List<GpuInstance>> found = new HashMap<>();
    Map<List<Integer>, List<ComputeInstance>> compute = new HashMap<>();
    each(
        COMPUTE_INSTANCE,
        computeInstances,
        3,
        (row, name) ->
            compute
                .computeIfAbsent(List.of(number(row, 1), number(row, 2)), key -> new ArrayList<>())
                .add(new ComputeInstance(number(row, 5), name)));
    each(
        INSTANCE,
        instances,
        2,
        (row, name) -> {
          List<Integer> key = List.of(number(row, 1), number(row, 4));
          found
              .computeIfAbsent(number(row, 1), gpu -> new ArrayList<>())
              .add(
                  new GpuInstance(
                      number(row, 4),
                      name,
                      number(row, 5),
                      number(row, 6),
                      compute.getOrDefault(key, List.of())));
        });
    return found;
  }

  /** Returns what a GPU says that it offers, from -lgip and -lgipp; empty if it says nothing. */
  static List<GpuInstanceProfile> profiles(int gpu, String profiles, String placements) {
    Map<Integer, MatchResult> places =
        PLACEMENTS
            .matcher(placements)
            .results()
            .filter(row -> number(row, 1) == gpu)
            .collect(Collectors.toMap(row -> number(row, 2), Function.identity(), (a, b) -> a));
    List<GpuInstanceProfile> found = new ArrayList<>();
    each(
        PROFILE,
        profiles,
        2,
        (row, name) ->
            Optional.ofNullable(places.get(number(row, 3)))
                .filter(place -> number(row, 1) == gpu)
                .ifPresent(place -> found.add(profile(name, number(row, 5), place))));
    return found;
  }

  private static GpuInstanceProfile profile(MigProfile name, int max, MatchResult place) {
    List<Integer> starts = Arrays.stream(place.group(3).split(",")).map(Integer::parseInt).toList();
    int extensions = name.attributes().startsWith("+me") ? 1 : 0;
    return new GpuInstanceProfile(name, max, number(place, 4), starts, 0, extensions);
  }

  private static void each(
      Pattern pattern, String text, int name, BiConsumer<MatchResult, MigProfile> use) {
    pattern
        .matcher(text)
        .results()
        .forEach(row -> MigProfile.parse(row.group(name)).ifPresent(p -> use.accept(row, p)));
  }

  /** The patterns let digits only; what is too large for a number of a slice is none. */
  private static int number(MatchResult row, int group) {
    String digits = row.group(group);
    return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  /** Returns what -lgi will print. */
  static String printInstances(List<MigGpu> gpus) {
    StringBuilder text = new StringBuilder();
    for (MigGpu gpu : gpus) {
      for (GpuInstance one : gpu.instances()) {
        text.append(
            "| %3d  MIG %-14s %4d     %4d         %2d:%-2d    |%n"
                .formatted(gpu.index(), one.name(), 0, one.id(), one.start(), one.size()));
      }
    }
    return text.isEmpty() ? none(gpus, "GPU instances") : text.toString();
  }

  /** Returns what -lci will print. */
  static String printComputeInstances(List<MigGpu> gpus) {
    StringBuilder text = new StringBuilder();
    for (MigGpu gpu : gpus) {
      for (GpuInstance one : gpu.instances()) {
        for (ComputeInstance compute : one.compute()) {
          text.append(
              "| %3d   %4d       MIG %-14s %4d      %4d     |%n"
                  .formatted(gpu.index(), one.id(), compute.name(), 0, compute.id()));
        }
      }
    }
    return text.isEmpty() ? none(gpus, "compute instances") : text.toString();
  }

  /** Returns what -L will print, but for the UUIDs of MIG devices, which nobody knows yet. */
  static String printList(String before, List<MigGpu> gpus) {
    StringBuilder text = new StringBuilder();
    for (String line : before.lines().filter(l -> l.startsWith("GPU ")).toList()) {
      text.append(line).append('\n');
      int device = 0;
      for (MigGpu gpu : gpus) {
        if (line.startsWith("GPU " + gpu.index() + ":")) {
          for (GpuInstance one : gpu.instances()) {
            for (ComputeInstance compute : one.compute()) {
              text.append(
                  "  MIG %-11s Device %2d: (UUID: MIG-%s/%d/%d)%n"
                      .formatted(compute.name(), device++, gpu.uuid(), one.id(), compute.id()));
            }
          }
        }
      }
    }
    return text.toString();
  }

  private static String none(List<MigGpu> gpus, String what) {
    return gpus.stream().anyMatch(MigGpu::isOn)
        ? "No " + what + " found: Not Found\n"
        : "No MIG-enabled devices found.\n";
  }
}
