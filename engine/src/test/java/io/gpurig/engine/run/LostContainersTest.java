package io.gpurig.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LostContainersTest {
  private final DockerFacts before = docker(container("web", true), container("old", false));

  @Test
  void whatRunsStillOrDidNotRunIsNotLost() {
    assertThat(LostContainers.of(before, before, before.containers())).isEmpty();
    assertThat(LostContainers.of(before, before, List.of(container("web", true)))).isEmpty();
  }

  @Test
  void oneThatEndedOrIsGoneIsToldByNameAndHow() {
    assertThat(messages(List.of(container("web", false))))
        .containsExactly(
            "container web ran before the apply and does not run any more: it is exited, exit"
                + " status 137");
    assertThat(messages(List.of(container("other", true))))
        .containsExactly(
            "container web ran before the apply and does not run any more: it is gone");
  }

  @Test
  void oneThatThePlanMeansToEndIsNotLost() {
    DockerFacts stopped = docker(container("web", false));
    assertThat(LostContainers.of(before, stopped, List.of())).isEmpty();
    assertThat(LostContainers.of(before, docker(), List.of())).isEmpty();
  }

  private List<String> messages(List<JsonNode> after) {
    return LostContainers.of(before, before, after).stream().map(Problem::message).toList();
  }

  private static DockerFacts docker(JsonNode... containers) {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    return new DockerFacts(Optional.of(info), Stream.of(containers).toList(), Optional.empty());
  }

  /** As {@code GET /containers/{id}/json} answers. */
  private static JsonNode container(String name, boolean running) {
    ObjectNode container = JsonNodeFactory.instance.objectNode().put("Name", "/" + name);
    container
        .putObject("State")
        .put("Status", running ? "running" : "exited")
        .put("Running", running)
        .put("ExitCode", running ? 0 : 137);
    return container;
  }
}
