package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the host remembers of the functions that were taken from their drivers, so that they can be
 * given back: a file, written before the first of them is touched.
 *
 * @param rows in the order of their addresses
 */
record Held(List<Row> rows) {
  static final String PATH = "/etc/gpurig/vfio";
  static final Read READ = new Read.File(PATH);

  private static final String HEAD =
      """
      # Made by gpurig: PCI functions that virtual machines hold, and what they were before.
      # function, vendor:device, driver before (- for none), GPU, persistence mode before, workspace
      """;

  private static final String NONE = "-";
  private static final int COLUMNS = 6;

  Held {
    rows = List.copyOf(rows);
  }

  /**
   * A function.
   *
   * @param id {@code 10de:2684}
   * @param driver the driver that it was taken from; empty if it had none
   * @param gpu the GPU for whose sake
   * @param persistent whether nvidia-persistenced kept the GPU open
   */
  record Row(
      String bdf,
      String id,
      Optional<String> driver,
      String gpu,
      boolean persistent,
      String workspace) {
    private String line() {
      return String.join(
          " ", bdf, id, driver.orElse(NONE), gpu, persistent ? "on" : NONE, workspace);
    }
  }

  static Held of(Facts facts) {
    String text = facts.file(PATH).map(FileFact::content).orElse("");
    List<Row> rows = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", COLUMNS);
      if (words.length == COLUMNS && !line.startsWith("#")) {
        rows.add(
            new Row(
                words[0],
                words[1],
                Optional.of(words[2]).filter(driver -> !driver.equals(NONE)),
                words[3],
                words[4].equals("on"),
                words[5]));
      }
    }
    return new Held(rows);
  }

  Optional<Row> row(String bdf) {
    return rows.stream().filter(row -> row.bdf.equals(bdf)).findFirst();
  }

  /** Returns this with rows in the place of those of the same functions. */
  Held with(Collection<Row> more) {
    TreeMap<String, Row> all = new TreeMap<>();
    rows.forEach(row -> all.put(row.bdf, row));
    more.forEach(row -> all.put(row.bdf, row));
    return new Held(List.copyOf(all.values()));
  }

  Held without(Predicate<Row> gone) {
    return new Held(rows.stream().filter(gone.negate()).toList());
  }

  private String text() {
    return HEAD + rows.stream().map(row -> row.line() + "\n").collect(Collectors.joining());
  }

  /** Returns what makes the host remember this. */
  Action action() {
    return rows.isEmpty()
        ? new Action.RemoveFile(PATH)
        : new Action.WriteFile(PATH, text(), Optional.of("0644"));
  }

  Effect effect() {
    return rows.isEmpty()
        ? new Effect.FileGone(PATH)
        : new Effect.FileBecomes(PATH, FileFact.text(text()));
  }
}
