package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A YAML 1.2 document, read with the core schema, whose every node knows where it stands in its
 * file; or several such files laid over one another. Immutable.
 */
public final class Document {
  private final String name;
  private final String text;
  private final JsonNode tree;
  private final Map<String, Place> places;

  Document(String name, String text, JsonNode tree, Map<String, Place> places) {
    this.name = name;
    this.text = text;
    this.tree = tree;
    this.places = Map.copyOf(places);
  }

  /** A file as it was read. */
  record Origin(String name, List<String> lines) {}

  /** Where a node stands: its key (the node itself if it has none) and its value. */
  record Place(Origin origin, Span key, Span value) {
    Source keySource() {
      return key.in(origin.name, origin.lines);
    }

    Source valueSource() {
      return value.in(origin.name, origin.lines);
    }
  }

  /**
   * Reads a file of UTF-8 text.
   *
   * @param file the file
   * @param shownName how problems name it: the path as the user gave it
   * @param problems gets {@code input/...} for a file that cannot be read and {@code yaml/...} for
   *     one that is not one sound document
   * @return the document, empty if there is none to work with; it may be there although problems
   *     were found
   */
  public static Optional<Document> read(Path file, String shownName, Problems problems) {
    return InputFile.read(file, shownName, problems)
        .flatMap(text -> parse(shownName, text, problems));
  }

  /**
   * Reads a text.
   *
   * @param shownName how problems name it
   * @param text the YAML
   * @param problems gets {@code yaml/...} for what is wrong with it
   * @return the document, empty if there is none to work with; it may be there although problems
   *     were found
   */
  public static Optional<Document> parse(String shownName, String text, Problems problems) {
    return new DocumentParser(shownName, text, problems).parse();
  }

  /**
   * Returns a document for a tree that was not written by hand: every position is its beginning.
   *
   * @param shownName how problems name it
   */
  public static Document unplaced(String shownName, JsonNode tree) {
    Span start = new Span(1, 1, 1);
    Place place = new Place(new Origin(shownName, List.of("")), start, start);
    return new Document(shownName, "", tree, Map.of("", place));
  }

  /**
   * Returns this document laid over another: maps merge key by key and this one wins, lists and
   * other values replace, and null removes what is there. Every node keeps the place where it
   * stands, in whichever file that is.
   *
   * @param apart keys of the root that are not taken over from the base
   */
  public Document over(Document base, Set<String> apart) {
    return new Layers(base, this).merged(apart);
  }

  /**
   * Returns this document with another one in the place of a value. Every node keeps the place
   * where it stands, in whichever file that is.
   *
   * @param pointer the JSON pointer of a value of a mapping, which is there
   */
  public Document with(String pointer, Document other) {
    int slash = pointer.lastIndexOf('/');
    JsonNode changed = tree.deepCopy();
    if (!(changed.at(pointer.substring(0, slash)) instanceof ObjectNode parent)) {
      throw new IllegalArgumentException("not in a mapping: " + pointer);
    }
    parent.set(pointer.substring(slash + 1), other.tree);
    Map<String, Place> merged = new HashMap<>(places);
    other.places.forEach((at, place) -> merged.put(pointer + at, place));
    return new Document(name, text, changed, merged);
  }

  /** Returns the content; aliases and merge keys are resolved. Not to be changed. */
  public JsonNode tree() {
    return tree;
  }

  /**
   * Returns where the key of a node stands.
   *
   * @param pointer a JSON pointer; for one that is not in the document its nearest ancestor counts
   */
  public Source key(String pointer) {
    return place(pointer).keySource();
  }

  /**
   * Returns where the value of a node stands; of a value of many lines the first one is meant.
   *
   * @param pointer a JSON pointer; for one that is not in the document its nearest ancestor counts
   */
  public Source value(String pointer) {
    return place(pointer).valueSource();
  }

  /**
   * Returns where a piece of a string value stands; the whole value if that cannot be told.
   *
   * @param pointer the value's JSON pointer
   * @param piece what to look for
   * @param start the beginning of it that is counted
   * @param ordinal how many times {@code start} comes before it
   */
  public Source piece(String pointer, String piece, String start, int ordinal) {
    Source whole = value(pointer);
    int from = whole.text().offsetByCodePoints(0, whole.column() - 1);
    int end =
        whole.text().offsetByCodePoints(from, Math.min(whole.length(), rest(whole.text(), from)));
    int at = whole.text().indexOf(start, from);
    for (int i = 0; i < ordinal && at >= 0; i++) {
      at = whole.text().indexOf(start, at + start.length());
    }
    if (at < 0 || !whole.text().startsWith(piece, at) || at + piece.length() > end) {
      return whole;
    }
    int column = whole.text().codePointCount(0, at) + 1;
    int length = piece.codePointCount(0, piece.length());
    return new Source(whole.file(), whole.line(), column, length, whole.text());
  }

  /** Returns how problems name the document. */
  public String name() {
    return name;
  }

  /** Returns the text as it was read. */
  public String text() {
    return text;
  }

  private Place place(String pointer) {
    String known = pointer;
    Place place = places.get(known);
    while (place == null && !known.isEmpty()) {
      known = known.substring(0, Math.max(0, known.lastIndexOf('/')));
      place = places.get(known);
    }
    Span start = new Span(1, 1, 1);
    return place == null ? new Place(new Origin(name, List.of("")), start, start) : place;
  }

  private static int rest(String line, int from) {
    return line.codePointCount(from, line.length());
  }

  Map<String, Place> places() {
    return places;
  }
}
