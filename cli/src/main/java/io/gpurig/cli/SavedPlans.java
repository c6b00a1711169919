package io.gpurig.cli;

import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.Secrets;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.run.Planned;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.saved.Digests;
import io.gpurig.engine.saved.SavedHost;
import io.gpurig.engine.saved.SavedPlan;
import io.gpurig.engine.yaml.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Between what a command was given and what a saved plan holds. */
final class SavedPlans {
  private static final int SALT_BYTES = 16;

  private SavedPlans() {}

  /** Returns what to save of plans and, in the same order, of their hosts. */
  static SavedPlan of(List<PlanFile> files, List<List<Planned>> planned, Optional<Path> inventory)
      throws IOException {
    byte[] random = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(random);
    String salt = HexFormat.of().formatHex(random);
    List<SavedPlan.Plan> plans = new ArrayList<>();
    List<ResolvedPlan> resolved = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      List<SavedHost> hosts = new ArrayList<>();
      for (Planned host : planned.get(i)) {
        if (isSound(host.report())) {
          resolved.add(host.target().plan());
          hosts.add(host(host, salt));
        }
      }
      plans.add(new SavedPlan.Plan(files.get(i).name(), hosts));
    }
    return new SavedPlan(
        Version.number(), salt, inputs(files, inventory), SavedPlan.digests(resolved, salt), plans);
  }

  /** Returns whether a host can be saved: one that failed or was refused has no changes. */
  static boolean isSound(HostReport report) {
    return report.status() == HostReport.Status.PENDING
        || report.status() == HostReport.Status.UNCHANGED;
  }

  private static SavedHost host(Planned host, String salt) {
    return SavedPlan.host(
        host.report().host(),
        host.target().plan(),
        host.report().changes().stream().map(change -> change.change()).toList(),
        host.basis(),
        salt);
  }

  private static List<SavedPlan.Input> inputs(List<PlanFile> files, Optional<Path> inventory)
      throws IOException {
    List<Path> paths = new ArrayList<>();
    files.forEach(file -> paths.addAll(file.files()));
    if (inventory.isPresent()) {
      paths.addAll(below(inventory.get()));
      for (String folder : List.of("group_vars", "host_vars")) {
        paths.addAll(below(inventory.get().resolveSibling(folder)));
      }
    }
    List<SavedPlan.Input> inputs = new ArrayList<>();
    for (Path path : paths.stream().distinct().toList()) {
      inputs.add(new SavedPlan.Input(path.toString(), Digests.of(Files.readAllBytes(path))));
    }
    return inputs;
  }

  private static List<Path> below(Path path) throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Returns a warning for each input that is here and not what it was. */
  static List<Problem> changedInputs(SavedPlan saved, Path file) {
    List<Problem> changed = new ArrayList<>();
    for (SavedPlan.Input input : saved.inputs()) {
      if (isChanged(input)) {
        changed.add(
            Problem.warning(
                    "saved/input-changed",
                    "%s has changed since %s was saved from it".formatted(input.file(), file))
                .suggest("the changes are made as they were saved"));
      }
    }
    return changed;
  }

  private static boolean isChanged(SavedPlan.Input input) {
    Path path = Path.of(input.file());
    try {
      return Files.isRegularFile(path)
          && !Digests.of(Files.readAllBytes(path)).equals(input.sha256());
    } catch (IOException e) {
      return false; // what cannot be read says nothing
    }
  }

  /** Returns the hosts of a saved plan, as the inventory says they are reached. */
  static List<List<Target.Approved>> targets(SavedPlan saved, Path file, Inputs inputs) {
    String shownName = file.toString();
    List<List<Target.Approved>> targets = new ArrayList<>();
    Optional<Inventory> inventory = inputs.inventory();
    for (SavedPlan.Plan plan : saved.plans()) {
      List<Target.Approved> hosts = new ArrayList<>();
      inventory.ifPresent(
          known -> {
            Predicate<String> limit = inputs.limit(file, known);
            for (SavedHost host : plan.hosts()) {
              if (limit.test(host.host())) {
                target(saved, plan, host, known, shownName, inputs).ifPresent(hosts::add);
              }
            }
          });
      targets.add(hosts);
    }
    return targets;
  }

  private static Optional<Target.Approved> target(
      SavedPlan saved,
      SavedPlan.Plan plan,
      SavedHost host,
      Inventory inventory,
      String shownName,
      Inputs inputs) {
    Optional<Host> known = inventory.host(host.host());
    if (known.isEmpty()) {
      inputs.problems().add(unknown(host.host(), inventory, shownName));
      return Optional.empty();
    }
    Document document = Document.unplaced(shownName, host.plan());
    return ResolvedPlan.again(plan.name(), host.plan(), document, inputs.problems())
        .map(inputs::withSecrets)
        .flatMap(resolved -> target(saved, host, resolved, known.get(), inputs));
  }

  private static Optional<Target.Approved> target(
      SavedPlan saved, SavedHost host, ResolvedPlan resolved, Host known, Inputs inputs) {
    List<Problem> problems =
        saved.changedSecrets(host, resolved.secrets()).stream()
            .filter(name -> resolved.secrets().value(name).isPresent())
            .map(SavedPlans::otherSecret)
            .toList();
    return inputs
        .settings(known)
        .map(
            settings ->
                new Target.Approved(
                    new Target.Live(settings, resolved),
                    host,
                    saved.salt(),
                    saved.tool().equals(Version.number()),
                    problems));
  }

  private static Problem otherSecret(String name) {
    return Problem.error(
            "saved/secret-moved",
            "has moved since the plan was saved: " + Secrets.placeholder(name) + " is another")
        .suggest("save the plan again with `gpurig plan --out`");
  }

  private static Problem unknown(String host, Inventory inventory, String shownName) {
    Problem problem =
        Problem.error(
            "saved/no-such-host",
            "%s is for host %s, which the inventory does not have".formatted(shownName, host));
    return Nearest.to(host, inventory.hosts().stream().map(Host::name).toList())
        .map(near -> problem.suggest("it has " + near))
        .orElseGet(() -> problem.suggest("name the inventory with -i"));
  }
}
