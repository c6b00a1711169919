package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gpurig.lab.http.HttpRequest;
import io.gpurig.lab.http.HttpResponder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests under {@code /images}. */
final class ImageApi {
  private final Images images;

  ImageApi(Images images) {
    this.images = images;
  }

  void handle(HttpRequest request, HttpResponder responder)
      throws IOException, InterruptedException {
    List<String> path = request.path();
    String last = path.getLast();
    if (request.method().equals("POST") && path.size() == 2 && last.equals("create")) {
      pull(request, responder);
    } else if (request.method().equals("GET") && path.size() == 2 && last.equals("json")) {
      ArrayNode list = Json.array();
      images.all().forEach(image -> list.add(image.summary()));
      EngineApi.json(responder, 200, list);
    } else if (request.method().equals("GET") && path.size() > 2 && last.equals("json")) {
      // a reference has slashes of its own
      String name = String.join("/", path.subList(1, path.size() - 1));
      EngineApi.json(responder, 200, images.find(name).json());
    } else {
      throw EngineApi.notFound();
    }
  }

  private void pull(HttpRequest request, HttpResponder responder)
      throws IOException, InterruptedException {
    ImageReference reference = reference(request.query("fromImage"), request.query("tag"));
    if (!reference.isPublished()) {
      throw new ApiException(
          404,
          ("pull access denied for %s, repository does not exist or may require 'docker login':"
                  + " denied: requested access to the resource is denied")
              .formatted(reference.repository()));
    }
    String tag = reference.tag();
    if (tag != null && tag.contains("missing")) {
      throw new ApiException(
          404, "manifest for " + reference + " not found: manifest unknown: manifest unknown");
    }
    new Pull(images, reference).send(responder);
  }

  private static ImageReference reference(@Nullable String name, @Nullable String tag) {
    if (name == null || name.isEmpty()) {
      throw new ApiException(400, "invalid reference format");
    }
    if (tag == null || tag.isEmpty()) {
      return ImageReference.parse(name);
    }
    return ImageReference.parse(name + (tag.startsWith("sha256:") ? "@" : ":") + tag);
  }
}
