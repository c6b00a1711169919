package io.gpurig.lab.docker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** The images that a host has pulled. */
final class Images {
  private final ConcurrentHashMap<ImageReference, Image> byReference = new ConcurrentHashMap<>();

  /** Finds an image by reference or id. */
  Image find(String name) {
    Image named = byReference.get(ImageReference.parse(name));
    if (named != null) {
      return named;
    }
    String id = name.startsWith("sha256:") ? name : "sha256:" + name;
    for (Image image : byReference.values()) {
      ImageReference reference = ImageReference.parse(name);
      boolean sameDigest =
          reference.repository().equals(image.reference().repository())
              && image.digest().equals(reference.digest());
      if (sameDigest || (id.length() >= 19 && image.id().startsWith(id))) {
        return image;
      }
    }
    throw new ApiException(404, "No such image: " + ImageReference.parse(name));
  }

  boolean has(ImageReference reference) {
    return byReference.containsKey(reference);
  }

  Image add(ImageReference reference) {
    return byReference.computeIfAbsent(reference, Image::new);
  }

  List<Image> all() {
    return new ArrayList<>(byReference.values());
  }
}
