package io.gpurig.engine.connect;

/** A password or passphrase; it shows itself to nobody who does not ask. */
public final class Password {
  private final String value;

  /**
   * Keeps a password.
   *
   * @throws IllegalArgumentException if it holds a line break or NUL: no program would take it
   */
  public Password(String value) {
    if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      throw new IllegalArgumentException("a password is one line of text");
    }
    this.value = value;
  }

  /** Returns the password itself. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Password password && password.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "********";
  }
}
