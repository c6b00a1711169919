package io.gpurig.lab.docker;

import org.jspecify.annotations.Nullable;

/**
 * A reference to an image, such as {@code nvcr.io/nvidia/driver:580.126.20-ubuntu22.04}.
 *
 * @param repository the name without tag and digest, in Docker's short form
 * @param tag null if a digest alone was given
 * @param digest with {@code sha256:}; null if none was given
 */
record ImageReference(String repository, @Nullable String tag, @Nullable String digest) {
  static ImageReference parse(String text) {
    String rest = text.replaceFirst("^docker\\.io/(library/)?", "");
    String digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = rest.substring(at + 1);
      rest = rest.substring(0, at);
    }
    int colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
    if (colon >= 0) {
      return new ImageReference(rest.substring(0, colon), rest.substring(colon + 1), digest);
    }
    return new ImageReference(rest, digest == null ? "latest" : null, digest);
  }

  /** Returns whether the lab's imagined registry has the repository. */
  boolean isPublished() {
    return repository.startsWith("nvcr.io/nvidia/") || repository.startsWith("lab/");
  }

  @Override
  public String toString() {
    return repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
