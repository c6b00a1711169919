package io.gpurig.modules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.ChangeJson;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DeviceUser;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Shell;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * On every case: whichever recorded fact is flipped, the notes of what the modules looked at tell
 * it if they looked at it, and the changes stay as they were if they did not.
 */
final class DriftTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final String PCI = "PCI functions";
  private static final String USERS = "processes that use ";
  private static final FileFact OTHER = FileFact.text("drift\n");

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    List<Path> folders;
    try (Stream<Path> files = Files.walk(CASES)) {
      folders =
          files
              .filter(f -> f.endsWith("plan.yaml"))
              .map(f -> f.resolveSibling(""))
              .sorted()
              .toList();
    }
    return folders.stream()
        .map(f -> DynamicTest.dynamicTest(CASES.relativize(f).toString(), () -> run(f)));
  }

  private record Noted(List<Change> changes, Map<String, Basis.Answer> basis) {}

  private static void run(Path folder) {
    Problems problems = new Problems();
    Facts facts = FactsFolder.load(folder, problems).getFirst();
    ResolvedPlan plan =
        PlanFile.load(folder.resolve("plan.yaml"), "plan.yaml", problems)
            .flatMap(file -> file.resolve(new Host("gpu-01", Map.of()), Map.of(), problems))
            .orElseThrow();
    Noted before = plan(plan, facts);
    before.changes.forEach(DriftTest::roundTrip);
    assertThat(plan(plan, facts).basis).isEqualTo(before.basis);
    Map<String, Basis.Answer> recorded = recorded(facts);
    drifts(facts)
        .forEach(
            (question, drifted) -> {
              Noted after = plan(plan, drifted);
              boolean lookedAt = before.basis.containsKey(question);
              boolean told =
                  before.basis.entrySet().stream()
                      .anyMatch(
                          e ->
                              after.basis.containsKey(e.getKey())
                                  && !after.basis.get(e.getKey()).equals(e.getValue()));
              // a module that looks only after an earlier change made the fact rests on the change
              boolean afterwards =
                  isMade(question, before.changes)
                      && !Objects.equals(before.basis.get(question), recorded.get(question));
              if (!afterwards) {
                assertThat(told).as(question).isEqualTo(lookedAt);
              }
              if (!told) {
                assertThat(after.changes).as(question).isEqualTo(before.changes);
              }
            });
  }

  private static boolean isMade(String question, List<Change> changes) {
    return changes.stream()
        .flatMap(change -> change.effects().stream())
        .anyMatch(
            effect ->
                switch (effect) {
                  case Effect.CommandAnswers made ->
                      question.equals("command `" + Shell.join(made.argv()) + "`");
                  case Effect.FileBecomes made -> question.equals("file " + made.path());
                  case Effect.FileGone made -> question.equals("file " + made.path());
                  case Effect.ContainerBecomes made -> false;
                  case Effect.ContainerGone made -> false;
                  case Effect.ImagePulled made -> false;
                  case Effect.RuntimesListed made -> false;
                  case Effect.DockerInfoBecomes made -> false;
                  case Effect.DevicesReleased made -> false;
                  case Effect.PciDriver made -> false;
                  case Effect.PciBound made -> false;
                });
  }

  /** What the host itself answers, by question. */
  private static Map<String, Basis.Answer> recorded(Facts facts) {
    Basis basis = new Basis();
    Facts noting = facts.noting(basis);
    facts.files().keySet().forEach(noting::file);
    facts.commands().keySet().forEach(line -> noting.command(line.split(" ")));
    return basis.answers();
  }

  /** Facts in which one thing is another, by the question that tells it. */
  private static Map<String, Facts> drifts(Facts facts) {
    Map<String, Facts> drifts = new HashMap<>();
    facts
        .files()
        .forEach(
            (path, file) ->
                drifts.put(
                    "file " + path,
                    facts.withFile(
                        path, file.isPresent() ? Optional.empty() : Optional.of(OTHER))));
    drifts.put("file /never/read", facts.withFile("/never/read", Optional.of(OTHER)));
    Map<String, CommandFact> commands = facts.commands();
    commands
        .keySet()
        .forEach(
            line -> {
              Map<String, CommandFact> changed = new HashMap<>(commands);
              changed.put(line, new CommandFact(42, "drift", ""));
              drifts.put(
                  "command `" + line + "`",
                  new Facts(
                      facts.host(),
                      facts.files(),
                      changed,
                      facts.pci(),
                      facts.deviceUsers(),
                      facts.docker()));
            });
    facts.docker().ifPresent(docker -> docker(facts, docker, drifts));
    devices(facts, drifts);
    return drifts;
  }

  private static void devices(Facts facts, Map<String, Facts> drifts) {
    PciFact other =
        new PciFact(
            "0x10de", "0x2684", "0x030000", Optional.empty(), Optional.empty(), Optional.empty());
    facts.pci().ifPresent(pci -> drifts.put(PCI, facts.withPci("0000:ff:00.0", other)));
    DeviceUser user = new DeviceUser(999, "drift", Optional.empty(), List.of("/dev/nvidia0"));
    facts
        .deviceUsers()
        .forEach(
            (prefix, users) ->
                drifts.put(
                    USERS + prefix + "*",
                    facts.withDeviceUsers(
                        prefix, Stream.concat(users.stream(), Stream.of(user)).toList())));
  }

  private static void docker(Facts facts, DockerFacts docker, Map<String, Facts> drifts) {
    List<JsonNode> more = new ArrayList<>(docker.containers());
    more.add(new ObjectMapper().createObjectNode().put("Name", "/drift").put("Id", "d0"));
    drifts.put("container drift", facts.withDocker(docker.withContainers(more)));
    docker
        .info()
        .ifPresent(
            info -> {
              ObjectNode changed = info.deepCopy();
              changed.put("Images", new Random(1).nextInt());
              drifts.put(
                  "Docker's Images", facts.withDocker(docker.withInfo(Optional.of(changed))));
            });
    docker
        .images()
        .forEach(
            (name, image) -> {
              ObjectNode other = new ObjectMapper().createObjectNode().put("Id", "sha256:drift");
              Map<String, Optional<JsonNode>> images = new HashMap<>(docker.images());
              images.put(name, image.isPresent() ? Optional.empty() : Optional.of(other));
              drifts.put(
                  "image " + name,
                  facts.withDocker(docker.withImages(images, docker.distributions())));
            });
    for (int i = 0; i < docker.containers().size(); i++) {
      List<JsonNode> others = new ArrayList<>(docker.containers());
      ObjectNode changed = others.get(i).deepCopy();
      changed.withObject("/Config").put("Image", "drift:1");
      others.set(i, changed);
      drifts.put(
          "container " + DockerFacts.name(changed),
          facts.withDocker(docker.withContainers(others)));
      ObjectNode restless = docker.containers().get(i).deepCopy();
      restless.withObject("/State").put("Pid", 4242).put("StartedAt", "2030-01-01T00:00:00Z");
      others = new ArrayList<>(docker.containers());
      others.set(i, restless);
      drifts.put(
          "the pid of " + DockerFacts.name(changed),
          facts.withDocker(docker.withContainers(others)));
    }
  }

  private static void roundTrip(Change change) {
    JsonNode json = ChangeJson.write(change);
    assertThat(ChangeJson.write(ChangeJson.read(json))).isEqualTo(json);
    Change read = ChangeJson.read(json);
    assertThat(read.actions()).isEqualTo(change.actions());
    assertThat(read.fields()).isEqualTo(change.fields());
  }

  private static Noted plan(ResolvedPlan plan, Facts facts) {
    Basis basis = new Basis();
    Facts after = facts.noting(basis);
    List<Change> changes = new ArrayList<>();
    for (Module<?> module : Modules.all()) {
      Optional<Diff> diff = diff(module, plan, after);
      for (Change change : diff.map(Diff::changes).orElse(List.of())) {
        changes.add(change);
        for (Effect effect : change.effects()) {
          after = effect.on(after);
        }
      }
      if (diff.stream().flatMap(d -> d.findings().stream()).anyMatch(f -> f.severity().blocks())) {
        break;
      }
    }
    return new Noted(changes, basis.answers());
  }

  private static <D> Optional<Diff> diff(Module<D> module, ResolvedPlan plan, Facts facts) {
    return plan.section(module.section())
        .map(section -> module.diff(module.desired(section), facts));
  }
}
