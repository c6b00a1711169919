package io.gpurig.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.Secrets;
import io.gpurig.engine.yaml.Document;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Secrets of containers that stand in a list: two may have the same value. */
final class SecrecyTest {
  private static final Secrets SECRETS =
      new Secrets(Map.of("A", "hunter22", "B", "hunter22", "C", "--token=abc1"));

  private static JsonNode tree(String json) throws Exception {
    return new ObjectMapper().readTree(json);
  }

  private static Secrecy secrecy() throws Exception {
    JsonNode plan =
        tree(
            """
            {"workspaces": [
              {"name": "ana", "env": {"TOKEN": "(secret A)"}, "command": ["run", "(secret C)"]},
              {"name": "bert", "env": {"TOKEN": "(secret B)"}}]}
            """);
    return new Secrecy(new ResolvedPlan("p", plan, Document.unplaced("p", plan), SECRETS));
  }

  private static JsonNode container(String name) throws Exception {
    return tree(
        """
        {"Name": "/%s", "Config": {"Env": ["TOKEN=hunter22", "B=1"], "Cmd": ["run", "--token=abc1"]},
         "HostConfig": {"Memory": 5}}
        """
            .formatted(name));
  }

  @Test
  void eachContainerHasTheNamesOfItsOwnWorkspace() throws Exception {
    Facts facts =
        Facts.none("h")
            .withDocker(
                new DockerFacts(
                    Optional.empty(),
                    List.of(container("ana"), container("bert"), container("other")),
                    Optional.empty()));

    DockerFacts masked = secrecy().masked(facts).dockerState();

    assertThat(masked.container("ana").orElseThrow().path("Config").toString())
        .isEqualTo("{\"Env\":[\"TOKEN=(secret A)\",\"B=1\"],\"Cmd\":[\"run\",\"(secret C)\"]}");
    assertThat(masked.container("bert").orElseThrow().path("Config").path("Env").toString())
        .contains("TOKEN=(secret B)");
    assertThat(masked.container("bert").orElseThrow().path("HostConfig"))
        .isEqualTo(tree("{\"Memory\": 5}"));
    // nobody's but its own
    assertThat(masked.container("other").orElseThrow()).isEqualTo(container("other"));
  }

  @Test
  void aRequestGetsTheValuesWhenItIsSent() throws Exception {
    Action create =
        new Action.CreateContainer("ana", tree("{\"Env\": [\"TOKEN=(secret A)\"], \"Memory\": 5}"));

    assertThat(secrecy().revealed(create))
        .isEqualTo(
            new Action.CreateContainer(
                "ana", tree("{\"Env\": [\"TOKEN=hunter22\"], \"Memory\": 5}")));
  }
}
