package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.lab.http.HttpResponder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/** Pulls an image from a registry that is not there, telling of its progress meanwhile. */
final class Pull {
  private static final List<String> LAYERS =
      List.of("3713021b0277", "a1d3a3d3fcb2", "5f5e51b4bd3f");
  private static final int LAYER_SIZE = 30_430_000;
  private static final Duration STEP = Duration.ofMillis(35);

  private final Images images;
  private final ImageReference reference;

  Pull(Images images, ImageReference reference) {
    this.images = images;
    this.reference = reference;
  }

  void send(HttpResponder responder) throws IOException, InterruptedException {
    boolean fresh = !images.has(reference);
    String digest = reference.digest();
    String tag = reference.tag() != null ? reference.tag() : digest == null ? "latest" : digest;
    try (OutputStream stream = responder.stream("application/json")) {
      line(stream, status("Pulling from " + path()).put("id", tag));
      if (fresh) {
        for (String layer : LAYERS) {
          layer(stream, layer);
          Thread.sleep(STEP);
        }
      }
      Image image = images.add(reference);
      line(stream, status("Digest: " + image.digest()));
      String result = fresh ? "Downloaded newer image for " : "Image is up to date for ";
      line(stream, status("Status: " + result + reference));
    }
  }

  private static void layer(OutputStream stream, String layer) throws IOException {
    line(stream, progress("Pulling fs layer", layer, 0));
    line(stream, progress("Downloading", layer, LAYER_SIZE / 2));
    line(stream, progress("Download complete", layer, 0));
    line(stream, progress("Extracting", layer, LAYER_SIZE));
    line(stream, progress("Pull complete", layer, 0));
  }

  private String path() {
    String repository = reference.repository();
    return repository.startsWith("nvcr.io/") ? repository.substring(8) : repository;
  }

  private static ObjectNode progress(String status, String layer, int current) {
    ObjectNode json = status(status);
    ObjectNode detail = json.putObject("progressDetail");
    if (current > 0) {
      detail.put("current", current).put("total", LAYER_SIZE);
      json.put("progress", "[====>  ] %d/%d".formatted(current, LAYER_SIZE));
    }
    return json.put("id", layer);
  }

  private static ObjectNode status(String text) {
    return Json.object().put("status", text);
  }

  private static void line(OutputStream stream, ObjectNode json) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.write(Json.bytes(json));
    line.write('\r');
    line.write('\n');
    stream.write(line.toByteArray());
  }
}
