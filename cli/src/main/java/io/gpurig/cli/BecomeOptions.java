package io.gpurig.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that hand over the password of sudo, with Ansible's names. */
final class BecomeOptions {
  @Option(
      names = {"-K", "--ask-become-pass"},
      description = "Ask for the password of sudo, for hosts whose inventory has none.")
  private boolean ask;

  @Option(
      names = {"--become-password-file", "--become-pass-file"},
      paramLabel = "FILE",
      description = "A file with that password, or a program that prints it; `-` reads it here.")
  private @Nullable Path file;

  BecomeOptions() {}

  boolean ask() {
    return ask;
  }

  Optional<Path> file() {
    return Optional.ofNullable(file);
  }
}
