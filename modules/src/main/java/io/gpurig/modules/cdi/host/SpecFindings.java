package io.gpurig.modules.cdi.host;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.CdiCache.Shadow;
import io.gpurig.modules.cdi.CdiFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What other files do to a spec: a common reason why an edit has no effect. */
final class SpecFindings {
  private static final int MOST_NAMES = 3;

  private SpecFindings() {}

  /**
   * @param path of the spec that is to count
   */
  static List<Finding> of(String path, List<String> directories, Facts facts) {
    CdiCache cache = CdiCache.of(CdiFacts.directories(facts, directories));
    List<Finding> findings = new ArrayList<>(conflicts(path, cache));
    findings.addAll(shadows(path, cache));
    cache
        .errors()
        .forEach(
            (file, errors) ->
                errors.stream()
                    .filter(error -> !error.startsWith("conflicting device "))
                    .map(error -> bad(file, error))
                    .forEach(findings::add));
    return findings;
  }

  private static List<Finding> conflicts(String path, CdiCache cache) {
    Map<List<String>, List<String>> names = new LinkedHashMap<>();
    cache
        .conflicts()
        .forEach((name, files) -> names.computeIfAbsent(files, f -> new ArrayList<>()).add(name));
    List<Finding> findings = new ArrayList<>();
    names.forEach(
        (files, devices) -> {
          String message =
              "%s define the same devices, %s, so that these are gone for every engine"
                  .formatted(String.join(" and ", files), some(devices));
          List<String> others = files.stream().filter(file -> !same(file, path)).toList();
          findings.add(
              others.size() < files.size()
                  ? Finding.error(
                      "cdi/conflict",
                      "/cdi/output",
                      message,
                      "remove %s, or set cdi.output to it".formatted(String.join(", ", others)))
                  : Finding.warning(
                      "cdi/conflict",
                      "/cdi",
                      message,
                      "remove %s".formatted(String.join(" or ", others))));
        });
    return findings;
  }

  private static List<Finding> shadows(String path, CdiCache cache) {
    Map<List<String>, List<String>> names = new LinkedHashMap<>();
    for (Shadow shadow : cache.shadows()) {
      names
          .computeIfAbsent(List.of(shadow.file(), shadow.by()), k -> new ArrayList<>())
          .add(shadow.name());
    }
    List<Finding> findings = new ArrayList<>();
    names.forEach(
        (files, devices) -> {
          String other = same(files.getFirst(), path) ? files.getLast() : files.getFirst();
          findings.add(
              Finding.warning(
                  "cdi/shadowed",
                  "/cdi/output",
                  "%s overrides %s: both define %s"
                      .formatted(files.getLast(), files.getFirst(), some(devices)),
                  "remove " + other));
        });
    return findings;
  }

  private static Finding bad(String file, String error) {
    return Finding.warning(
        "cdi/bad-file",
        "/cdi",
        file + " is no valid spec: " + error.replace("\n", " "),
        "correct or remove it");
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }

  /** /var/run is /run. */
  static boolean same(String path, String other) {
    return path.replaceFirst("^/var/run/", "/run/")
        .equals(other.replaceFirst("^/var/run/", "/run/"));
  }
}
