package io.gpurig.engine.saved;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Pattern;

/** The file that a saved plan lies in. */
public final class SavedPlanFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Pattern MARK = Pattern.compile("\"" + SavedPlanJson.MARK + "\"\\s*:");

  private SavedPlanFile() {}

  /** Returns whether a file holds a saved plan, whatever its name is. */
  public static boolean is(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      String text = new String(Files.readAllBytes(file), UTF_8);
      return text.stripLeading().startsWith("{") && MARK.matcher(text).find();
    } catch (IOException e) {
      return false; // whoever reads it as something else will say so
    }
  }

  /** Writes a saved plan, for its owner's eyes only, replacing what was there as a whole. */
  public static void write(Path file, SavedPlan plan) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is a directory");
    }
    Path temporary = Files.createTempFile(folder, ".saved-plan", ".part");
    try {
      Files.writeString(temporary, SavedPlanJson.write(plan).toPrettyString() + "\n");
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Reads a saved plan.
   *
   * @param problems gets {@code saved/...} for one that is damaged, altered or of a newer version
   */
  public static Optional<SavedPlan> load(Path file, String shownName, Problems problems) {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      Optional<Problem> refusal = refusal(root, shownName);
      refusal.ifPresent(problems::add);
      return refusal.isEmpty() ? checked(root, shownName, problems) : Optional.empty();
    } catch (JsonProcessingException e) {
      problems.add(
          Problem.error("saved/json", at(shownName, e.getLocation()), message(e))
              .suggest("save the plan again with `gpurig plan --out`"));
    } catch (IOException e) {
      problems.add(Problem.error("saved/unreadable", "cannot read " + shownName));
    }
    return Optional.empty();
  }

  private static Optional<SavedPlan> checked(JsonNode root, String shownName, Problems problems) {
    Problems found = new Problems();
    Schema.load("saved-plan.schema.json")
        .validate(Document.unplaced(shownName, root), root, pointer -> false, found);
    problems.addAll(found.sorted());
    if (found.block()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SavedPlanJson.read(root));
    } catch (IllegalArgumentException e) {
      problems.add(
          Problem.error(
              "saved/format", shownName + " has a change that cannot be read: " + e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<Problem> refusal(JsonNode root, String shownName) {
    JsonNode version = root.path(SavedPlanJson.MARK);
    if (!version.isInt() || version.asInt() < 1) {
      return Optional.of(Problem.error("saved/format", shownName + " is not a saved plan"));
    }
    if (version.asInt() > SavedPlanJson.VERSION) {
      return Optional.of(
          Problem.error(
                  "saved/newer",
                  "%s has format %d of gpurig %s, and this gpurig reads up to %d"
                      .formatted(
                          shownName,
                          version.asInt(),
                          root.path("tool").asText("unknown"),
                          SavedPlanJson.VERSION))
              .suggest("apply it with that gpurig, or save the plan again with this one"));
    }
    boolean whole =
        root.path(SavedPlanJson.INTEGRITY)
            .asText()
            .equals(SavedPlanJson.integrity((ObjectNode) root));
    return whole
        ? Optional.empty()
        : Optional.of(
            Problem.error("saved/altered", shownName + " was changed after it was written")
                .suggest("change the plan's sources and save it again with `gpurig plan --out`"));
  }

  private static String message(JsonProcessingException e) {
    return "the saved plan is damaged: "
        + e.getOriginalMessage().lines().findFirst().orElse("it is not JSON");
  }

  private static Source at(String shownName, JsonLocation location) {
    int line = location == null ? 1 : Math.max(1, location.getLineNr());
    int column = location == null ? 1 : Math.max(1, location.getColumnNr());
    return new Source(shownName, line, column, 1, "");
  }
}
