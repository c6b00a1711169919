package io.gpurig.cli;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how often something is shown. */
final class WatchOptions {
  /** Control sequences of ECMA-48, and of DEC's terminals for the cursor. */
  private static final String HOME = "\u001b[H";

  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "2",
      paramLabel = "SECONDS",
      description =
          "Ask and show again that long after each answer (2 without a number), until Ctrl-C.")
  private @Nullable Integer seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "With --watch: end after so many answers.")
  private @Nullable Integer rounds;

  WatchOptions() {}

  /** Asks hosts. */
  interface Ask {
    Survey now() throws InterruptedException;
  }

  /** Makes text of what they answered, and files. */
  interface Show {
    String of(Survey survey) throws IOException;
  }

  /** Returns what is wrong with the options. */
  List<Problem> problems() {
    if (seconds != null && seconds < 1) {
      return List.of(Problem.error("watch/seconds", "--watch takes whole seconds, at least 1"));
    }
    if (rounds != null && (seconds == null || rounds < 1)) {
      return List.of(
          Problem.error("watch/rounds", "--rounds goes with --watch, and is at least 1"));
    }
    return List.of();
  }

  /** Asks and shows once, or for as long as is asked for; returns the code of the last round. */
  ExitCode repeat(Console console, Ask ask, Show show) throws InterruptedException {
    if (seconds == null) {
      return round(console, ask.now(), show, false);
    }
    boolean screen = console.colour();
    // Ctrl-C ends the process wherever it is; the terminal gets its cursor back all the same
    Thread restore = Thread.ofPlatform().unstarted(() -> leave(console));
    if (screen) {
      Runtime.getRuntime().addShutdownHook(restore);
      console.out().print(HIDE_CURSOR + HOME + CLEAR_BELOW);
    }
    ExitCode code = round(console, ask.now(), show, screen);
    for (int done = 1; rounds == null || done < rounds; done++) {
      Thread.sleep(Duration.ofSeconds(seconds));
      code = round(console, ask.now(), show, screen);
    }
    if (screen) {
      Runtime.getRuntime().removeShutdownHook(restore);
      leave(console);
    }
    return code;
  }

  private static void leave(Console console) {
    console.out().print(SHOW_CURSOR);
    console.out().flush();
  }

  private static ExitCode round(Console console, Survey survey, Show show, boolean screen) {
    StringWriter complaints = new StringWriter();
    survey.complain(new PrintWriter(complaints, true));
    String text;
    ExitCode code = survey.exitCode();
    try {
      text = show.of(survey);
    } catch (IOException e) {
      text = "";
      code = ExitCode.HOST_FAILED;
      ProblemText.print(
          new PrintWriter(complaints, true),
          List.of(Problem.error("output/not-written", "could not be written: " + e)));
    }
    if (screen) {
      console.out().print(frame(text + complaints));
    } else {
      console.out().print(text);
      console.err().print(complaints);
      console.err().flush();
    }
    console.out().flush();
    return code;
  }

  /** Writes over what stands there instead of clearing it first, which would flicker. */
  static String frame(String text) {
    return HOME + text.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW;
  }
}
