package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells inventories that are not YAML, from their names and their first lines. */
final class InventoryFormat {
  private static final String CODE = "inventory/unsupported-format";
  private static final String REMEDY = "only YAML inventories are read so far";
  private static final Pattern YAML_KEY = Pattern.compile("[\"']?[^\\s=]+[\"']?\\s*:(\\s.*)?");
  private static final int SNIFFED = 64 << 10;

  private InventoryFormat() {}

  /** Returns what keeps a file from being read as YAML, empty if nothing does. */
  static Optional<Problem> refusal(Path file, String shownName) {
    if (Files.isDirectory(file)) {
      return refuse(shownName, "is a directory", "name one YAML file in it");
    }
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String firstLine;
    String firstEntry;
    try (BufferedReader reader =
        new BufferedReader(
            // a byte that is not UTF-8 is reported when the document is read
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1))) {
      char[] start = new char[SNIFFED];
      int length = Math.max(0, reader.read(start));
      String text = new String(start, 0, length);
      firstLine = text.lines().findFirst().orElse("");
      firstEntry =
          text.lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
              .findFirst()
              .orElse("");
    } catch (IOException e) {
      return Optional.empty(); // reported when the document is read
    }
    if (firstLine.startsWith("#!")) {
      return refuse(
          shownName,
          "is a script",
          "save what `ansible-inventory --list --yaml` prints, and name that file");
    }
    return isIni(shownName, firstEntry)
        ? refuse(
            shownName,
            "is an INI inventory",
            "convert it with `ansible-inventory -i " + shownName + " --list --yaml`")
        : Optional.empty();
  }

  /** Returns the refusal of a file that configures an inventory plugin. */
  static Problem plugin(String shownName, String plugin) {
    return Problem.error(
            CODE, "`" + shownName + "` configures the inventory plugin " + plugin + "; " + REMEDY)
        .suggest("save what `ansible-inventory --list --yaml` prints, and name that file");
  }

  private static boolean isIni(String shownName, String firstEntry) {
    String name = shownName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".yml") || name.endsWith(".yaml") || name.endsWith(".json")) {
      return false;
    }
    boolean yaml =
        firstEntry.isEmpty()
            || firstEntry.startsWith("---")
            || firstEntry.startsWith("%")
            || firstEntry.startsWith("{")
            || YAML_KEY.matcher(firstEntry).matches();
    return name.endsWith(".ini") || name.endsWith(".cfg") || !yaml;
  }

  private static Optional<Problem> refuse(String shownName, String what, String suggestion) {
    return Optional.of(
        Problem.error(CODE, "`" + shownName + "` " + what + "; " + REMEDY).suggest(suggestion));
  }
}
