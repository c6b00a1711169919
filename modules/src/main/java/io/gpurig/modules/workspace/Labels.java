package io.gpurig.modules.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The labels by which the containers of workspaces are known. */
final class Labels {
  /** Whose value is the section of the plan that a container belongs to. */
  static final String MODULE = "io.gpurig.module";

  static final String SECTION = "workspaces";

  /** The name of the plan that a workspace belongs to. */
  static final String PLAN = "io.gpurig.plan";

  /** The name of the workspace. */
  static final String WORKSPACE = "io.gpurig.workspace";

  /** What GPUs it was given, by UUID where there is one, else by address; {@code all}. */
  static final String GPUS = "io.gpurig.gpus";

  /** The addresses of the GPUs that were passed through to its guest. */
  static final String VFIO = "io.gpurig.vfio";

  /** A digest of what the plan asked for when it was made. */
  static final String DIGEST = "io.gpurig.digest";

  /** The form of digests; those of another form are not compared. */
  private static final String FORM = "1:";

  /** Those that say the same as other fields, or nothing that matters. */
  private static final Set<String> DERIVED = Set.of(MODULE, PLAN, WORKSPACE, GPUS, DIGEST);

  private Labels() {}

  static Optional<String> of(JsonNode container, String label) {
    return Optional.ofNullable(container.path("Config").path("Labels").get(label))
        .map(JsonNode::asText)
        .filter(value -> !value.isEmpty());
  }

  /** Returns the values of a label that is a list. */
  static Set<String> list(JsonNode container, String label) {
    return new TreeSet<>(ordered(container, label));
  }

  /** The same in their order. */
  static List<String> ordered(JsonNode container, String label) {
    return of(container, label).map(value -> List.of(value.split(","))).orElse(List.of());
  }

  /** Returns whether a container is a workspace of any plan. */
  static boolean isWorkspace(JsonNode container) {
    return of(container, WORKSPACE).isPresent()
        && of(container, MODULE).filter(SECTION::equals).isPresent();
  }

  static boolean isDerived(String label) {
    return DERIVED.contains(label);
  }

  /**
   * Returns the digest of what is asked for, in its one form and without what Docker can change in
   * place. Where secrets are in it, their names count, not their values.
   *
   * @param fields of a container as it is asked for, without what its image sets
   */
  static String digest(Map<String, String> fields) {
    TreeMap<String, String> lasting = new TreeMap<>(fields);
    lasting.keySet().removeIf(field -> field.equals("restart") || field.startsWith("resources."));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(lasting.toString().getBytes(UTF_8));
      return FORM + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Returns whether a container was made for something else than this digest stands for. */
  static boolean isOther(JsonNode container, String digest) {
    return of(container, DIGEST)
        .filter(made -> made.startsWith(FORM) && !made.equals(digest))
        .isPresent();
  }
}
