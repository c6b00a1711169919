package io.gpurig.cli;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.run.HostCare;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows and breaks the locks of hosts. */
@Command(
    name = "unlock",
    description = {
      "Shows who holds the locks of hosts, and breaks them with --force.",
      "A run whose lock is broken stops before its next action. A lock whose run is dead frees",
      "itself: at once when its connection ends, within a minute when the network is cut."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig unlock gpu-01 -i inventory.yaml            who has it?",
      "  gpurig unlock gpu-01 -i inventory.yaml --force    take it away",
      "",
      "Exit codes: 0 free, or broken, 1 a host failed, 2 the input is wrong, 3 locked."
    })
final class UnlockCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private HostOptions options = new HostOptions();

  @Option(names = "--force", description = "Take the lock away from whoever has it.")
  private boolean force;

  UnlockCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Optional<List<ConnectionSettings>> hosts = options.hosts(console);
    if (hosts.isEmpty()) {
      return ExitCode.INPUT_WRONG.code();
    }
    HostCare care = HostOptions.care(console, Progress.quiet(console));
    Map<ConnectionSettings, Optional<LockHolder>> locks =
        HostOptions.ask(console, hosts.get(), host -> care.lock(host, force));
    locks.forEach((host, holder) -> show(host.name(), holder));
    boolean locked = !force && locks.values().stream().anyMatch(Optional::isPresent);
    return (locks.size() < hosts.get().size()
            ? ExitCode.HOST_FAILED
            : locked ? ExitCode.CHANGES_PENDING : ExitCode.DESIRED_STATE)
        .code();
  }

  private void show(String host, Optional<LockHolder> holder) {
    String state =
        holder
            .map(h -> (force ? "was locked, and is free now: " : "locked by ") + h.describe())
            .orElse("free");
    console.out().println(Printable.line(host + ": " + state));
  }
}
