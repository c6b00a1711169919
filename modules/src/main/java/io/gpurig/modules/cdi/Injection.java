package io.gpurig.modules.cdi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.modules.cdi.CdiSpec.ContainerEdits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of an OCI runtime spec when devices are injected into it.
 *
 * @param spec the resulting spec; as it was, if there is an error
 * @param unresolved the names that no spec file defines
 * @param error why nothing was injected, in the words of the library
 */
public record Injection(ObjectNode spec, List<String> unresolved, Optional<String> error) {

  public Injection {
    unresolved = List.copyOf(unresolved);
  }

  /**
   * Injects devices (pkg/cdi/cache.go InjectDevices).
   *
   * @param spec an OCI runtime spec; it is left as it is
   * @param devices qualified names, in the order in which their edits apply
   */
  public static Injection into(
      ObjectNode spec, CdiCache cache, List<String> devices, HostNodes host) {
    List<String> unresolved =
        devices.stream().filter(name -> cache.device(name).isEmpty()).toList();
    if (!unresolved.isEmpty()) {
      String error = "unresolvable CDI devices " + String.join(", ", unresolved);
      return new Injection(spec, unresolved, Optional.of(error));
    }
    ObjectNode result = spec.deepCopy();
    try {
      new OciEditor(result, host).apply(edits(cache, devices));
      return new Injection(result, List.of(), Optional.empty());
    } catch (OciEditor.Impossible e) {
      return new Injection(
          spec, List.of(), Optional.of("failed to inject devices: " + e.getMessage()));
    }
  }

  /** The edits of the devices, those of a spec before those of its first device. */
  private static ContainerEdits edits(CdiCache cache, List<String> devices) {
    List<ContainerEdits> all = new ArrayList<>();
    Set<String> files = new HashSet<>();
    for (String name : devices) {
      CdiCache.Entry entry = cache.device(name).orElseThrow();
      if (files.add(entry.file().path())) {
        all.add(entry.spec().edits());
      }
      all.add(entry.device().edits());
    }
    return new ContainerEdits(
        all.stream().flatMap(edits -> edits.env().stream()).toList(),
        all.stream().flatMap(edits -> edits.deviceNodes().stream()).toList(),
        all.stream().flatMap(edits -> edits.netDevices().stream()).toList(),
        all.stream().flatMap(edits -> edits.hooks().stream()).toList(),
        all.stream().flatMap(edits -> edits.mounts().stream()).toList(),
        all.stream().flatMap(edits -> edits.intelRdt().stream()).reduce((earlier, later) -> later),
        all.stream().flatMap(edits -> edits.additionalGids().stream()).toList());
  }
}
