package io.gpurig.modules.cdi;

/**
 * One thing that is wrong with a spec.
 *
 * @param message what the Go library says of it
 * @param fix what to do about it, empty if that is plain
 */
record Fault(String message, Place place, String fix) {
  Fault(String message, Place place) {
    this(message, place, "");
  }
}
