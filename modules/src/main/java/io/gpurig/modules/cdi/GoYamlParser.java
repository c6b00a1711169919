package io.gpurig.modules.cdi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Parses the first document of a text into nodes. The parser is of YAML 1.2, go-yaml's is of YAML
 * 1.1; where their grammars differ in what specs may hold, this refuses what go-yaml refuses.
 */
final class GoYamlParser {
  /** A spec has about 10 levels; nothing deeper than this can be one. */
  private static final int MAX_DEPTH = 100;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setUseMarks(true)
          .setVersionFunction(GoYamlParser::version)
          .setCodePointLimit(Integer.MAX_VALUE)
          // with the default of 1024, the time for one long line grows with its square
          .setBufferSize(1 << 16)
          .build();

  private final int[] text;
  private int flow;
  private final ParserImpl events;
  private final Map<String, GoNode.Anchor> anchors = new HashMap<>();
  private int depth;

  private GoYamlParser(String text) {
    this.text = text.codePoints().toArray();
    this.events = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
  }

  /** Why a text is not what go-yaml takes for YAML. */
  static final class Unparsable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Place place;

    Unparsable(String message, Place place) {
      super(message);
      this.place = place;
    }

    Place place() {
      return place;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** Returns the root of the first document; empty if there is none. */
  static Optional<GoNode> parse(String text) throws Unparsable {
    try {
      return new GoYamlParser(text).document();
    } catch (MarkedYamlEngineException e) {
      Place place = Place.of(e.getProblemMark(), Optional.empty());
      throw new Unparsable(
          "line %d: %s".formatted(place.line(), Optional.ofNullable(e.getProblem()).orElse("")),
          place);
    } catch (ReaderException e) {
      throw new Unparsable("control characters are not allowed", place(text, e.getPosition()));
    } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // the parser throws these two for some malformed directives and tags
      throw new Unparsable("this is not YAML: " + e.getMessage(), Place.START);
    }
  }

  private static SpecVersion version(SpecVersion version) {
    if (version.getMajor() != 1 || version.getMinor() != 1) {
      throw new YamlEngineException("found incompatible YAML document");
    }
    return version;
  }

  private static Place place(String text, int index) {
    int end = text.offsetByCodePoints(0, Math.min(index, text.codePointCount(0, text.length())));
    String before = text.substring(0, end);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    String start = before.substring(before.lastIndexOf('\n') + 1);
    return new Place(line, start.codePointCount(0, start.length()) + 1, 1);
  }

  private Optional<GoNode> document() throws Unparsable {
    events.next(); // the start of the stream
    if (!events.checkEvent(Event.ID.DocumentStart)) {
      return Optional.empty();
    }
    events.next();
    GoNode root = node();
    // the end of the document shows whether something stands behind the root
    events.next();
    return Optional.of(root);
  }

  private GoNode node() throws Unparsable {
    Event event = events.next();
    Place place = Place.of(event.getStartMark(), event.getEndMark());
    if (event instanceof AliasEvent alias) {
      return alias(alias.getAlias().getValue(), place);
    }
    GoNode.Anchor anchor = new GoNode.Anchor();
    if (event instanceof NodeEvent named) {
      named.getAnchor().map(Anchor::getValue).ifPresent(name -> anchors.put(name, anchor));
    }
    if (++depth > MAX_DEPTH) {
      throw new Unparsable("nested deeper than " + MAX_DEPTH + " levels", place);
    }
    GoNode node =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event, place);
          case SequenceStart ->
              new GoNode.Sequence(children(event, Event.ID.SequenceEnd, place), place);
          case MappingStart ->
              new GoNode.Mapping(children(event, Event.ID.MappingEnd, place), place);
          default -> throw new Unparsable("unexpected " + event.getEventId(), place);
        };
    depth--;
    anchor.set(node);
    return node;
  }

  private GoNode alias(String name, Place place) throws Unparsable {
    GoNode.Anchor target = anchors.get(name);
    if (target == null) {
      throw new Unparsable("unknown anchor '%s' referenced".formatted(name), place);
    }
    return new GoNode.Alias(name, target, place);
  }

  private List<GoNode> children(Event start, Event.ID end, Place place) throws Unparsable {
    boolean flows = start instanceof CollectionStartEvent collection && collection.isFlow();
    if (flows && followsBareKey(index(start.getStartMark()))) {
      throw refused("did not find expected ',' or '}'", place);
    }
    flow += flows ? 1 : 0;
    List<GoNode> children = new ArrayList<>();
    while (!events.checkEvent(end)) {
      children.add(node());
    }
    events.next();
    flow -= flows ? 1 : 0;
    return children;
  }

  /** In {@code {a:[b]}} the colon belongs to the word for go-yaml, to YAML 1.2 it does not. */
  private boolean followsBareKey(int index) {
    return index >= 2 && text[index - 1] == ':' && "\"' \t\n\r]}".indexOf(text[index - 2]) < 0;
  }

  private static int index(Optional<Mark> mark) {
    return mark.map(Mark::getIndex).orElse(0);
  }

  private GoNode scalar(ScalarEvent event, Place place) throws Unparsable {
    if (event.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED) {
      refuseNewEscapes(event, place);
    }
    if (flow > 0 && event.isPlain() && event.getValue().contains("?")) {
      throw refused("did not find expected ',' or '}'", place);
    }
    Optional<String> tag = event.getTag().filter(t -> !t.equals("!"));
    boolean implicit = event.getImplicit().canOmitTagInPlainScalar();
    return new GoNode.Scalar(event.getValue(), tag.orElse(""), implicit, place);
  }

  /**
   * JSON may write {@code \/}, as YAML 1.2 may, and a character in two halves; go-yaml v2 knows
   * neither.
   */
  private void refuseNewEscapes(ScalarEvent event, Place place) throws Unparsable {
    int start = index(event.getStartMark());
    int end = Math.max(start, index(event.getEndMark()));
    int[] written = Arrays.copyOfRange(text, start, end);
    for (int i = 0; i + 1 < written.length; i++) {
      if (written[i] == '\\') {
        if (written[i + 1] == '/') {
          throw refused("found unknown escape character", place);
        }
        boolean half =
            written[i + 1] == 'u'
                && i + 3 < written.length
                && Character.toLowerCase(written[i + 2]) == 'd'
                && Character.digit(written[i + 3], 16) >= 8;
        if (half) {
          throw refused("found invalid Unicode character escape code", place);
        }
        i++;
      }
    }
  }

  private static Unparsable refused(String message, Place place) {
    return new Unparsable("line %d: %s".formatted(place.line(), message), place);
  }
}
