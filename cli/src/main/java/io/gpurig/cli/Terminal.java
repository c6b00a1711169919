package io.gpurig.cli;

import java.time.Duration;
import java.util.Optional;

/** The terminal that a person sits at, as far as there is one. */
interface Terminal {
  /** There is none. */
  Terminal NONE =
      new Terminal() {
        @Override
        public Optional<Size> size() {
          return Optional.empty();
        }

        @Override
        public boolean canAsk() {
          return false;
        }

        @Override
        public Optional<String> line(Duration wait) {
          return Optional.empty();
        }
      };

  /**
   * How much it shows.
   *
   * @param columns at least 1
   * @param rows at least 1
   */
  record Size(int columns, int rows) {}

  /** Returns how much standard error shows, empty if it is no terminal that can be drawn on. */
  Optional<Size> size();

  /** Returns whether standard input and standard error are a terminal: somebody may answer. */
  boolean canAsk();

  /** Returns a line that was typed, empty if none was within this time. */
  Optional<String> line(Duration wait) throws InterruptedException;
}
