package io.gpurig.modules.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.modules.cdi.CdiSpec.Device;
import io.gpurig.modules.cdi.SpecDecoder.Decoded;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for whole specs (pkg/cdi/spec.go, device.go). The library stops at the first fault;
 * here all are found, and that one is the first of them.
 */
final class SpecRules {
  private final CdiSpec spec;
  private final Map<String, Place> places;
  private final List<Fault> faults = new ArrayList<>();

  private SpecRules(CdiSpec spec, Map<String, Place> places) {
    this.spec = spec;
    this.places = places;
  }

  /** Returns what is wrong with a spec that could be decoded. */
  static List<Fault> check(CdiSpec spec, Map<String, Place> places) {
    SpecRules rules = new SpecRules(spec, places);
    rules.spec();
    return List.copyOf(rules.faults);
  }

  /**
   * Returns the elements of lists that are null. The library crashes on them: they are pointers
   * that it follows.
   */
  static List<Fault> nulls(Decoded decoded) {
    List<Fault> faults = new ArrayList<>();
    nulls(decoded.tree(), "", decoded.places(), faults);
    return List.copyOf(faults);
  }

  private static void nulls(
      JsonNode node, String pointer, Map<String, Place> places, List<Fault> faults) {
    if (node.isNull()) {
      String message = "invalid CDI Spec: null in a list";
      faults.add(new Fault(message, place(places, pointer), "remove it"));
    }
    int index = 0;
    for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
      nulls(item, pointer + "/" + index++, places, faults);
    }
    node.properties().forEach(e -> nulls(e.getValue(), pointer + "/" + e.getKey(), places, faults));
  }

  private void spec() {
    version();
    QualifiedName.Kind kind = spec.parsedKind();
    CdiNames.wrongVendor(kind.vendor()).ifPresent(why -> fault("/kind", why));
    if (!kind.vendor().isEmpty()) {
      CdiNames.wrongClass(kind.deviceClass()).ifPresent(why -> fault("/kind", why));
    }
    new EditRules(spec.edits(), "/containerEdits", this::fault).check();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < spec.devices().size(); i++) {
      device(spec.devices().get(i), "/devices/" + i, names);
    }
    if (spec.devices().isEmpty()) {
      fault("/devices", "invalid spec, no devices");
    }
  }

  private void version() {
    Optional<CdiVersion> version = CdiVersion.of(spec.version());
    if (version.isEmpty()) {
      fault("/cdiVersion", "invalid version " + GoText.quote(spec.version()));
      return;
    }
    CdiVersion minimum = CdiVersion.minimum(spec);
    if (version.get().compareTo(minimum) < 0) {
      fault("/cdiVersion", "the spec version must be at least v" + minimum);
    }
  }

  private void device(Device device, String pointer, Set<String> names) {
    String quoted = GoText.quote(device.name());
    String failed = "failed add device %s: ".formatted(quoted);
    CdiNames.wrongDevice(device.name()).ifPresent(why -> fault(pointer + "/name", failed + why));
    if (device.edits().isEmpty()) {
      fault(pointer + "/containerEdits", failed + "invalid device, empty device edits");
    }
    String invalid = failed + "invalid device %s: ".formatted(quoted);
    new EditRules(
            device.edits(),
            pointer + "/containerEdits",
            (at, message) -> fault(at, invalid + message))
        .check();
    if (!names.add(device.name())) {
      fault(pointer + "/name", "invalid spec, multiple device " + quoted);
    }
  }

  private void fault(String pointer, String message) {
    faults.add(new Fault("invalid CDI Spec: " + message, place(places, pointer)));
  }

  /** Where a value stands, or if it is not there what would hold it. */
  private static Place place(Map<String, Place> places, String pointer) {
    String known = pointer;
    while (!places.containsKey(known) && !known.isEmpty()) {
      known = known.substring(0, known.lastIndexOf('/'));
    }
    return places.getOrDefault(known, Place.START);
  }
}
