package io.gpurig.engine.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.inventory.ConnectionVariables;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.problem.Problems;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A host named {@code here} that is this machine. */
final class LocalTarget {
  private LocalTarget() {}

  static Target.Live of(String plan) {
    Problems problems = new Problems();
    return PlanFile.parse("test", plan, problems)
        .flatMap(p -> p.resolve(new Host("here", Map.of()), Map.of(), problems))
        .map(p -> new Target.Live(settings(), p))
        .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
  }

  static ConnectionSettings settings() {
    Host host =
        new Host("here", Map.of("ansible_connection", JsonNodeFactory.instance.textNode("local")));
    return ConnectionVariables.settings(host, Path.of("/"), Optional.empty(), new Problems())
        .orElseThrow();
  }
}
