package io.gpurig.modules.workspace;

import java.util.Optional;

/**
 * The parts of an image's name (distribution/reference).
 *
 * @param repository with the registry, in full: {@code docker.io/library/ubuntu}
 * @param tag if one is written
 * @param digest if one is written: {@code sha256:…}
 */
record ImageReference(String repository, Optional<String> tag, Optional<String> digest) {
  private static final String HUB = "docker.io/";

  static ImageReference of(String text) {
    int at = text.indexOf('@');
    Optional<String> digest = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
    String named = at < 0 ? text : text.substring(0, at);
    int colon = named.indexOf(':', named.lastIndexOf('/') + 1); // an earlier one is a port
    Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(named.substring(colon + 1));
    return new ImageReference(full(colon < 0 ? named : named.substring(0, colon)), tag, digest);
  }

  private static String full(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
    if (registry) {
      return repository.replaceFirst("^index\\.docker\\.io/", HUB);
    }
    return HUB + (slash < 0 ? "library/" : "") + repository;
  }

  /** Returns whether it may be another image tomorrow. */
  boolean isUnpinned() {
    return digest.isEmpty() && tag.map("latest"::equals).orElse(true);
  }

  /** Returns the name as people write it; two texts that mean the same image have the same. */
  static String familiar(String text) {
    if (text.startsWith("sha256:")) {
      return text;
    }
    ImageReference reference = of(text);
    String repository = reference.repository.replaceFirst("^docker\\.io/(library/(?=[^/]*$))?", "");
    // with a digest, the tag is a remark
    return repository
        + reference.digest.map(digest -> "@" + digest).orElse(":" + reference.tag.orElse("latest"));
  }
}
