package io.gpurig.modules.driver;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.host.Platform;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NVIDIA's driver images exist for one OS each, and their tags say for which: {@code
 * 580.126.20-ubuntu22.04} (gpu-driver-container, RELEASE.md).
 */
final class ImageTag {
  private static final Pattern TAG =
      Pattern.compile("(.*/driver:\\d+(?:\\.\\d+)+)(?:-.*?)??(?:-([a-z]+[0-9.]+))?");

  private ImageTag() {}

  static List<Finding> check(String image, Facts facts) {
    Matcher tag = TAG.matcher(image);
    Optional<String> host = Platform.osTag(facts);
    if (!tag.matches() || host.isEmpty()) {
      return List.of();
    }
    Optional<String> os = Optional.ofNullable(tag.group(2));
    String right = tag.group(1) + "-" + host.get();
    if (os.isEmpty()) {
      return List.of(
          Finding.warning(
              "driver/tag-without-os",
              "/driver/image",
              "the tags of NVIDIA's driver images end with the OS of the host, and %s does not"
                  .formatted(image),
              "write " + right));
    }
    return os.equals(host)
        ? List.of()
        : List.of(
            Finding.warning(
                "driver/tag-for-other-os",
                "/driver/image",
                "%s is made for %s, and this host is %s".formatted(image, os.get(), host.get()),
                "write " + right));
  }
}
