package io.gpurig.lab.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The {@code filters} of a list of containers; Docker takes the values as a list or a set. */
final class ContainerFilter {
  private final JsonNode filters;

  private ContainerFilter(JsonNode filters) {
    this.filters = filters;
  }

  static ContainerFilter parse(String text) throws IOException {
    return new ContainerFilter(Json.parse(text.getBytes(UTF_8)));
  }

  boolean names(String filter) {
    return filters.has(filter);
  }

  boolean accepts(Container container) {
    JsonNode labels = container.spec.config().path("Labels");
    return values("label").stream().allMatch(label -> hasLabel(labels, label))
        && any("name", name -> Pattern.compile(name).matcher("/" + container.name).find())
        && any("id", container.id::startsWith)
        && any("status", InspectJson.status(container)::equals)
        && any("ancestor", image -> isOf(container, image));
  }

  private boolean any(String filter, Predicate<String> accepts) {
    List<String> values = values(filter);
    return values.isEmpty() || values.stream().anyMatch(accepts);
  }

  private List<String> values(String filter) {
    JsonNode values = filters.path(filter);
    if (!values.isObject()) {
      return Json.texts(values);
    }
    List<String> names = new ArrayList<>();
    values.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static boolean hasLabel(JsonNode labels, String wanted) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.has(wanted)
        : wanted
            .substring(equals + 1)
            .equals(labels.path(wanted.substring(0, equals)).asText(null));
  }

  private static boolean isOf(Container container, String image) {
    return image.equals(container.spec.config().path("Image").asText())
        || image.equals(container.spec.image().id());
  }
}
