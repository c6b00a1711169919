package io.gpurig.modules.config;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A configuration file of the host that entries of a plan are put into and taken out of.
 *
 * @param path absolute
 * @param text what it holds; empty if there is none
 * @param mode its permission bits, four octal digits
 * @param backup what was kept at an earlier edit
 * @param beside path of the file that holds that
 */
public record HostFile(
    String path,
    Optional<String> text,
    Optional<String> mode,
    Optional<Backup> backup,
    String beside) {

  /** Creates a file whose backup has no owner's name. */
  public HostFile(
      String path, Optional<String> text, Optional<String> mode, Optional<Backup> backup) {
    this(path, text, mode, backup, path + Backup.SUFFIX);
  }

  /** Returns the reads that {@link #of(String, Facts)} needs. */
  public static List<Read> reads(String path) {
    return reads(path, "");
  }

  /** Returns the reads that {@link #of(String, String, Facts)} needs. */
  public static List<Read> reads(String path, String owner) {
    return List.of(new Read.File(path), new Read.File(beside(path, owner)));
  }

  private static String beside(String path, String owner) {
    return path + (owner.isEmpty() ? "" : "." + owner) + Backup.SUFFIX;
  }

  /**
   * Returns the file at a path.
   *
   * @throws ConfigSyntaxException if there is something that is no readable text
   */
  public static HostFile of(String path, Facts facts) throws ConfigSyntaxException {
    return of(path, "", facts);
  }

  /**
   * Returns the file at a path, as one of several who put entries into it sees it.
   *
   * @param owner who, for the name of the backup; empty for the one who needs no name
   * @throws ConfigSyntaxException if there is something that is no readable text
   */
  public static HostFile of(String path, String owner, Facts facts) throws ConfigSyntaxException {
    Optional<FileFact> file = facts.file(path);
    if (file.isPresent()) {
      FileFact fact = file.get();
      if (fact.type() != FileFact.Type.FILE || fact.error().isPresent() || fact.base64()) {
        String what = fact.base64() ? "this is not UTF-8 text" : "this is no file";
        throw new ConfigSyntaxException(1, 1, fact.error().orElse(what));
      }
    }
    return new HostFile(
        path,
        file.map(FileFact::content),
        file.map(FileFact::mode),
        facts.file(beside(path, owner)).flatMap(f -> Backup.read(f.content())),
        beside(path, owner));
  }

  /**
   * What becomes of a file.
   *
   * @param text what it is to hold; empty if there is to be none
   * @param keep what is to lie beside it; empty if nothing
   */
  public record Edit(HostFile file, Optional<String> text, Optional<Backup> keep) {
    /** Returns whether the file itself becomes another. */
    public boolean changes() {
      return !text.equals(file.text);
    }

    /** Returns whether there is anything to do. */
    public boolean isNeeded() {
      return changes() || (keep.isEmpty() && file.backup.isPresent());
    }
  }

  /** Returns what puts the entries into the file; one that has them already stays as it is. */
  public Edit with(Merge merge) throws ConfigSyntaxException {
    Optional<ConfigText> original = original(merge);
    ConfigText current = merge.parse(text.orElse(""));
    List<String> unwanted = owned().stream().filter(name -> !merge.names().contains(name)).toList();
    ConfigText after = merge.put(merge.takeOut(current, unwanted, original), original);
    if (after.text().equals(current.text()) && (text.isPresent() || after.text().isEmpty())) {
      return new Edit(this, text, backup);
    }
    return new Edit(
        this,
        Optional.of(after.text()),
        Optional.of(Backup.of(before(merge, current, original), after.text(), merge.names())));
  }

  /** The file as it would be if gpurig had never been here. */
  private Optional<String> before(Merge merge, ConfigText current, Optional<ConfigText> original)
      throws ConfigSyntaxException {
    if (backup.isEmpty() || text.isEmpty()) {
      return text;
    }
    return untouched()
        ? backup.get().before()
        : Optional.of(merge.takeOut(current, owned(), original).text());
  }

  /**
   * Returns what takes out of the file what was put into it.
   *
   * @param others names of entries to take out too, whoever put them in
   */
  public Edit without(Merge merge, List<String> others) throws ConfigSyntaxException {
    if (text.isEmpty()) {
      return new Edit(this, text, Optional.empty());
    }
    Optional<ConfigText> original = original(merge);
    List<String> names = Stream.concat(others.stream(), owned().stream()).distinct().toList();
    boolean ours = backup.isPresent() && backup.get().before().isEmpty();
    if (untouched() && ours) {
      return new Edit(this, Optional.empty(), Optional.empty());
    }
    ConfigText from =
        untouched() && original.isPresent() ? original.get() : merge.parse(text.get());
    ConfigText after = merge.takeOut(from, names, original);
    boolean nothingLeft = ours && after.tree().isEmpty() && !after.text().contains("#");
    return new Edit(
        this, nothingLeft ? Optional.empty() : Optional.of(after.text()), Optional.empty());
  }

  private boolean untouched() {
    return backup.isPresent() && text.isPresent() && backup.get().matches(text.get());
  }

  private List<String> owned() {
    return backup.map(Backup::entries).orElse(List.of());
  }

  /** What was kept may have been edited; then it tells nothing. */
  private Optional<ConfigText> original(Merge merge) {
    try {
      Optional<String> before = backup.flatMap(Backup::before);
      return before.isEmpty() ? Optional.empty() : Optional.of(merge.parse(before.get()));
    } catch (ConfigSyntaxException e) {
      return Optional.empty();
    }
  }
}
