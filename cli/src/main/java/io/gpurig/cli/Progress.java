package io.gpurig.cli;

import io.gpurig.engine.run.Event;
import java.time.Clock;
import java.time.ZoneId;

/** Shows on standard error what happens, while it happens. */
interface Progress extends Event.Listener, AutoCloseable {
  /** Shows nothing but what is said to the person. */
  static Progress quiet(Console console) {
    return new Progress() {
      @Override
      public void on(Event event) {}

      @Override
      public void say(String text) {
        console.err().println(text);
      }
    };
  }

  /** Returns the kind that fits: drawn on a terminal, lines in a log. */
  static Progress of(Console console, OutputOptions output) {
    if (output.quiet()) {
      return quiet(console);
    }
    return console.terminal().size().isPresent()
        ? new LiveProgress(console, output.verbose())
        : new PlainProgress(console.err(), Clock.system(ZoneId.systemDefault()), output.verbose());
  }

  /** Tells the person something that is about no host. */
  void say(String text);

  /** Leaves the terminal to somebody else. */
  default void suspend() {}

  /** Takes the terminal back. */
  default void resume() {}

  /** Leaves the terminal as it was found. */
  @Override
  default void close() {}
}
