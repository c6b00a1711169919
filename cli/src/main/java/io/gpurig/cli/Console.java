package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Prompt;
import io.gpurig.engine.connect.SshEnvironment;
import io.gpurig.engine.run.Patience;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the process that it runs in, handed in so that tests can run commands
 * without one.
 *
 * @param out for what was asked for
 * @param err for all else: problems, progress
 * @param colour whether {@code out} is a terminal that shows colours
 * @param environment the environment variables
 * @param home the user's home folder
 * @param terminal where progress is drawn and questions are asked
 * @param patience how long hosts may take
 */
record Console(
    PrintWriter out,
    PrintWriter err,
    boolean colour,
    Map<String, String> environment,
    Path home,
    Terminal terminal,
    Patience patience) {

  /** A console without a terminal. */
  Console(
      PrintWriter out,
      PrintWriter err,
      boolean colour,
      Map<String, String> environment,
      Path home) {
    this(out, err, colour, environment, home, Terminal.NONE, Patience.USUAL);
  }

  static Console ofProcess() {
    boolean terminal =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    Map<String, String> environment = System.getenv();
    boolean colour =
        terminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Console(
        writer(FileDescriptor.out),
        writer(FileDescriptor.err),
        colour,
        environment,
        Path.of(environment.getOrDefault("HOME", "/")),
        new Tty(environment),
        Patience.USUAL);
  }

  /** Returns as whom hosts are connected to; progress is not drawn over questions. */
  SshEnvironment ssh(Progress progress) {
    Prompt prompt =
        Questions.ofProcess(this).map(asks -> asks.apartFrom(progress)).orElse(Prompt.NOBODY);
    return new SshEnvironment(home, environment, prompt);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    Writer writer = new OutputStreamWriter(new FileOutputStream(descriptor), UTF_8);
    return new PrintWriter(writer, true);
  }
}
