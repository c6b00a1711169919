package io.gpurig.cli;

import io.gpurig.engine.report.SafeText;
import io.gpurig.engine.run.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a run at the foot of a terminal, ten times a second at most; what is to stay scrolls by
 * above it. Each picture is written at once over the one before, so that nothing flickers.
 */
final class LiveProgress implements Progress {
  private static final int FRAME_MILLIS = 100;

  /** Control sequences of ECMA-48, and of DEC for the cursor, that every terminal knows. */
  private static final String HIDE_CURSOR = "\u001b[?25l";

  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_TO_LINE_END = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Console console;
  private final boolean verbose;
  private final List<String> staying = new ArrayList<>();
  private final Thread painter;
  private final Thread hook;
  private FleetState state = FleetState.before(System.nanoTime());
  private List<String> drawn = List.of();
  private boolean held;
  private boolean closed;

  LiveProgress(Console console, boolean verbose) {
    this.console = console;
    this.verbose = verbose;
    this.hook = Thread.ofPlatform().unstarted(this::restore);
    Runtime.getRuntime().addShutdownHook(hook); // a plan that is interrupted ends without us
    this.painter = Thread.ofPlatform().daemon().name("progress").start(this::paint);
  }

  @Override
  public synchronized void on(Event event) {
    state = state.after(event, System.nanoTime());
    switch (event) {
      case Event.HostDone done when HostEnd.isBad(done.report()) ->
          HostEnd.of(done.report()).ifPresent(text -> staying.add(done.host() + "  " + text));
      case Event.HostDone done when verbose ->
          HostEnd.of(done.report()).ifPresent(text -> staying.add(done.host() + "  " + text));
      case Event.ActionStarted started when verbose ->
          staying.add(started.host() + "    " + started.action().describe());
      case Event.Undoing undoing ->
          staying.add(undoing.host() + "  undo: " + undoing.action().describe());
      case Event.HealthCheckDone(String host, var problem) when problem.isPresent() ->
          staying.add(host + "  unhealthy: " + problem.get().message());
      case Event.RolloutHeld(String text) -> staying.add("rollout: " + text);
      default -> {}
    }
  }

  @Override
  public synchronized void say(String text) {
    staying.add(text);
    draw();
  }

  @Override
  public synchronized void suspend() {
    held = true;
    write(erased() + SHOW_CURSOR);
    drawn = List.of();
  }

  @Override
  public synchronized void resume() {
    held = false;
  }

  @Override
  public void close() {
    restore();
    painter.interrupt();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending
    }
  }

  private synchronized void restore() {
    if (!closed) {
      closed = true;
      write(erased() + stayed() + SHOW_CURSOR);
      drawn = List.of();
    }
  }

  private void paint() {
    try {
      while (true) {
        synchronized (this) {
          if (closed) {
            return;
          }
          draw();
        }
        Thread.sleep(FRAME_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void draw() {
    Terminal.Size size = console.terminal().size().orElse(new Terminal.Size(80, 24));
    if (held || closed || (state.total() == 0 && staying.isEmpty())) {
      return;
    }
    List<String> lines =
        new LiveView(size.columns(), Math.max(1, size.rows() - 1), colour(), verbose)
            .lines(state, System.nanoTime());
    if (lines.equals(drawn) && staying.isEmpty()) {
      return;
    }
    StringBuilder frame = new StringBuilder(HIDE_CURSOR);
    frame.append(staying.isEmpty() ? atTop() : erased() + stayed());
    frame.append(String.join(CLEAR_TO_LINE_END + "\n", lines));
    frame.append(CLEAR_TO_LINE_END + CLEAR_BELOW);
    write(frame.toString());
    drawn = lines;
  }

  private boolean colour() {
    return console.environment().getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** Moves to where the picture begins. */
  private String atTop() {
    return drawn.size() > 1 ? "\r\u001b[" + (drawn.size() - 1) + "A" : "\r";
  }

  private String erased() {
    return drawn.isEmpty() ? "" : atTop() + CLEAR_BELOW;
  }

  private String stayed() {
    StringBuilder text = new StringBuilder();
    staying.forEach(line -> text.append(SafeText.line(line)).append('\n'));
    staying.clear();
    return text.toString();
  }

  private void write(String text) {
    console.err().print(text);
    console.err().flush();
  }
}
