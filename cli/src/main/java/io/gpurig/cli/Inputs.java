package io.gpurig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.inventory.ConnectionVariables;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.HostPattern;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.Shard;
import io.gpurig.engine.run.Checks;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.saved.SavedPlanFile;
import io.gpurig.modules.Modules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Turns options into targets, and collects all that is wrong with them. */
final class Inputs {
  private final InputOptions options;
  private final Console console;
  private final boolean secretsNeeded;
  private final Problems problems = new Problems();
  private final Set<JsonNode> checked = Collections.newSetFromMap(new IdentityHashMap<>());
  private final SecretSources secrets;
  private final BecomePassword becomePassword;

  Inputs(InputOptions options, Console console) {
    this(options, console, true);
  }

  private Inputs(InputOptions options, Console console, boolean secretsNeeded) {
    this.options = options;
    this.console = console;
    this.secretsNeeded = secretsNeeded;
    this.secrets = new SecretSources(options, console, problems);
    this.becomePassword = new BecomePassword(options.become(), console, problems);
  }

  /** Returns inputs for a command that can do without the secrets of the plans. */
  static Inputs withoutSecrets(InputOptions options, Console console) {
    return new Inputs(options, console, false);
  }

  Problems problems() {
    return problems;
  }

  /** Returns the plans that could be read. */
  List<PlanFile> plans(List<Path> files) {
    return files.stream().flatMap(file -> plan(file).stream()).toList();
  }

  private Optional<PlanFile> plan(Path file) {
    if (SavedPlanFile.is(file)) {
      problems.add(
          Problem.error(
                  "saved/misplaced", "`" + file + "` is a saved plan, which is for apply alone")
              .suggest("name one saved plan, and no other plan with it"));
      return Optional.empty();
    }
    return PlanFile.load(file, file.toString(), problems);
  }

  /** Returns a plan with the values of the secrets that it needs. */
  ResolvedPlan withSecrets(ResolvedPlan plan) {
    return secrets.fill(plan, secretsNeeded);
  }

  /** Checks a plan without a host. */
  void check(PlanFile plan) {
    plan.check(problems).ifPresent(this::checked);
  }

  /** Has the modules check what a plan asks for; hosts with the same values share one plan. */
  private Optional<ResolvedPlan> checked(ResolvedPlan plan) {
    if (checked.add(plan.tree())) {
      problems.addAll(Checks.of(Modules.planned(), plan));
    }
    return Optional.of(plan);
  }

  /** Returns the hosts that a plan is for, with what they should be. */
  List<Target.Live> live(PlanFile plan) {
    List<Target.Live> targets = new ArrayList<>();
    inventory().ifPresent(inventory -> targets.addAll(live(plan, inventory)));
    problems.addAll(RolloutInput.problems(plan, targets));
    return targets;
  }

  private List<Target.Live> live(PlanFile plan, Inventory inventory) {
    List<Target.Live> targets = new ArrayList<>();
    for (Host host : selected(plan, inventory)) {
      var settings = settings(host);
      plan.resolve(host, variables(), problems)
          .flatMap(this::checked)
          .map(this::withSecrets)
          .flatMap(resolved -> settings.map(s -> new Target.Live(s, resolved)))
          .ifPresent(targets::add);
    }
    return targets;
  }

  /**
   * Returns the hosts that a plan is for among those that a folder has recorded facts of. Without
   * an inventory these are all of them.
   */
  List<Target.Recorded> recorded(PlanFile plan, Path folder) {
    Map<String, Facts> recorded = new LinkedHashMap<>();
    FactsFolder.load(folder, problems).forEach(facts -> recorded.put(facts.host(), facts));
    List<Host> hosts = new ArrayList<>();
    if (options.inventory().isPresent()) {
      hosts.addAll(hosts(plan));
    } else {
      recorded.keySet().forEach(name -> hosts.add(new Host(name, Map.of())));
    }
    List<Target.Recorded> targets = new ArrayList<>();
    for (Host host : hosts) {
      Facts facts = recorded.get(host.name());
      if (facts == null) {
        problems.add(noFacts(host, folder, recorded));
        continue;
      }
      plan.resolve(host, variables(), problems)
          .flatMap(this::checked)
          .map(this::withSecrets)
          .ifPresent(resolved -> targets.add(new Target.Recorded(facts, resolved)));
    }
    return targets;
  }

  private List<Host> hosts(PlanFile plan) {
    return inventory().map(inventory -> selected(plan, inventory)).orElse(List.of());
  }

  /** Returns a plan as resolved for each of its hosts. */
  Map<Host, ResolvedPlan> resolved(PlanFile plan) {
    Map<Host, ResolvedPlan> resolved = new LinkedHashMap<>();
    for (Host host : hosts(plan)) {
      plan.resolve(host, variables(), problems).ifPresent(r -> resolved.put(host, r));
    }
    return resolved;
  }

  /** Returns how a host is reached. */
  Optional<ConnectionSettings> settings(Host host) {
    return ConnectionVariables.settings(host, console.home(), becomePassword.get(), problems);
  }

  /** Returns whether {@code --limit} leaves a host of a plan in. */
  Predicate<String> limit(Path plan, Inventory inventory) {
    if (options.limit().isEmpty()) {
      return host -> true;
    }
    if (options.limit().get().equals(Limit.LAST) && options.shard().isPresent()) {
      problems.add(
          Problem.error(
                  "limit/shard",
                  "`--limit @failed` knows the last run for all hosts, not a shard's")
              .suggest("join the shards' reports, and write --limit @FILE for the joined one"));
    }
    Path last = LastReport.file(console, plan, options.inventory());
    Set<String> hosts = new Limit(options.limit().get(), inventory, problems).hosts(last);
    return hosts::contains;
  }

  /** Returns the part of the hosts that this run is for, if it is not for all. */
  Optional<Shard> shard() {
    return options.shard().flatMap(s -> ShardOption.read(s, console.environment(), problems));
  }

  /**
   * Leaves each plan those of its hosts that are in this run's shard. The hosts of all plans are
   * divided together: what one host needs of several plans is never the work of two shards.
   */
  <T> List<List<T>> sharded(List<List<T>> plans, Function<T, String> host) {
    Optional<Shard> shard = shard();
    if (shard.isEmpty()) {
      return plans;
    }
    List<String> all = plans.stream().flatMap(List::stream).map(host).distinct().toList();
    Set<String> part = new HashSet<>(shard.get().of(all));
    return plans.stream()
        .map(plan -> plan.stream().filter(target -> part.contains(host.apply(target))).toList())
        .toList();
  }

  private static Problem noFacts(Host host, Path folder, Map<String, Facts> recorded) {
    Problem problem =
        Problem.error(
            "facts/no-such-host", "%s has no facts of host %s".formatted(folder, host.name()));
    return Nearest.to(host.name(), recorded.keySet())
        .map(near -> problem.suggest("it has those of " + near))
        .orElseGet(() -> problem.suggest("record them with `gpurig facts --save " + folder + "`"));
  }

  private List<Host> selected(PlanFile plan, Inventory inventory) {
    List<Host> hosts =
        HostPattern.select(
            plan.hosts(), inventory, Optional.of(plan.document().value("/hosts")), problems);
    Predicate<String> limit = limit(place(plan), inventory);
    return hosts.stream().filter(host -> limit.test(host.name())).toList();
  }

  /** The survey of `gpurig facts` stands in no file. */
  private static Path place(PlanFile plan) {
    return plan.files().stream().findFirst().orElseGet(() -> Path.of(plan.name()));
  }

  Optional<Inventory> inventory() {
    return options
        .inventory()
        .map(file -> Inventory.load(file, file.toString(), problems))
        .orElseGet(() -> Optional.of(Inventory.implicitLocalhost()));
  }

  /** True, false and whole numbers have their type; all else is text, so that 1.10 stays 1.10. */
  private Map<String, JsonNode> variables() {
    Map<String, JsonNode> variables = new HashMap<>();
    JsonNodeFactory json = JsonNodeFactory.instance;
    options
        .variables()
        .forEach(
            (name, value) ->
                variables.put(
                    name,
                    switch (value) {
                      case "true", "false" -> json.booleanNode(value.equals("true"));
                      case String s when s.matches("-?(0|[1-9][0-9]{0,17})") ->
                          json.numberNode(Long.parseLong(s));
                      default -> json.textNode(value);
                    }));
    return variables;
  }
}
