package io.gpurig.lab.docker;

import java.util.List;

/** Runs until it is stopped, but for three commands that end at once on any machine. */
final class PlainWorkload implements Workload {
  @Override
  public void start(ContainerProcess process) {
    List<String> line = process.commandLine();
    switch (line.isEmpty() ? "" : line.getFirst().replaceFirst(".*/", "")) {
      case "true" -> process.exit(0);
      case "false" -> process.exit(1);
      case "echo" -> {
        process.log(String.join(" ", line.subList(1, line.size())));
        process.exit(0);
      }
      default -> {}
    }
  }

  @Override
  public void terminate(ContainerProcess process) {
    process.exit(128 + 15);
  }
}
