package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpurig.engine.connect.Connection.ExecResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every connection keeps, whatever it goes over. */
@Timeout(60)
abstract class ConnectionContract {
  static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] NOTHING = {};

  @SuppressWarnings("NullAway.Init")
  private Connection connection;

  abstract Connection connect() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    connection = connect();
  }

  @AfterEach
  final void close() {
    connection.close();
  }

  final Connection connection() {
    return connection;
  }

  private ExecResult sh(String command) throws ConnectionException {
    return connection.exec(command, NOTHING, LONG);
  }

  /** The command waits until it has been heard, so that lines told at its end are too late. */
  @Test
  void tellsWhatACommandWritesWhileItRuns(@TempDir Path folder) throws Exception {
    Path heard = folder.resolve("heard");
    List<String> lines = new CopyOnWriteArrayList<>();

    ExecResult result =
        connection.exec(
            "echo first; until [ -e %s ]; do sleep 0.1; done; echo last >&2".formatted(heard),
            NOTHING,
            LONG,
            line -> {
              lines.add(line);
              write(heard);
            });

    assertThat(lines).containsExactly("first", "last");
    assertThat(new String(result.stdout(), UTF_8)).isEqualTo("first\n");
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void returnsOutputErrorsAndExitStatus() throws Exception {
    ExecResult result = sh("echo out; echo err >&2; exit 3");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(new String(result.stdout(), UTF_8)).isEqualTo("out\n");
    assertThat(new String(result.stderr(), UTF_8)).isEqualTo("err\n");
  }

  @Test
  void addsTheSignalTo128() throws Exception {
    assertThat(sh("kill -TERM $$").exit()).isEqualTo(128 + 15);
    assertThat(sh("kill -9 $$").exit()).isEqualTo(128 + 9);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 2_097_151, 2_162_688, 2_163_688, 5_000_003})
  void carriesEveryByteBothWays(int size) throws Exception {
    byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);

    ExecResult result = connection.exec("cat", sent, LONG);

    assertThat(result.exit()).isZero();
    assertThat(result.stdout()).isEqualTo(sent);
  }

  @Test
  void waitsForAReaderThatIsSlow() throws Exception {
    byte[] sent = new byte[6_000_001];
    new Random(1).nextBytes(sent);

    ExecResult result = connection.exec("sleep 1; wc -c", sent, LONG);

    assertThat(new String(result.stdout(), UTF_8).strip()).isEqualTo("6000001");
  }

  @Test
  void readsBothStreamsAtOnce() throws Exception {
    ExecResult result =
        sh("head -c 5000000 /dev/zero >&2; head -c 4000000 /dev/zero; head -c 7 /dev/zero >&2");

    assertThat(result.stdout()).hasSize(4_000_000);
    assertThat(result.stderr()).hasSize(5_000_007);
  }

  @Test
  void doesNotMindInputThatNobodyReads() throws Exception {
    ExecResult result = connection.exec("exit 4", new byte[8_000_000], LONG);

    assertThat(result.exit()).isEqualTo(4);
  }

  @Test
  void cutsAtTheDeadlineAndStaysUsable() throws Exception {
    long start = System.nanoTime();

    assertThatThrownBy(() -> connection.exec("sleep 30", NOTHING, Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            ConnectionException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo("connect/deadline");
              assertThat(e.problem().message()).contains("0.3 s", "may still be running");
            });
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    assertThat(sh("echo still here").exit()).isZero();
  }

  @Test
  void cutsWhatWritesWithoutEndAtTheDeadline() throws Exception {
    assertProblem("yes | head -c 12000000; sleep 30", Duration.ofSeconds(2), "connect/deadline");
    assertThat(sh("echo still here").exit()).isZero();
  }

  @Test
  void cutsInputThatIsNotTaken() throws Exception {
    assertThatThrownBy(
            () -> connection.exec("sleep 30", new byte[9_000_000], Duration.ofMillis(500)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("did not end");
    assertThat(sh("echo still here").exit()).isZero();
  }

  @Test
  void refusesAnswersThatAreTooLarge() throws Exception {
    assertProblem("head -c 70000000 /dev/zero", LONG, "connect/too-large");
    assertThat(sh("echo still here").exit()).isZero();
  }

  private void assertProblem(String command, Duration deadline, String code) {
    assertThatThrownBy(() -> connection.exec(command, NOTHING, deadline))
        .isInstanceOfSatisfying(
            ConnectionException.class, e -> assertThat(e.problem().code()).isEqualTo(code));
  }

  @Test
  void servesManyThreads() throws Exception {
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 25; i++) {
        String text = "answer " + i;
        answers.add(threads.submit(() -> new String(sh("echo " + text).stdout(), UTF_8)));
      }
    }
    for (int i = 0; i < 25; i++) {
      assertThat(answers.get(i).get()).isEqualTo("answer " + i + "\n");
    }
    assertThat(connection.traffic().execs()).isEqualTo(25);
  }

  @Test
  void opensACommandAsAStream() throws Exception {
    try (Duplex duplex = connection.openCommand("cat; echo end")) {
      byte[] sent = new byte[3_000_000];
      new Random(3).nextBytes(sent);
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var out = duplex.output()) {
                      out.write(sent);
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      byte[] got = duplex.input().readAllBytes();
      writer.join();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      expected.write(sent);
      expected.write("end\n".getBytes(UTF_8));
      assertThat(got).isEqualTo(expected.toByteArray());
    }
    assertThat(connection.traffic().channels()).isEqualTo(1);
  }

  @Test
  void closingAStreamEndsAReadThatWaits() throws Exception {
    Duplex duplex = connection.openCommand("sleep 20");
    Thread closer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(200);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  duplex.close();
                });
    long start = System.nanoTime();
    int n;
    try {
      n = duplex.input().read();
    } catch (IOException cut) {
      n = -1;
    }
    closer.join();

    assertThat(n).isEqualTo(-1);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    assertThat(duplex.isOpen()).isFalse();
    assertThat(sh("echo still here").exit()).isZero();
  }
}
