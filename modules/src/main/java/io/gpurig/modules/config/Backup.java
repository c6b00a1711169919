package io.gpurig.modules.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What lies beside a file of the host that entries were put into, so that they can be taken out
 * again as if they had never been there: JSON in a file of the same name with {@value #SUFFIX}
 * after it.
 *
 * @param before the text that the file had; empty if there was no file
 * @param sha256 of the text that was written, in hexadecimal digits
 * @param entries names of what was put in
 */
public record Backup(Optional<String> before, String sha256, List<String> entries) {
  /** What the name of the file ends with. */
  public static final String SUFFIX = ".gpurig";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  public Backup {
    entries = List.copyOf(entries);
  }

  /** Returns what to keep of an edit. */
  static Backup of(Optional<String> before, String after, List<String> entries) {
    return new Backup(before, sha256(after), entries);
  }

  /** Returns the backup that a file holds; none if somebody has spoilt it. */
  static Optional<Backup> read(String text) {
    try {
      JsonNode json = MAPPER.readTree(text);
      if (!json.path("sha256").isTextual()) {
        return Optional.empty();
      }
      List<String> entries = new ArrayList<>();
      json.path("entries").forEach(entry -> entries.add(entry.asText()));
      return Optional.of(
          new Backup(
              Optional.ofNullable(json.get("before"))
                  .filter(JsonNode::isTextual)
                  .map(JsonNode::asText),
              json.path("sha256").asText(),
              entries));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Returns the content of the file that holds this. */
  public String text() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("about", "what gpurig needs to take its entries out again; leave it here");
    json.put("before", before.orElse(null));
    json.put("sha256", sha256);
    ArrayNode names = json.putArray("entries");
    entries.forEach(names::add);
    return json.toPrettyString() + "\n";
  }

  /** Returns whether nobody has changed a file since. */
  boolean matches(String text) {
    return sha256.equals(sha256(text));
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
