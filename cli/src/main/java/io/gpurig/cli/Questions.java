package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Password;
import io.gpurig.engine.connect.Prompt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is asked of a user at a terminal; questions are asked one at a time. That there is one is
 * told by the console of the process; lines are read and written here, so that output may go
 * elsewhere.
 */
final class Questions implements Prompt {
  private static final int SHOWN = 40;

  private final java.io.Console device;
  private final Console console;

  private Questions(java.io.Console device, Console console) {
    this.device = device;
    this.console = console;
  }

  /** Returns the terminal of this process, if it has one. */
  static Optional<Questions> ofProcess(Console console) {
    return Optional.ofNullable(System.console())
        .filter(java.io.Console::isTerminal)
        .map(device -> new Questions(device, console));
  }

  /** Returns the same questions, while each of which nothing else is drawn. */
  Prompt apartFrom(Progress progress) {
    return new Prompt() {
      @Override
      public Optional<Password> passphrase(Path key, boolean again) {
        return apart(() -> Questions.this.passphrase(key, again));
      }

      @Override
      public Answer hostKeys(List<UnknownHost> hosts) {
        return apart(() -> Questions.this.hostKeys(hosts));
      }

      private <T> T apart(Supplier<T> question) {
        progress.suspend();
        try {
          return question.get();
        } finally {
          progress.resume();
        }
      }
    };
  }

  /** Asks for what must not be shown; empty if the user says nothing. */
  synchronized Optional<Password> secret(String question) {
    char[] typed = device.readPassword("%s", Printable.line(question));
    return typed == null || typed.length == 0
        ? Optional.empty()
        : Optional.of(new Password(new String(typed)));
  }

  @Override
  public Optional<Password> passphrase(Path key, boolean again) {
    return secret((again ? "That does not open it. " : "") + "Passphrase of the key " + key + ": ");
  }

  @Override
  public synchronized Answer hostKeys(List<UnknownHost> hosts) {
    console.err().print(question(hosts));
    console.err().flush();
    try {
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (true) {
        String line = in.readLine();
        switch (line == null ? "no" : line.strip().toLowerCase(Locale.ROOT)) {
          case "yes" -> {
            return Answer.YES;
          }
          case "no" -> {
            return Answer.NO;
          }
          case "all" -> {
            return Answer.ALL;
          }
          default -> console.err().print("Please type yes, no or all: ");
        }
        console.err().flush();
      }
    } catch (IOException e) {
      return Answer.NO;
    }
  }

  /** Returns the question about some hosts. */
  static String question(List<UnknownHost> hosts) {
    StringBuilder text = new StringBuilder();
    text.append(hosts.size() == 1 ? "1 host is" : hosts.size() + " hosts are");
    text.append(" not in known_hosts:\n");
    for (UnknownHost host : hosts.subList(0, Math.min(SHOWN, hosts.size()))) {
      String line = "%s %s %s".formatted(host.host(), host.type(), host.fingerprint());
      text.append("  ").append(Printable.line(line)).append('\n');
    }
    if (hosts.size() > SHOWN) {
      text.append("  and ").append(hosts.size() - SHOWN).append(" more\n");
    }
    return text.append("Trust these keys from now on (yes, no, all: these and all new ones)? ")
        .toString();
  }
}
