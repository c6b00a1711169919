package io.gpurig.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares the containers before and after an apply that disturbs what runs. */
final class LostContainers {
  private LostContainers() {}

  /**
   * Returns a problem for each container that ran before, should run still, and does not.
   *
   * @param before as it was
   * @param planned as it should be after the changes
   * @param after as it is
   */
  static List<Problem> of(DockerFacts before, DockerFacts planned, List<JsonNode> after) {
    List<Problem> lost = new ArrayList<>();
    for (JsonNode container : before.containers()) {
      String name = DockerFacts.name(container);
      boolean wanted =
          DockerFacts.isRunning(container)
              && planned.container(name).filter(DockerFacts::isRunning).isPresent();
      Optional<JsonNode> now =
          after.stream().filter(c -> DockerFacts.name(c).equals(name)).findFirst();
      if (wanted && now.filter(DockerFacts::isRunning).isEmpty()) {
        lost.add(lost(name, now));
      }
    }
    return lost;
  }

  private static Problem lost(String name, Optional<JsonNode> now) {
    String state =
        now.map(
                c ->
                    "is %s, exit status %s"
                        .formatted(
                            c.path("State").path("Status").asText("?"),
                            c.path("State").path("ExitCode").asText("?")))
            .orElse("is gone");
    return Problem.error(
            "apply/container-lost",
            "container %s ran before the apply and does not run any more: it %s"
                .formatted(name, state))
        .suggest("start it again with `docker start %s` if it is still needed".formatted(name));
  }
}
