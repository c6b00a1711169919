package io.gpurig.lab.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * An image on a host. Its id follows from its reference, so that all hosts agree on it.
 *
 * @param reference the name it was pulled by
 */
record Image(ImageReference reference) {
  private static final String PATH =
      "PATH=/usr/local/nvidia/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  String id() {
    return "sha256:" + hash("config " + reference);
  }

  String digest() {
    String digest = reference.digest();
    return digest != null ? digest : "sha256:" + hash("manifest " + reference);
  }

  boolean isDriver() {
    return reference.repository().endsWith("/driver");
  }

  boolean isToolkit() {
    return reference.repository().endsWith("/container-toolkit");
  }

  /** Returns the tag up to its first dash: the version of what is in the image. */
  String version() {
    String tag = reference.tag();
    return tag == null ? "0" : tag.replaceFirst("-.*", "");
  }

  List<String> env() {
    if (isDriver()) {
      return List.of(PATH, "DRIVER_VERSION=" + version(), "NVIDIA_VISIBLE_DEVICES=void");
    }
    if (isToolkit()) {
      return List.of(PATH, "NVIDIA_DISABLE_REQUIRE=true", "NVIDIA_VISIBLE_DEVICES=void");
    }
    return List.of(
        PATH, "NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=compute,utility");
  }

  List<String> entrypoint() {
    if (isDriver()) {
      return List.of("nvidia-driver", "init");
    }
    return isToolkit() ? List.of("/work/nvidia-toolkit") : List.of();
  }

  List<String> command() {
    return isDriver() || isToolkit() ? List.of() : List.of("/bin/bash");
  }

  /** What {@code docker image inspect} shows. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("Id", id());
    json.set(
        "RepoTags",
        Json.array(reference.tag() == null ? List.of() : List.of(reference.toString())));
    json.set("RepoDigests", Json.array(List.of(reference.repository() + "@" + digest())));
    json.put("Parent", "").put("Comment", "buildkit.dockerfile.v0");
    json.put("Created", "2026-01-15T08:00:00.000000000Z");
    json.put("DockerVersion", "").put("Author", "");
    json.set("Config", config());
    json.put("Architecture", "amd64").put("Os", "linux").put("Size", 1_234_567_890L);
    json.putObject("GraphDriver").put("Name", "overlay2").putObject("Data");
    json.putObject("RootFS")
        .put("Type", "layers")
        .set("Layers", Json.array(List.of("sha256:" + hash("layer " + reference))));
    json.putObject("Metadata").put("LastTagTime", "0001-01-01T00:00:00Z");
    return json;
  }

  /** What {@code docker images} lists. */
  ObjectNode summary() {
    ObjectNode full = json();
    ObjectNode json = Json.object();
    json.put("Containers", -1).put("Created", 1_768_464_000L).put("Id", id());
    json.set("Labels", Json.object());
    json.put("ParentId", "");
    json.set("RepoDigests", full.get("RepoDigests"));
    json.set("RepoTags", full.get("RepoTags"));
    json.put("SharedSize", -1).put("Size", 1_234_567_890L);
    return json;
  }

  private ObjectNode config() {
    ObjectNode config = Json.object();
    config.set("Env", Json.array(env()));
    config.set("Cmd", command().isEmpty() ? null : Json.array(command()));
    config.set("Entrypoint", entrypoint().isEmpty() ? null : Json.array(entrypoint()));
    config.put("User", "").put("WorkingDir", "").set("Labels", Json.object());
    return config;
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
