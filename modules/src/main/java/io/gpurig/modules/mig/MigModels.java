package io.gpurig.modules.mig;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.yaml.Resources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The models of GPU whose placements are known: {@code models.json}, which names its sources. */
final class MigModels {
  private static final List<MigModel> ALL = read(Resources.json(MigModels.class, "models.json"));

  private MigModels() {}

  static List<MigModel> all() {
    return ALL;
  }

  /** Returns the model of a product name, with or without the word NVIDIA before it. */
  static Optional<MigModel> ofProduct(String name) {
    String bare = bare(name);
    return ALL.stream().filter(m -> m.products().stream().anyMatch(bare::equals)).findFirst();
  }

  /** Returns the model of a PCI device id, such as {@code 20b0}. */
  static Optional<MigModel> ofDevice(String id) {
    String lower = id.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(model -> model.deviceIds().contains(lower)).findFirst();
  }

  /** Returns the names of all products, for a suggestion. */
  static List<String> products() {
    return ALL.stream().flatMap(m -> m.products().stream()).map(p -> "NVIDIA " + p).toList();
  }

  /** Drivers before R470 did not print the first word. */
  static String bare(String product) {
    return product.strip().replaceFirst("^NVIDIA ", "");
  }

  private static List<MigModel> read(JsonNode data) {
    List<MigModel> models = new ArrayList<>();
    for (JsonNode model : data.path("models")) {
      JsonNode geometry = data.path("geometries").path(model.path("geometry").asText());
      List<GpuInstanceProfile> profiles = new ArrayList<>();
      geometry
          .path("profiles")
          .properties()
          .forEach(e -> profiles.add(profile(model.path("names").path(e.getKey()), e.getValue())));
      models.add(
          new MigModel(
              texts(model.path("products")),
              Set.copyOf(new HashSet<>(texts(model.path("deviceIds")))),
              model.path("architecture").asText().equals("ampere"),
              geometry.path("memory").asInt(),
              geometry.path("compute").asInt(),
              geometry.path("media").asInt(),
              profiles));
    }
    return List.copyOf(models);
  }

  private static GpuInstanceProfile profile(JsonNode name, JsonNode row) {
    List<Integer> starts = new ArrayList<>();
    row.path("starts").forEach(start -> starts.add(start.asInt()));
    return new GpuInstanceProfile(
        MigProfile.parse(name.asText()).orElseThrow(),
        row.path("max").asInt(),
        row.path("size").asInt(),
        starts,
        row.path("media").asInt(),
        row.path("extensions").asInt());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
