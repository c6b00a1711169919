package io.gpurig.engine.docker;

import java.util.Optional;

/**
 * The parts of an image's name, for pulling it.
 *
 * @param repository everything before tag and digest, with the registry and its port
 * @param tag the tag or the digest, of which the digest wins; {@code latest} when there is neither
 */
record ImageName(String repository, String tag) {
  static ImageName parse(String name) {
    int at = name.indexOf('@');
    Optional<String> digest = at < 0 ? Optional.empty() : Optional.of(name.substring(at + 1));
    String named = at < 0 ? name : name.substring(0, at);
    int colon = named.indexOf(':', named.lastIndexOf('/') + 1); // an earlier one is a port
    String repository = colon < 0 ? named : named.substring(0, colon);
    return new ImageName(
        repository, digest.orElse(colon < 0 ? "latest" : named.substring(colon + 1)));
  }
}
