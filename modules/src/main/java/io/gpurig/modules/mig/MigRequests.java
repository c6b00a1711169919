package io.gpurig.modules.mig;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.yaml.Pointers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads requests from a plan, and from a configuration of mig-parted in it. For one use. */
final class MigRequests {
  private final List<MigRequest> requests = new ArrayList<>();
  private final List<Finding> faults = new ArrayList<>();

  private MigRequests() {}

  /** Returns what a section asks for; its own entries come after, and so win over, the file's. */
  static Mig read(Section section) {
    MigRequests reader = new MigRequests();
    reader.config(section);
    JsonNode devices = section.node().path("devices");
    for (int i = 0; i < devices.size(); i++) {
      reader.device(devices.get(i), section.pointer("devices") + "/" + i);
    }
    return new Mig(
        reader.requests, section.flag("persist"), section.flag("evictClients"), reader.faults);
  }

  /** Returns whether a mapping of profiles to counts is one that a model can have. */
  static boolean accepts(MigModel model, JsonNode profiles) {
    MigRequests reader = new MigRequests();
    Layout layout = reader.layout(profiles, "");
    return reader.faults.isEmpty() && new Validity(model).fault(layout).isEmpty();
  }

  private void device(JsonNode device, String pointer) {
    JsonNode profiles = device.path("profiles");
    String at = profiles.isMissingNode() ? pointer : pointer + "/profiles";
    Optional<Layout> layout =
        profiles.isMissingNode() ? Optional.empty() : Optional.of(layout(profiles, at));
    boolean divided = layout.filter(l -> l.size() > 0).isPresent();
    JsonNode written = device.path("enabled");
    if (written.isMissingNode() && layout.isEmpty()) {
      faults.add(
          Finding.error(
              "mig/nothing-asked",
              pointer,
              "neither `profiles` nor `enabled` says what these GPUs should be",
              "write profiles: {…} for MIG devices, or enabled: false for none"));
    }
    boolean enabled = written.isMissingNode() ? divided : written.asBoolean();
    add(pointer, at, texts(device.path("gpus")), List.of(), enabled, layout, true);
  }

  /** The first of mig-parted's rules that the schema cannot say: which configuration is meant. */
  private void config(Section section) {
    Optional<String> name = section.optionalText("configName");
    JsonNode configs = section.node().path("config").path("mig-configs");
    String pointer = Pointers.child(section.pointer("config"), "mig-configs");
    List<String> names = new ArrayList<>();
    configs.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      return;
    }
    if (name.isEmpty() && names.size() > 1) {
      faults.add(
          Finding.error(
              "mig/config-name",
              section.pointer("config"),
              "the file has %d configurations: %s".formatted(names.size(), some(names)),
              "say with mig.configName which of them is meant"));
      return;
    }
    String selected = name.orElseGet(names::getFirst);
    if (!names.contains(selected)) {
      faults.add(
          Finding.error(
              "mig/config-name",
              section.pointer("configName"),
              "the file has no configuration `%s`; it has %s".formatted(selected, some(names)),
              Nearest.to(selected, names)
                  .map(near -> "did you mean `%s`?".formatted(near))
                  .orElse("write one of these")));
      return;
    }
    JsonNode entries = configs.path(selected);
    for (int i = 0; i < entries.size(); i++) {
      parted(entries.get(i), Pointers.child(pointer, selected) + "/" + i);
    }
  }

  private static String some(List<String> names) {
    int most = 8;
    String text = String.join(", ", names.subList(0, Math.min(most, names.size())));
    return names.size() > most ? text + ", …" : text;
  }

  private void parted(JsonNode entry, String pointer) {
    boolean enabled = entry.path("mig-enabled").asBoolean();
    JsonNode devices = entry.path("mig-devices");
    String at = devices.isMissingNode() ? pointer : pointer + "/mig-devices";
    if (enabled && (devices.isMissingNode() || devices.isNull())) {
      faults.add(
          Finding.error(
              "mig/parted",
              pointer,
              "`mig-devices` is missing although `mig-enabled` is true",
              "write mig-devices: {} for none"));
    }
    Optional<Layout> layout = Optional.of(layout(devices, at));
    add(
        pointer,
        at,
        texts(entry.path("devices")),
        texts(entry.path("device-filter")),
        enabled,
        layout,
        false);
  }

  private void add(
      String pointer,
      String layoutPointer,
      List<String> gpus,
      List<String> filter,
      boolean enabled,
      Optional<Layout> layout,
      boolean strict) {
    if (!enabled && layout.filter(l -> l.size() > 0).isPresent()) {
      faults.add(
          Finding.error(
              "mig/off-with-profiles",
              layoutPointer,
              "MIG devices are asked for where MIG is to be off",
              "take them out, or turn MIG on"));
    }
    requests.add(
        new MigRequest(
            pointer,
            layoutPointer,
            gpus.stream().map(Gpus::of).toList(),
            filter.stream().map(Gpus::of).toList(),
            enabled,
            layout,
            strict));
  }

  /** As mig-parted, pkg/types/mig_config.go: counts may be 0, but not all of them. */
  private Layout layout(JsonNode profiles, String pointer) {
    SortedMap<MigProfile, Integer> counts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : profiles.properties()) {
      Optional<MigProfile> profile = MigProfile.parse(entry.getKey());
      if (profile.isPresent() && profile.get().compute() <= profile.get().slices()) {
        // 1c.1g.5gb and 1g.5gb are two names of one profile
        counts.merge(profile.get(), entry.getValue().asInt(), Integer::sum);
      } else {
        faults.add(notAProfile(entry.getKey(), pointer));
      }
    }
    boolean none = counts.values().stream().noneMatch(count -> count > 0);
    if (none && !counts.isEmpty()) {
      faults.add(
          Finding.error(
              "mig/no-devices",
              pointer,
              "all counts are 0",
              "write {} for no MIG devices, or take the profiles out"));
    }
    return new Layout(counts);
  }

  private static Finding notAProfile(String name, String pointer) {
    List<String> names =
        MigModels.all().stream().flatMap(m -> m.names().stream()).distinct().toList();
    return Finding.error(
        "mig/profile-name",
        Pointers.child(pointer, name),
        "`%s` is not the name of a MIG profile".formatted(name),
        Nearest.to(name, names)
            .map(near -> "did you mean `%s`?".formatted(near))
            .orElse("write it as nvidia-smi mig -lgip does: 3g.20gb, 1g.5gb+me"));
  }

  private static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> texts.add(item.asText()));
    } else if (value.isValueNode() && !value.isNull()) {
      texts.add(value.asText());
    }
    return texts;
  }
}
