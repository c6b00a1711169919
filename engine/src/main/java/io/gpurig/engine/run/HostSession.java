package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.Become;
import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.connect.Duplex;
import io.gpurig.engine.docker.DockerEngine;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.fact.ReadScript;
import io.gpurig.engine.fact.UnreadableAnswerException;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport.RoundTrips;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** One host while a connection to it is open. */
final class HostSession implements AutoCloseable {
  /** Each command of a read has 30 seconds of its own; this is for a host that answers nothing. */
  private static final Duration READ_DEADLINE = Duration.ofMinutes(5);

  private final ConnectionSettings settings;
  private final Connection connection;
  private final Patience patience;
  private final DockerEngine docker;

  private HostSession(ConnectionSettings settings, Connection connection, Patience patience) {
    this.settings = settings;
    this.connection = connection;
    this.patience = patience;
    this.docker = DockerEngine.over(connection, settings.become(), patience.of(DockerEngine.USUAL));
  }

  static HostSession open(ConnectionSettings settings, Connector connector, Patience patience)
      throws ConnectionException {
    return new HostSession(settings, connector.connect(settings), patience);
  }

  /** How long this host may take. */
  Patience patience() {
    return patience;
  }

  /** Returns the host's inventory name. */
  String host() {
    return settings.name();
  }

  DockerEngine docker() {
    return docker;
  }

  /** Reads all at once: one exec for the script, and Docker beside it over the same connection. */
  Facts read(List<Read> reads) throws ConnectionException {
    return read(reads, "");
  }

  /**
   * The same, with a script before that says nothing.
   *
   * @param first what must have happened before the host is read
   */
  Facts read(List<Read> reads, String first) throws ConnectionException {
    try (ExecutorService beside =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("docker-read").factory())) {
      boolean wantsDocker = reads.stream().anyMatch(Read::asksDocker);
      Future<DockerFacts> state = wantsDocker ? beside.submit(() -> readDocker(reads)) : null;
      Facts facts = readScript(ReadScript.of(reads), first);
      return state == null ? facts : facts.withDocker(state.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(Problem.error("run/interrupted", "interrupted"));
    }
  }

  private Facts readScript(ReadScript script, String first) throws ConnectionException {
    ExecResult result = sh(first + script.text(), patience.of(READ_DEADLINE));
    try {
      return script.parse(settings.name(), result.stdout());
    } catch (UnreadableAnswerException e) {
      throw new ConnectionException(shellProblem(result, e.reason()));
    }
  }

  private DockerFacts readDocker(List<Read> reads) {
    try {
      DockerFacts state =
          new DockerFacts(Optional.of(docker.info()), docker.containers(), Optional.empty());
      Set<String> images = new TreeSet<>();
      Set<String> distributions = new TreeSet<>();
      for (Read read : reads) {
        switch (read) {
          case Read.Image(String reference) -> images.add(reference);
          case Read.ImagesOf(String label) -> images.addAll(state.imagesOf(label));
          case Read.Distribution(String reference) -> distributions.add(reference);
          default -> {} // a script reads it, or it is read already
        }
      }
      return state.withImages(docker.images(images), docker.distributions(distributions));
    } catch (DockerException e) {
      String advice = e.problem().suggestion().map(s -> "; " + s).orElse("");
      return DockerFacts.unreachable(e.problem().message() + advice);
    }
  }

  /** Runs a script as the user that the plan's work is done as. */
  ExecResult sh(String script, Duration deadline) throws ConnectionException {
    return sh(script, deadline, line -> {});
  }

  /** The same, and tells the lines that it writes as they come. */
  ExecResult sh(String script, Duration deadline, Consumer<String> lines)
      throws ConnectionException {
    return Become.exec(
        connection, settings.become(), "sh -s", script.getBytes(UTF_8), deadline, lines);
  }

  /** Starts a command as that user, and returns its standard input and output. */
  Duplex start(String command) throws ConnectionException {
    return Become.open(connection, settings.become(), command);
  }

  /** Returns what is wrong with a shell that did not do as it was told. */
  Problem shellProblem(ExecResult result, String reason) {
    return ShellProblem.of(settings, connection.user(), result, reason);
  }

  RoundTrips roundTrips() {
    Connection.Traffic traffic = connection.traffic();
    return new RoundTrips(
        traffic.connections(), traffic.execs(), traffic.channels(), docker.requests());
  }

  @Override
  public void close() {
    docker.close();
    connection.close();
  }
}
