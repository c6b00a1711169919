package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.gpu.GpuInventory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The PCI functions of a host that workspaces hold through VFIO. Pure functions. */
public final class Passthrough {
  /** What has to be known of a host for all that is asked here. */
  public static final List<Read> READS =
      Stream.of(
              List.of(new Read.Pci(), Look.READ, Held.READ, KernelCommandLine.RUNNING),
              Users.READS,
              GpuInventory.READS)
          .flatMap(List::stream)
          .distinct()
          .toList();

  /** The code of the note that a host has to be rebooted before its groups can be known. */
  public static final String AFTER_REBOOT = "vfio/after-reboot";

  private static final String CONTAINER_NODE = "/dev/vfio/vfio";

  private Passthrough() {}

  /**
   * Returns what binds the IOMMU groups of GPUs to vfio-pci, or why that cannot be. Where the IOMMU
   * comes only with a reboot that is planned there is a note with {@link #AFTER_REBOOT}, and
   * nothing more can be known.
   *
   * @param claims all the GPUs that the plan hands to virtual machines on this host
   */
  public static Diff bind(List<Claim> claims, Facts facts) {
    if (claims.isEmpty()) {
      return Diff.NOTHING;
    }
    Look look = Look.at(facts);
    if (look.awaitsReboot()) {
      return new Diff(
          List.of(),
          claims.stream()
              .map(
                  claim ->
                      Finding.note(
                          AFTER_REBOOT,
                          claim.pointer(),
                          "%s goes to %s after the reboot; its IOMMU group is known only then"
                              .formatted(claim.bdf(), claim.workspace())))
              .toList());
    }
    List<Finding> findings = new ArrayList<>(twice(claims));
    List<Binding> bindings = new ArrayList<>();
    for (Claim claim : claims) {
      Optional<Finding> against = binding(claim, look, facts, bindings);
      against.ifPresent(findings::add);
    }
    if (findings.stream().anyMatch(finding -> finding.severity().blocks())) {
      return new Diff(List.of(), findings);
    }
    findings.addAll(Notes.of(claims, look, facts));
    return changes(bindings, look, facts, findings);
  }

  private static Diff changes(
      List<Binding> bindings, Look look, Facts facts, List<Finding> findings) {
    List<Change> changes = new ArrayList<>();
    Facts after = facts;
    for (Binding binding : bindings) {
      Optional<Change> change = binding.change(after);
      if (change.isPresent()) {
        changes.add(change.get());
        for (Effect effect : change.get().effects()) {
          after = effect.on(after);
        }
      }
    }
    if (!changes.isEmpty()) {
      Loading.of(look).ifPresent(changes::addFirst);
    }
    return new Diff(changes, findings);
  }

  /** Adds how a GPU is to be bound, or returns what stands against that. */
  private static Optional<Finding> binding(
      Claim claim, Look look, Facts facts, List<Binding> bindings) {
    Map<String, PciFact> functions = facts.pciFunctions();
    List<Gpu> gpus = GpuInventory.of(facts).gpus();
    Fitness fitness = new Fitness(claim, look);
    Optional<Finding> against = fitness.function(functions, gpus);
    Optional<Group> group = Group.of(claim.bdf(), functions);
    Optional<Gpu> gpu =
        gpus.stream().filter(g -> g.bdf().equals(Optional.of(claim.bdf()))).findFirst();
    if (against.isPresent() || group.isEmpty() || gpu.isEmpty()) {
      return against.or(fitness::notNvidia);
    }
    Users users = Users.of(gpu.get(), look, facts);
    boolean bound = gpu.get().driver().equals(Optional.of(Loading.DRIVER));
    against =
        fitness
            .group(group.get())
            .or(
                () ->
                    group.get().card(claim.bdf()).entrySet().stream()
                        .flatMap(e -> fitness.override(e.getKey(), e.getValue()).stream())
                        .findFirst())
            .or(() -> bound ? Optional.empty() : fitness.mode(gpu.get()))
            .or(() -> bound ? Optional.empty() : fitness.users(users));
    if (against.isEmpty()) {
      bindings.add(new Binding(claim, gpu.get(), group.get(), users.persistent(), look));
    }
    return against;
  }

  private static List<Finding> twice(List<Claim> claims) {
    List<Finding> findings = new ArrayList<>();
    Map<String, Claim> first = new HashMap<>();
    for (Claim claim : claims) {
      Claim other = first.putIfAbsent(Group.slot(claim.bdf()), claim);
      if (other != null) {
        findings.add(
            Finding.error(
                "vfio/claimed-twice",
                claim.pointer(),
                "%s is claimed by %s and by %s"
                    .formatted(claim.bdf(), other.workspace(), claim.workspace()),
                "a GPU goes to one virtual machine, as a whole"));
      }
    }
    return findings;
  }

  /**
   * Returns what gives the IOMMU groups of GPUs back to the drivers that they were taken from.
   *
   * @param bdfs GPUs that no workspace holds any more
   */
  public static Diff release(Set<String> bdfs, Facts facts) {
    List<Change> changes = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    Facts after = facts;
    for (String bdf : new TreeSet<>(bdfs)) {
      Release release = new Release(bdf, Look.at(after));
      Optional<Finding> against = release.against(after);
      if (against.isPresent()) {
        findings.add(against.get());
        continue;
      }
      Optional<Change> change = release.change(after);
      if (change.isPresent()) {
        changes.add(change.get());
        for (Effect effect : change.get().effects()) {
          after = effect.on(after);
        }
      }
    }
    return new Diff(changes, findings);
  }

  /**
   * Returns the GPUs that the host remembers as held though nobody holds them: those of a workspace
   * whose container, which has its name, was removed by hand, or of a run that died before it made
   * the container.
   *
   * @param claimed GPUs that stay with their workspace
   */
  public static Set<String> orphans(Collection<String> claimed, Facts facts) {
    Set<String> orphans = new TreeSet<>();
    Map<String, PciFact> functions = facts.pciFunctions();
    Held.of(facts)
        .rows()
        .forEach(
            row -> {
              Optional<String> node = Group.of(row.gpu(), functions).map(Group::node);
              boolean mapped =
                  facts.dockerState().containers().stream()
                      .anyMatch(
                          container ->
                              node.isPresent()
                                  && container
                                      .path("HostConfig")
                                      .path("Devices")
                                      .toString()
                                      .contains("\"" + node.get() + "\""));
              // numbers of groups change with a boot, names do not
              boolean there = facts.dockerState().container(row.workspace()).isPresent();
              if (!mapped && !there && !claimed.contains(row.gpu())) {
                orphans.add(row.gpu());
              }
            });
    return orphans;
  }

  /**
   * Returns the device files that a container needs for GPUs: {@code /dev/vfio/vfio} and that of
   * each group, in order. The numbers of groups hold until the next reboot.
   */
  public static List<String> deviceNodes(Collection<String> bdfs, Facts facts) {
    Map<String, PciFact> functions = facts.pciFunctions();
    List<String> nodes =
        bdfs.stream()
            .flatMap(bdf -> Group.of(bdf, functions).stream())
            .sorted(
                Comparator.comparingInt((Group g) -> g.number().length())
                    .thenComparing(Group::number))
            .map(Group::node)
            .distinct()
            .toList();
    return Stream.concat(Stream.of(CONTAINER_NODE), nodes.stream()).toList();
  }
}
