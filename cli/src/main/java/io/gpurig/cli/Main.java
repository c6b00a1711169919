package io.gpurig.cli;

/** The process. */
public final class Main {
  private Main() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] args) {
    HeadStart.of(args);
    System.exit(Gpurig.run(Console.ofProcess(), args));
  }
}
