package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be said of the images of workspaces. */
final class Images {
  /** NVIDIA took the tag {@code latest} of these away, so that nobody takes CUDA by chance. */
  private static final List<String> WITHOUT_LATEST =
      List.of(
          "docker.io/nvidia/cuda",
          "docker.io/nvidia/cudagl",
          "docker.io/nvidia/opengl",
          "nvcr.io/nvidia/cuda",
          "nvcr.io/nvidia/cudagl",
          "nvcr.io/nvidia/opengl");

  private Images() {}

  /** Returns what is wrong with an image's name, whatever the host is. */
  static Optional<Finding> named(Workspace workspace) {
    ImageReference reference = ImageReference.of(workspace.image());
    if (!reference.isUnpinned()) {
      return Optional.empty();
    }
    boolean written = reference.tag().isPresent();
    if (WITHOUT_LATEST.contains(reference.repository())) {
      return Optional.of(
          Finding.error(
              "workspaces/no-latest",
              workspace.pointer("image"),
              "%s %s, which NVIDIA has taken away: a pull answers \"manifest unknown\""
                  .formatted(
                      workspace.image(), written ? "has the tag latest" : "means the tag latest"),
              "name the version of CUDA, as in nvidia/cuda:12.6.3-base-ubuntu24.04"));
    }
    return Optional.of(
        Finding.warning(
            "workspaces/unpinned-image",
            workspace.pointer("image"),
            "%s may be another image tomorrow: %s"
                .formatted(workspace.image(), written ? "its tag is latest" : "it has no tag"),
            "name a version or a digest"));
  }

  /** Returns whether the registry has another image under the name than the host. */
  static boolean isMoved(Workspace workspace, DockerFacts docker) {
    if (!workspace.pull().equals("always")) {
      return false;
    }
    Optional<String> there = docker.registryDigest(workspace.image());
    Optional<JsonNode> here = docker.image(workspace.image());
    return there.isPresent()
        && here.isPresent()
        && !digests(here.get()).isEmpty()
        && !digests(here.get()).contains(there.get());
  }

  /** Returns the digest that a registry knows an image by. */
  static Optional<String> digest(JsonNode image) {
    return digests(image).stream().findFirst();
  }

  private static List<String> digests(JsonNode image) {
    List<String> digests = new ArrayList<>();
    for (JsonNode name : image.path("RepoDigests")) {
      ImageReference.of(name.asText()).digest().ifPresent(digests::add);
    }
    return digests;
  }

  /** Returns what stands against making a container of an image on a host. */
  static Optional<Finding> onHost(Workspace workspace, DockerFacts docker) {
    boolean lacks =
        workspace.pull().equals("never")
            && docker.lacksImage(workspace.image())
            && docker.container(workspace.name()).isEmpty();
    return lacks
        ? Optional.of(
            Finding.error(
                "workspaces/no-image",
                workspace.pointer("image"),
                "the host does not have %s, and the plan says pull: never"
                    .formatted(workspace.image()),
                "load it on the host, or set pull: missing"))
        : Optional.empty();
  }

  /** Returns a note if it could not be found out whether the registry has a newer image. */
  static Optional<Finding> unasked(Workspace workspace, DockerFacts docker) {
    boolean unknown =
        workspace.pull().equals("always")
            && docker.distributions().containsKey(workspace.image())
            && docker.registryDigest(workspace.image()).isEmpty();
    return unknown
        ? Optional.of(
            Finding.warning(
                "workspaces/registry-silent",
                workspace.pointer("pull"),
                "the registry does not say what it has as %s, so that the image of the host is kept"
                    .formatted(workspace.image()),
                "run `docker pull %s` on the host to see why".formatted(workspace.image())))
        : Optional.empty();
  }
}
