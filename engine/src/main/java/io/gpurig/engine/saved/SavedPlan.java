package io.gpurig.engine.saved;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.Basis;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.plan.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plans that were compared with their hosts, to be applied exactly so or not at all.
 *
 * @param tool the version of the program that saved it
 * @param salt makes the digests in it useless to those who guess
 * @param inputs what it was made from
 * @param secrets the salted digests of the secrets that it needs, by name
 * @param plans the plans with their hosts
 */
public record SavedPlan(
    String tool, String salt, List<Input> inputs, Map<String, String> secrets, List<Plan> plans) {
  public SavedPlan {
    requireNonNull(tool, "tool is null");
    requireNonNull(salt, "salt is null");
    inputs = List.copyOf(inputs);
    secrets = Map.copyOf(secrets);
    plans = List.copyOf(plans);
  }

  /**
   * A file that the plan was made from.
   *
   * @param file as the user named it
   * @param sha256 of its content
   */
  public record Input(String file, String sha256) {}

  /**
   * A plan with its hosts.
   *
   * @param name the plan's name
   */
  public record Plan(String name, List<SavedHost> hosts) {
    public Plan {
      requireNonNull(name, "name is null");
      hosts = List.copyOf(hosts);
    }
  }

  /** Returns what to save of a host. */
  public static SavedHost host(
      String host,
      ResolvedPlan plan,
      List<Change> changes,
      Map<String, Basis.Answer> basis,
      String salt) {
    Map<String, Basis.Answer> shown = new java.util.LinkedHashMap<>();
    basis.forEach(
        (question, answer) ->
            shown.put(
                question, new Basis.Answer(answer.exact(), plan.secrets().redact(answer.shown()))));
    return new SavedHost(host, plan.tree(), changes, SavedHost.expectations(shown, salt));
  }

  /** Returns the salted digests of the secrets that plans need. */
  public static Map<String, String> digests(List<ResolvedPlan> plans, String salt) {
    Map<String, String> digests = new TreeMap<>();
    for (ResolvedPlan plan : plans) {
      for (String name : Secrets.in(plan.tree())) {
        plan.secrets()
            .value(name)
            .ifPresent(value -> digests.put(name, Digests.salted(salt, name, value)));
      }
    }
    return digests;
  }

  /** Returns the names of those secrets of a host that have another value now. */
  public List<String> changedSecrets(SavedHost host, Secrets now) {
    List<String> changed = new ArrayList<>();
    for (String name : Secrets.in(host.plan())) {
      boolean same =
          now.value(name)
              .map(value -> Digests.salted(salt, name, value).equals(secrets.get(name)))
              .orElse(false);
      if (!same) {
        changed.add(name);
      }
    }
    return changed;
  }
}
