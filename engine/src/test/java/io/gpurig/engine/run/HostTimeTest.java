package io.gpurig.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.connect.SshEnvironment;
import io.gpurig.engine.inventory.ConnectionVariables;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.RoundTrips;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class HostTimeTest {
  private static final Connector LOCAL = new Connectors(SshEnvironment.ofProcess());

  private final Skipping waiting = new Skipping();
  private final HostTime time =
      new HostTime(Duration.ofSeconds(10), Duration.ofSeconds(5), Operator.NONE, LOCAL, waiting);

  private static ConnectionSettings here() {
    Host host =
        new Host("here", Map.of("ansible_connection", JsonNodeFactory.instance.textNode("local")));
    return ConnectionVariables.settings(host, Path.of("/"), Optional.empty(), new Problems())
        .orElseThrow();
  }

  private static HostReport failed(String code) {
    return HostReport.failed("here", List.of(Problem.error(code, "so")), RoundTrips.NONE);
  }

  private static List<String> codes(HostReport report) {
    return report.problems().stream().map(Problem::code).toList();
  }

  @Test
  void itIsAsIfTheOperatorWantedToStopWhenTheTimeIsOver() {
    waiting.sleep(Duration.ofMillis(9_999));
    assertThat(time.wantsToStop()).isFalse();
    assertThat(codes(time.told(failed("connect/lost")))).containsExactly("connect/lost");

    waiting.sleep(Duration.ofMillis(1));

    assertThat(time.wantsToStop()).isTrue();
    assertThat(time.why().message()).isEqualTo("was not done within 10 s");
    assertThat(codes(time.told(failed("connect/lost"))))
        .containsExactly("run/host-timeout", "connect/lost");
    assertThat(codes(time.told(failed("run/host-timeout")))).containsExactly("run/host-timeout");
  }

  @Test
  void thereIsTimeToTakeBackAndThenNoMore() throws Exception {
    waiting.sleep(Duration.ofSeconds(14));
    time.connect(here()).close();

    waiting.sleep(Duration.ofSeconds(1));
    assertThatThrownBy(() -> time.connect(here()))
        .isInstanceOf(ConnectionException.class)
        .hasMessage("was not done within 10 s");
  }

  @Test
  @Timeout(30)
  void aCommandThatHangsIsCut() throws Exception {
    HostTime brief =
        new HostTime(
            Duration.ofMillis(100), Duration.ofMillis(100), Operator.NONE, LOCAL, Waiting.REAL);
    try (Connection connection = brief.connect(here())) {
      Connection.ExecResult result =
          connection.exec("exec sleep 60", new byte[0], Duration.ofMinutes(2));
      assertThat(result.exit()).isEqualTo(128 + 9);
    }
  }
}
