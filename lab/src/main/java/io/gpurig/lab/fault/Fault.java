package io.gpurig.lab.fault;

import java.util.Locale;

/**
 * What goes wrong with one direction of a connection.
 *
 * @param way the direction
 * @param after how many bytes go through untouched before
 * @param kind what happens then
 * @param size milliseconds or bytes, as the kind says; 0 where it needs neither
 */
public record Fault(Way way, long after, Kind kind, int size) {

  /** A direction. */
  public enum Way {
    TO_HOST,
    TO_CLIENT
  }

  /** What happens. */
  public enum Kind {
    /** Both sides are reset. */
    CUT,
    /** Nothing goes either way any more, and nobody is told, as when a cable is pulled. */
    VANISH,
    /** The receiver is told that no more comes; the other direction goes on. */
    HALF_CLOSE,
    /** Nothing more goes this way; the other direction goes on. */
    MUTE,
    /** Nothing goes this way for so many milliseconds. */
    STALL,
    /** From now on each packet is late by up to so many milliseconds, so that streams overtake. */
    JITTER,
    /** The next so many bytes go one by one. */
    DRIP,
    /** One bit of the next byte is turned. */
    GARBLE
  }

  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    String direction = way.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return name + (size == 0 ? "" : " " + size) + " " + direction + " after " + after + " bytes";
  }
}
