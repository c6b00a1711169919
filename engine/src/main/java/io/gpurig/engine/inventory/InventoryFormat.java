package io.gpurig.engine.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells what kind of inventory a file is, from its name and its first lines. */
final class InventoryFormat {
  private static final String CODE = "inventory/unsupported-format";
  private static final Pattern YAML_KEY = Pattern.compile("[\"']?[^\\s=]+[\"']?\\s*:(\\s.*)?");
  private static final Pattern SECTION = Pattern.compile("\\[[^\\s,\"'\\]]+]\\s*(#.*)?");
  private static final int SNIFFED = 512;

  private InventoryFormat() {}

  /** Returns what keeps a file from being read as an inventory, empty if nothing does. */
  static Optional<Problem> refusal(Path file, String shownName) {
    if (shownName.endsWith(".toml")) {
      return Optional.of(refuse(shownName, "is a TOML inventory; YAML and INI are read"));
    }
    // a pipe can be read only once
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(SNIFFED), ISO_8859_1);
      boolean program = Files.isExecutable(file) && start.indexOf('\0') >= 0;
      return start.startsWith("#!") || program
          ? Optional.of(refuse(shownName, "is a script; inventory scripts are not run"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // reported when the document is read
    }
  }

  /** Returns the refusal of a text that Ansible Vault encrypted. */
  static Optional<Problem> vault(String shownName, String text) {
    if (!text.startsWith(Refusals.VAULT_HEADER)) {
      return Optional.empty();
    }
    String line = text.lines().findFirst().orElse("");
    return Optional.of(Refusals.vaultFile(new Source(shownName, 1, 1, line.length(), line)));
  }

  /** Returns the refusal of a file that configures an inventory plugin. */
  static Problem plugin(String shownName, String plugin) {
    return refuse(shownName, "configures the inventory plugin " + plugin + "; plugins are not run");
  }

  /** Returns whether a text is an INI inventory, else it is YAML. */
  static boolean isIni(String shownName, String text) {
    String name = shownName.toLowerCase(Locale.ROOT);
    String entry =
        text.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
            .findFirst()
            .orElse("");
    // nothing at all is an INI inventory without hosts
    if (entry.isEmpty() || SECTION.matcher(entry).matches()) {
      return true;
    }
    if (name.endsWith(".yml") || name.endsWith(".yaml") || name.endsWith(".json")) {
      return false;
    }
    boolean yaml =
        entry.startsWith("---")
            || entry.startsWith("%")
            || entry.startsWith("{")
            || YAML_KEY.matcher(entry).matches();
    // Ansible takes these for YAML only if they have no extension
    return !yaml || name.substring(name.lastIndexOf('/') + 1).lastIndexOf('.') > 0;
  }

  private static Problem refuse(String shownName, String what) {
    return Problem.error(CODE, "`" + shownName + "` " + what)
        .suggest(
            "save what `ansible-inventory -i "
                + shownName
                + " --list --export --yaml` prints, and name that file");
  }
}
