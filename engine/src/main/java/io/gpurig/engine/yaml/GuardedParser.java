package io.gpurig.engine.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A parser that stops before a document gets so deep that composing it would overflow the stack, or
 * so large that it would not fit into memory.
 */
final class GuardedParser implements Parser {
  static final int MAX_DEPTH = 100;
  static final int MAX_NODES = 500_000;

  private final Parser parser;
  private int depth;
  private int nodes;

  GuardedParser(LoadSettings settings, String text) {
    parser = new ParserImpl(settings, new StreamReader(settings, text));
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return parser.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return parser.hasNext();
  }

  @Override
  public Event next() {
    Event event = parser.next();
    switch (event.getEventId()) {
      case MappingStart, SequenceStart -> depth++;
      case MappingEnd, SequenceEnd -> depth--;
      case Scalar, Alias -> nodes++;
      case Comment, DocumentEnd, DocumentStart, StreamEnd, StreamStart -> {}
    }
    if (depth > MAX_DEPTH) {
      throw new LimitException(
          "nested deeper than " + MAX_DEPTH + " levels", Span.of(event.getStartMark()));
    }
    if (nodes > MAX_NODES) {
      throw tooManyNodes(event.getStartMark());
    }
    return event;
  }

  static LimitException tooManyNodes(Optional<Mark> mark) {
    return new LimitException(
        "the document has more than " + MAX_NODES + " values, aliases expanded", Span.of(mark));
  }

  /** The document is beyond what a person writes. */
  static final class LimitException extends YamlEngineException {
    private static final long serialVersionUID = 1L;

    private final transient Span span;

    LimitException(String message, Span span) {
      super(message);
      this.span = span;
    }

    String reason() {
      return String.valueOf(getMessage());
    }

    Span span() {
      return span;
    }
  }
}
