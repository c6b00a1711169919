package io.gpurig.lab.docker;

import io.gpurig.lab.http.HttpRequest;
import io.gpurig.lab.http.HttpResponder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends the log of a container, and with {@code follow} what is added until it stops. */
final class LogStream {
  private final Engine engine;
  private final String reference;

  LogStream(Engine engine, String reference) {
    this.engine = engine;
    this.reference = reference;
  }

  void send(HttpRequest request, HttpResponder responder) throws IOException, InterruptedException {
    boolean out = request.flag("stdout");
    boolean err = request.flag("stderr");
    if (!out && !err) {
      throw new ApiException(400, "Bad parameters: you must choose at least one stream");
    }
    Container container;
    List<LogLine> lines;
    int position;
    engine.lock().lock();
    try {
      container = engine.find(reference);
      lines = container.logFrom(0);
      position = container.logEnd();
    } finally {
      engine.lock().unlock();
    }
    boolean tty = container.spec.config().path("Tty").asBoolean();
    String type = tty ? "raw-stream" : "multiplexed-stream";
    Instant since = since(request.query("since"));
    lines =
        lines.stream().filter(l -> !l.time().isBefore(since) && (l.error() ? err : out)).toList();
    lines = tail(lines, request.query("tail"));
    try (OutputStream stream = responder.stream("application/vnd.docker." + type)) {
      while (true) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (LogLine line : lines) {
          if (line.error() ? err : out) {
            frames.write(line.frame(request.flag("timestamps"), tty));
          }
        }
        stream.write(frames.toByteArray());
        if (!request.flag("follow") || !awaitMore(container, position)) {
          return;
        }
        engine.lock().lock();
        try {
          lines = container.logFrom(position);
          position = container.logEnd();
        } finally {
          engine.lock().unlock();
        }
      }
    }
  }

  /** Waits for a new line; false when none can come any more. */
  private boolean awaitMore(Container container, int position) throws InterruptedException {
    engine.lock().lock();
    try {
      while (container.logEnd() == position) {
        if (!container.isRunning() || engine.isClosed()) {
          return false;
        }
        engine.changed().await();
      }
      return true;
    } finally {
      engine.lock().unlock();
    }
  }

  private static Instant since(@Nullable String text) {
    return text != null && text.matches("\\d{1,11}(\\.\\d*)?")
        ? Instant.ofEpochSecond(Long.parseLong(text.replaceFirst("\\..*", "")))
        : Instant.EPOCH;
  }

  private static List<LogLine> tail(List<LogLine> lines, @Nullable String text) {
    if (text == null || !text.matches("\\d{1,9}")) {
      return lines;
    }
    return lines.subList(Math.max(0, lines.size() - Integer.parseInt(text)), lines.size());
  }
}
