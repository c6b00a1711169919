package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a plan names a GPU, or a part of one. */
sealed interface GpuReference {
  /** A PCI address with or without its domain, as people and nvidia-smi write it. */
  Pattern BDF =
      Pattern.compile("(?i)(?:([0-9a-f]{4}|0000[0-9a-f]{4}):)?([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])");

  /** Returns where it stands in the plan. */
  String pointer();

  /** All GPUs of the host. */
  record All(String pointer) implements GpuReference {}

  /**
   * One GPU by one or more of its names, which must be of the same GPU.
   *
   * @param uuid {@code GPU-…}
   * @param bdf as sysfs writes it
   * @param index as nvidia-smi counts
   */
  record One(String pointer, Optional<String> uuid, Optional<String> bdf, Optional<Integer> index)
      implements GpuReference {}

  /**
   * A MIG device by its UUID.
   *
   * @param uuid {@code MIG-…}
   */
  record MigDevice(String pointer, String uuid) implements GpuReference {}

  /**
   * Any MIG device of a profile.
   *
   * @param profile such as {@code 1g.10gb}
   * @param gpu the GPU that it is to be on, if that matters
   */
  record MigProfile(String pointer, String profile, Optional<One> gpu) implements GpuReference {}

  /** Returns what one item of {@code gpus} names; the schema has been checked. */
  static GpuReference of(JsonNode item, String pointer) {
    if (item.isIntegralNumber()) {
      return new One(pointer, Optional.empty(), Optional.empty(), Optional.of(item.intValue()));
    }
    if (item.isTextual()) {
      return ofText(item.asText(), pointer);
    }
    Optional<String> uuid = text(item, "uuid");
    One one =
        new One(
            pointer,
            uuid,
            text(item, "bdf").map(GpuReference::canonical),
            text(item, "index").map(Integer::valueOf));
    if (item.has("profile")) {
      boolean anywhere = one.uuid.isEmpty() && one.bdf.isEmpty() && one.index.isEmpty();
      return new MigProfile(
          pointer, item.path("profile").asText(), anywhere ? Optional.empty() : Optional.of(one));
    }
    return uuid.filter(id -> id.startsWith("MIG-"))
        .<GpuReference>map(id -> new MigDevice(pointer, id))
        .orElse(one);
  }

  private static GpuReference ofText(String text, String pointer) {
    if (text.equals("all")) {
      return new All(pointer);
    }
    if (text.startsWith("MIG-")) {
      return new MigDevice(pointer, text);
    }
    boolean address = BDF.matcher(text).matches();
    return new One(
        pointer,
        Optional.of(text).filter(id -> !address),
        Optional.of(text).filter(id -> address).map(GpuReference::canonical),
        Optional.empty());
  }

  private static Optional<String> text(JsonNode item, String property) {
    return Optional.ofNullable(item.get(property)).filter(n -> !n.isNull()).map(JsonNode::asText);
  }

  /** Returns an address as sysfs writes it: {@code 0000:3b:00.0}. */
  static String canonical(String bdf) {
    Matcher parts = BDF.matcher(bdf);
    if (!parts.matches()) {
      return bdf;
    }
    String domain = Optional.ofNullable(parts.group(1)).orElse("0000");
    return (domain.substring(domain.length() - 4) + ":" + parts.group(2)).toLowerCase(Locale.ROOT);
  }

  /** Returns it as the plan names it. */
  default String shown() {
    return switch (this) {
      case All all -> "all";
      case One one ->
          one.uuid.or(one::bdf).orElseGet(() -> one.index.map(i -> "with index " + i).orElse("?"));
      case MigDevice device -> device.uuid;
      case MigProfile profile -> profile.profile;
    };
  }
}
