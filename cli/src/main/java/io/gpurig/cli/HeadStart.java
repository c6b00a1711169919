package io.gpurig.cli;

import io.gpurig.engine.connect.SshConnector;
import io.gpurig.engine.yaml.Schema;
import java.util.Set;

/**
 * What most runs need a moment later, begun on the other cores while the command line and the plan
 * are read. It touches no host and no file of the user's, and whoever comes first waits for it.
 */
final class HeadStart {
  private static final Set<String> PLANS = Set.of("plan", "apply", "validate", "facts", "doctor");
  private static final Set<String> CONNECTING =
      Set.of("plan", "apply", "facts", "doctor", "history", "undo", "unlock");

  private HeadStart() {}

  static void of(String... args) {
    String command = args.length == 0 ? "" : args[0];
    if (CONNECTING.contains(command)) {
      begin("head-start-ssh", SshConnector::prepare);
    }
    if (PLANS.contains(command)) {
      begin("head-start-schema", () -> Schema.load("plan.schema.json"));
    }
  }

  private static void begin(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }
}
