package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.lab.machine.RootFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Decides, as the engine does at a start, whether the devices a container asks for can be had. */
final class DeviceRequests {
  private static final List<String> FOLDERS = List.of("etc/cdi", "run/cdi");

  private final RootFolder root;
  private final DockerConfig config;

  DeviceRequests(RootFolder root, DockerConfig config) {
    this.root = root;
    this.config = config;
  }

  void check(ContainerSpec spec) {
    for (JsonNode request : spec.hostConfig().path("DeviceRequests")) {
      String driver = request.path("Driver").asText();
      if (driver.equals("cdi")) {
        checkCdi(Json.texts(request.path("DeviceIDs")));
      } else if (!config.gpusOption()) {
        throw new ApiException(
            500,
            "could not select device driver \"%s\" with capabilities: %s"
                .formatted(driver, capabilities(request)));
      }
    }
  }

  private void checkCdi(List<String> names) {
    if (!config.cdi()) {
      throw new ApiException(
          500,
          "no CDI device driver registered: could not select device driver \"cdi\" with"
              + " capabilities: []");
    }
    List<String> specs = specs();
    List<String> unknown =
        names.stream().filter(name -> specs.stream().noneMatch(s -> has(s, name))).toList();
    if (!unknown.isEmpty()) {
      throw new ApiException(
          500,
          "CDI device injection failed: unresolvable CDI devices " + String.join(", ", unknown));
    }
  }

  /** Looks for the kind and the name as YAML or JSON would have them; no need to parse the rest. */
  private static boolean has(String spec, String device) {
    int equals = device.indexOf('=');
    return equals > 0
        && member("kind", device.substring(0, equals)).matcher(spec).find()
        && member("name", device.substring(equals + 1)).matcher(spec).find();
  }

  private static Pattern member(String key, String value) {
    String text = "[\"']?" + key + "[\"']?\\s*:\\s*[\"']?" + Pattern.quote(value) + "[\"']?\\s*";
    return Pattern.compile("(^|[\\s{,-])" + text + "([,}\\n]|$)");
  }

  private List<String> specs() {
    List<String> specs = new ArrayList<>();
    for (String folder : FOLDERS) {
      Path path = root.at(folder);
      if (!Files.isDirectory(path)) {
        continue;
      }
      try (var files = Files.newDirectoryStream(path, "*.{yaml,yml,json}")) {
        for (Path file : files) {
          specs.add(Files.readString(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return specs;
  }

  private static String capabilities(JsonNode request) {
    List<String> sets = new ArrayList<>();
    request
        .path("Capabilities")
        .forEach(s -> sets.add("[" + String.join(" ", Json.texts(s)) + "]"));
    return "[" + String.join(" ", sets) + "]";
  }
}
