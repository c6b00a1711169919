package io.gpurig.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.docker.FakeEngine;
import io.gpurig.engine.docker.FakeEngine.Reply;
import io.gpurig.engine.docker.FakeHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WaiterTest {
  private static final Pattern TAIL = Pattern.compile("tail=(\\d+)");
  private static final String ERROR = "Could not resolve Linux kernel version";

  @TempDir private Path folder = Path.of("");

  /**
   * In every second log of Docker 20.10 on a busy machine, what was written to standard error last
   * but three stands before all that the same start of the container wrote to standard output.
   */
  @Test
  void tellsTheErrorOfAContainerThatItsEngineLoggedAheadOfTheOutput() throws Exception {
    List<String> log = new ArrayList<>();
    log.add(frame(2, ERROR));
    log.addAll(Collections.nCopies(11, frame(1, "Installing")));
    log.addAll(Collections.nCopies(8, frame(1, "Installing once more")));

    try (FakeEngine engine = new FakeEngine(folder, request -> answer(request, log));
        HostSession session =
            HostSession.open(
                LocalTarget.settings(),
                settings -> FakeHost.withSocket(engine.path()),
                Patience.USUAL)) {
      Waiter waiter = new Waiter("here", session, event -> {}, Waiting.REAL);
      Action.WaitFor wait =
          new Action.WaitFor(
              "the driver",
              List.of(new Condition.ContainerUp("nvidia-driver", 1)),
              60,
              Optional.of("nvidia-driver"));

      ActionException failure =
          catchThrowableOfType(ActionException.class, () -> waiter.await(wait, Operator.NONE));

      assertThat(failure.problem().message())
          .contains("container nvidia-driver keeps ending (exit status 1)");
      assertThat(failure.problem().suggestion().orElse("")).contains("last lines of", ERROR);
    }
  }

  /** As an engine answers whose container is between two starts. */
  private static Reply answer(String request, List<String> log) {
    Matcher tail = TAIL.matcher(request);
    if (tail.find()) {
      int from = Math.max(0, log.size() - Integer.parseInt(tail.group(1)));
      return Reply.chunked(String.join("", log.subList(from, log.size())));
    }
    return Reply.json(
        200,
        "{\"RestartCount\":3,\"State\":{\"Running\":true,\"Restarting\":true,\"ExitCode\":1}}");
  }

  private static String frame(int stream, String line) {
    return "%c\0\0\0\0\0\0%c%s%n".formatted(stream, line.length() + 1, line);
  }
}
