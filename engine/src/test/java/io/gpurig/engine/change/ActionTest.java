package io.gpurig.engine.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ActionTest {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  static final ContainerSpec SPEC =
      new ContainerSpec(
          "work",
          "registry:5000/a/b:1",
          List.of("sleep", "9"),
          Map.of("A", "1", "B", "x=y"),
          List.of(
              new ContainerSpec.Bind("/run/x", "/run/x", false, Optional.of("rshared")),
              new ContainerSpec.Bind("/etc/y", "/y", true, Optional.empty())),
          List.of("/dev/kvm"),
          true,
          Optional.of("host"),
          Optional.of("host"),
          Optional.of("runc"),
          "unless-stopped",
          List.of("label=disable"),
          Optional.of(120),
          Map.of("io.gpurig.module", "test"),
          Map.of("memlock", -1L));

  static Stream<Action> actions() {
    return Stream.of(
        new Action.WriteFile("/etc/a", "text\n", Optional.of("0600")),
        new Action.WriteOutput("/etc/a", List.of("cat", "/etc/b c"), 9),
        new Action.RemoveFile("/etc/a"),
        new Action.RunCommand(List.of("a", "b c"), List.of("d"), 5),
        new Action.ReloadService("docker.service"),
        new Action.RestartService("docker.service"),
        new Action.PullImage("a:1"),
        new Action.BindDriver(
            "0000:3b:00.0", Optional.of("vfio-pci"), Optional.empty(), List.of("/dev/x0"), 30),
        new Action.RefreshImage("a:1"),
        new Action.CreateContainer(
            "work", tree("{\"Image\": \"a:1\", \"HostConfig\": {\"Memory\": 5}}")),
        new Action.UpdateContainer("work", tree("{\"Memory\": 5}")),
        new Action.Reboot(600),
        new Action.RunContainer(SPEC),
        new Action.StartContainer("work"),
        new Action.StopContainer("work", 10),
        new Action.RenameContainer("work", "other"),
        new Action.RemoveContainer("work"),
        new Action.WaitFor(
            "all of it",
            List.of(
                new Condition.FileExists("/a"),
                new Condition.FileAbsent("/b"),
                new Condition.FileSaysIfPresent("/c", "Ready"),
                new Condition.CommandSucceeds(List.of("true")),
                new Condition.ContainerUp("work", 2),
                new Condition.RuntimeListed("nvidia")),
            9,
            Optional.of("work")));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("actions")
  void everyActionSurvivesItsJson(Action action) throws Exception {
    String json = JSON.writerFor(Action.class).writeValueAsString(action);
    assertThat(JSON.readValue(json, Action.class)).isEqualTo(action);
    assertThat(action.describe()).isNotBlank();
  }

  @Test
  void everyKindOfActionIsTested() {
    assertThat(actions().map(Object::getClass).distinct())
        .hasSize(Action.class.getPermittedSubclasses().length)
        .allMatch(type -> Arrays.asList(Action.class.getPermittedSubclasses()).contains(type));
  }

  private static List<Action> undo(Action action, Facts before) {
    return Undo.of(action, List.of(action), before);
  }

  @Test
  void aWrittenFileIsRestoredOrRemoved() {
    Action write = new Action.WriteFile("/etc/a", "new", Optional.empty());
    Facts without = Facts.none("h");
    Facts with =
        without.withFile(
            "/etc/a",
            Optional.of(
                new FileFact(FileFact.Type.FILE, "0640", "0:7", "old", false, Optional.empty())));
    assertThat(undo(write, without)).containsExactly(new Action.RemoveFile("/etc/a"));
    assertThat(undo(write, with))
        .containsExactly(new Action.WriteFile("/etc/a", "old", Optional.of("0640")));
    assertThat(undo(new Action.RemoveFile("/etc/a"), with))
        .containsExactly(new Action.WriteFile("/etc/a", "old", Optional.of("0640")));
    assertThat(undo(new Action.RemoveFile("/etc/a"), without)).isEmpty();
  }

  @Test
  void aServiceLooksAtItsConfigurationAgainWhenTheOldOneIsBack() {
    Action write = new Action.WriteFile("/etc/a", "new", Optional.empty());
    Action other = new Action.WriteFile("/etc/b", "new", Optional.empty());
    Action restart = new Action.RestartService("a.service");
    List<Action> change = List.of(write, restart, other);
    Facts before = Facts.none("h");
    assertThat(Undo.all(List.of(other, restart, write), change, before))
        .containsExactly(new Action.RemoveFile("/etc/b"), new Action.RemoveFile("/etc/a"), restart);
    assertThat(Undo.all(List.of(write), change, before))
        .containsExactly(new Action.RemoveFile("/etc/a"));
  }

  @Test
  void containersAreTakenBack() throws Exception {
    Facts running =
        Facts.none("h")
            .withDocker(
                new DockerFacts(
                    Optional.empty(),
                    List.of(
                        JSON.readTree("{\"Name\": \"/up\", \"State\": {\"Running\": true}}"),
                        JSON.readTree("{\"Name\": \"/down\", \"State\": {\"Running\": false}}")),
                    Optional.empty()));
    assertThat(undo(new Action.RunContainer(SPEC), running))
        .containsExactly(new Action.StopContainer("work", 120), new Action.RemoveContainer("work"));
    assertThat(undo(new Action.StopContainer("up", 1), running))
        .containsExactly(new Action.StartContainer("up"));
    Action wait = new Action.WaitFor("it", List.of(), 1, Optional.of("up"));
    Action stop = new Action.StopContainer("up", 1);
    assertThat(Undo.of(stop, List.of(stop, wait), running))
        .containsExactly(new Action.StartContainer("up"), wait);
    assertThat(undo(new Action.StopContainer("down", 1), running)).isEmpty();
    assertThat(undo(new Action.RenameContainer("a", "b"), running))
        .containsExactly(new Action.RenameContainer("b", "a"));
    assertThat(undo(new Action.RunCommand(List.of("a"), List.of("b"), 3), running))
        .containsExactly(new Action.RunCommand(List.of("b"), List.of(), 3));
  }

  @Test
  void aContainerThatIsPutAsideIsStartedAgainUnderItsOtherName() throws Exception {
    Facts before =
        Facts.none("h")
            .withDocker(
                new DockerFacts(
                    Optional.empty(),
                    List.of(tree("{\"Name\": \"/work\", \"State\": {\"Running\": true}}")),
                    Optional.empty()));
    Action create = new Action.CreateContainer("work.next", tree("{}"));
    Action aside = new Action.RenameContainer("work", "work.previous");
    Action forward = new Action.RenameContainer("work.next", "work");
    Action start = new Action.StartContainer("work");
    Action stop = new Action.StopContainer("work.previous", 9);
    List<Action> change = List.of(create, aside, forward, start, stop);

    assertThat(Undo.of(stop, change, before))
        .containsExactly(new Action.StartContainer("work.previous"));
    assertThat(Undo.of(create, change, before))
        .containsExactly(new Action.RemoveContainer("work.next"));
  }

  @Test
  void anUpdateIsTakenBackWhereDockerCan() throws Exception {
    Facts before =
        Facts.none("h")
            .withDocker(
                new DockerFacts(
                    Optional.empty(),
                    List.of(
                        tree(
                            """
                            {"Name": "/work", "HostConfig": {"Memory": 7, "NanoCpus": 0, "PidsLimit": null,
                             "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}}}
                            """)),
                    Optional.empty()));
    Action update =
        new Action.UpdateContainer(
            "work",
            tree(
                "{\"Memory\": 9, \"NanoCpus\": 5, \"PidsLimit\": 3, \"RestartPolicy\": {\"Name\":"
                    + " \"always\"}}"));

    assertThat(undo(update, before))
        .containsExactly(
            new Action.UpdateContainer(
                "work",
                tree(
                    "{\"Memory\": 7, \"PidsLimit\": -1, \"RestartPolicy\": {\"Name\": \"no\","
                        + " \"MaximumRetryCount\": 0}}")));
    Action limit = new Action.UpdateContainer("work", tree("{\"NanoCpus\": 5}"));
    assertThat(undo(limit, before)).isEmpty();
  }
}
