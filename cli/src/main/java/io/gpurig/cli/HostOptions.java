package io.gpurig.cli;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.inventory.ConnectionVariables;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.HostPattern;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.run.ApplyOptions;
import io.gpurig.engine.run.HostCare;
import io.gpurig.engine.run.HostCare.Answer;
import io.gpurig.engine.run.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The hosts that a command without a plan is about. */
final class HostOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      description = "The Ansible inventory. Without one the only host is localhost.")
  private @Nullable Path inventory;

  @Parameters(index = "0", paramLabel = "HOST", description = "A host, or an Ansible host pattern.")
  private String pattern = "all";

  @Mixin private BecomeOptions become = new BecomeOptions();

  HostOptions() {}

  /** Returns the hosts, or nothing if something is wrong, which has been said by then. */
  Optional<List<ConnectionSettings>> hosts(Console console) {
    Problems problems = new Problems();
    Optional<Inventory> known =
        inventory == null
            ? Optional.of(Inventory.implicitLocalhost())
            : Inventory.load(inventory, inventory.toString(), problems);
    List<Host> selected =
        known
            .map(hosts -> HostPattern.select(pattern, hosts, Optional.empty(), problems))
            .orElse(List.of());
    List<ConnectionSettings> settings = new ArrayList<>();
    BecomePassword password = new BecomePassword(become, console, problems);
    for (Host host : selected) {
      ConnectionVariables.settings(host, console.home(), password.get(), problems)
          .ifPresent(settings::add);
    }
    ProblemText.print(console.err(), problems.sorted());
    return problems.block() ? Optional.empty() : Optional.of(settings);
  }

  static HostCare care(Console console, Progress events) {
    return new HostCare(
        new Connectors(console.ssh(events)),
        events,
        Waiting.REAL,
        applyOptions(console, Duration.ZERO, ApplyOptions.HOST_TIMEOUT));
  }

  /** Asks hosts one after the other; what went wrong is told at once and is not in the result. */
  static <T> Map<ConnectionSettings, T> ask(
      Console console,
      List<ConnectionSettings> hosts,
      Function<ConnectionSettings, Answer<T>> question) {
    Map<ConnectionSettings, T> answers = new LinkedHashMap<>();
    for (ConnectionSettings host : hosts) {
      value(console, host, question.apply(host)).ifPresent(value -> answers.put(host, value));
    }
    return answers;
  }

  static <T> Optional<T> value(Console console, ConnectionSettings host, Answer<T> answer) {
    return switch (answer) {
      case Answer.Of<T>(T value) -> Optional.of(value);
      case Answer.Failed<T>(Problem problem) -> {
        ProblemText.print(console.err(), host.name(), problem);
        yield Optional.empty();
      }
    };
  }

  /** Returns who we are, for those who find a host locked and for its history. */
  static ApplyOptions applyOptions(Console console, Duration lockTimeout, Duration hostTimeout) {
    Map<String, String> environment = console.environment();
    String user =
        Stream.of("USER", "LOGNAME")
            .map(environment::get)
            .filter(name -> name != null && !name.isEmpty())
            .findFirst()
            .orElseGet(() -> System.getProperty("user.name", "?"));
    return new ApplyOptions(
        user + "@" + controller(environment),
        ProcessHandle.current().pid(),
        lockTimeout,
        hostTimeout,
        console.patience());
  }

  private static String controller(Map<String, String> environment) {
    String named = environment.getOrDefault("HOSTNAME", "");
    if (!named.isEmpty()) {
      return named;
    }
    try {
      return java.nio.file.Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (java.io.IOException e) {
      return "?";
    }
  }
}
