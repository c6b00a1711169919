package io.gpurig.engine.fact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of facts files, one {@code HOST.json} a host; one such file will do as well. */
public final class FactsFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FactsFolder() {}

  /** Returns the facts in a folder, by the names of the files, or those in a file. */
  public static List<Facts> load(Path folder, Problems problems) {
    if (Files.isRegularFile(folder)) {
      return read(folder, problems).stream().toList();
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      problems.add(
          Problem.error("facts/no-such-folder", "there is no readable folder of facts " + folder)
              .suggest("record facts with `gpurig facts --save " + folder + "`"));
      return List.of();
    }
    if (files.isEmpty()) {
      problems.add(Problem.error("facts/none", folder + " has no facts file, HOST.json"));
    }
    List<Facts> facts = new ArrayList<>();
    files.forEach(file -> read(file, problems).ifPresent(facts::add));
    return facts;
  }

  /** Writes the facts of a host to its file in a folder, replacing what was there as a whole. */
  public static void save(Path folder, Facts facts) throws IOException {
    Files.createDirectories(folder);
    Path temporary = Files.createTempFile(folder, "facts", ".part");
    // as bytes: of half a character, which JSON of a host may have, a question mark is kept
    Files.write(temporary, (FactsJson.write(facts).toPrettyString() + "\n").getBytes(UTF_8));
    Path file = folder.resolve(facts.host().replace('/', '_') + ".json");
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the facts in one file. */
  public static Optional<Facts> read(Path file, Problems problems) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      JsonNode root = JSON.readTree(bytes);
      Optional<String> wrong = wrong(root);
      wrong.ifPresent(why -> problems.add(Problem.error("facts/format", file + " " + why)));
      return wrong.isEmpty() && fits(root, file, bytes, problems)
          ? Optional.of(FactsJson.read(root))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      problems.add(Problem.error("facts/json", at(file, e.getLocation()), e.getOriginalMessage()));
    } catch (IOException e) {
      problems.add(Problem.error("facts/unreadable", "cannot read " + file));
    }
    return Optional.empty();
  }

  private static Optional<String> wrong(JsonNode root) {
    JsonNode version = root.path("gpurigFacts");
    if (!version.isInt() || !root.path("host").isTextual() || !root.path("reads").isObject()) {
      return Optional.of(
          "is not a facts file: expected {\"gpurigFacts\": 1, \"host\": \"…\", \"reads\": {…}}");
    }
    if (version.asInt() > FactsJson.VERSION) {
      return Optional.of(
          "has format %d, and this gpurig reads up to %d; update it"
              .formatted(version.asInt(), FactsJson.VERSION));
    }
    return Optional.empty();
  }

  private static boolean fits(JsonNode root, Path file, byte[] bytes, Problems problems) {
    String name = file.toString();
    if (violations(Document.unplaced(name, root), root).isEmpty()) {
      return true;
    }
    // JSON is YAML: where something stands is worth a slower parser once it is wrong
    Document document =
        Document.parse(name, new String(bytes, UTF_8), new Problems())
            .orElseGet(() -> Document.unplaced(name, root));
    problems.addAll(violations(document, root));
    return false;
  }

  private static List<Problem> violations(Document document, JsonNode root) {
    Problems found = new Problems();
    Schema.load("facts.schema.json").validate(document, root, pointer -> false, found);
    return found.sorted();
  }

  private static Source at(Path file, @Nullable JsonLocation where) {
    // what is too large or too deep is nowhere
    JsonLocation location = where == null ? JsonLocation.NA : where;
    int line = Math.max(1, location.getLineNr());
    String text = "";
    try (Stream<String> lines = Files.lines(file)) {
      text = lines.skip(line - 1L).findFirst().orElse("");
    } catch (IOException | UncheckedIOException e) {
      text = ""; // not text: the position alone has to do
    }
    String shown = text.substring(0, Math.min(text.length(), 200));
    return new Source(file.toString(), line, Math.max(1, location.getColumnNr()), 1, shown);
  }
}
