package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.host.NvidiaCtk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the functions that came with a GPU go back to the drivers that they were taken from. */
record Release(String gpu, Look look) {
  private static final int SECONDS = 120;

  /** The drivers of a card's functions by class, where nothing remembers which it was. */
  private static final Map<String, String> USUAL =
      Map.of("0x03", "nvidia", "0x0403", "snd_hda_intel", "0x0c03", "xhci_hcd");

  private static final String WORKSPACES = "/workspaces";

  /** Returns what stands against it. */
  Optional<Finding> against(Facts facts) {
    List<String> hanging = functions(facts).keySet().stream().filter(look::hangs).toList();
    if (!hanging.isEmpty()) {
      return Optional.of(
          Finding.error(
              "vfio/hangs",
              WORKSPACES,
              hanging.getFirst() + " hangs in the kernel since it was last taken from its driver",
              "reboot the host: nothing else can end that, and nothing is done to it before"));
    }
    List<String> users =
        Group.of(gpu, facts.pciFunctions())
            .map(group -> Users.ofGroup(group, facts))
            .orElse(List.of());
    return users.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.refused(
                "vfio/still-open",
                WORKSPACES,
                "%s is to go back to this host, but %s has it open"
                    .formatted(gpu, String.join(", ", users)),
                "stop it first: until then vfio-pci does not let the GPU go"));
  }

  /** Returns what was remembered for its sake; of a card that nobody remembers, what is usual. */
  private SortedMap<String, Optional<String>> functions(Facts facts) {
    SortedMap<String, Optional<String>> drivers = new TreeMap<>();
    Held.of(facts).rows().stream()
        .filter(row -> row.gpu().equals(gpu))
        .forEach(row -> drivers.put(row.bdf(), row.driver()));
    if (drivers.isEmpty()) {
      Group.of(gpu, facts.pciFunctions())
          .map(group -> group.card(gpu))
          .orElse(new TreeMap<>())
          .forEach(
              (bdf, function) -> {
                if (function.driver().equals(Optional.of(Loading.DRIVER))) {
                  drivers.put(bdf, usual(function));
                }
              });
    }
    return drivers;
  }

  private static Optional<String> usual(PciFact function) {
    return USUAL.entrySet().stream()
        .filter(e -> function.classCode().startsWith(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Returns the change, unless all is back and forgotten. */
  Optional<Change> change(Facts facts) {
    Held held = Held.of(facts);
    Held after = held.without(row -> row.gpu().equals(gpu));
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    functions(facts)
        .forEach(
            (bdf, driver) -> {
              PciFact function = facts.pciFunctions().get(bdf);
              if (function != null) {
                back(bdf, function, driver, actions, effects, fields);
              }
            });
    if (!actions.isEmpty()) {
      effects.addAll(NvidiaCtk.outdated());
    }
    boolean wasPersistent =
        held.rows().stream().anyMatch(row -> row.gpu().equals(gpu) && row.persistent());
    if (!actions.isEmpty() && wasPersistent && look.hasDriver("nvidia")) {
      actions.add(Persistence.set(gpu, true));
      fields.add(Field.of("nvidia-persistenced", "has let it go", "keeps it open"));
    }
    if (!after.equals(held)) {
      actions.add(after.action());
      effects.add(after.effect());
    }
    return actions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Change(
                VfioModule.SECTION,
                Kind.UPDATE,
                Group.of(gpu, facts.pciFunctions())
                    .map(group -> "IOMMU group %s, GPU %s".formatted(group.number(), gpu))
                    .orElse("GPU " + gpu),
                held.rows().stream()
                    .filter(row -> row.gpu().equals(gpu))
                    .findFirst()
                    .map(row -> "workspace %s holds it no more".formatted(row.workspace()))
                    .orElse("no workspace holds it"),
                fields,
                Disruption.NONE,
                List.of(),
                actions,
                effects));
  }

  private void back(
      String bdf,
      PciFact function,
      Optional<String> driver,
      List<Action> actions,
      List<Effect> effects,
      List<Field> fields) {
    boolean ours = driver.equals(Optional.of(Loading.DRIVER));
    // a driver that is not loaded takes the function when it is, as its override is cleared
    Optional<String> wanted = driver.filter(look::hasDriver);
    boolean already = function.driver().equals(wanted) && function.driverOverride().isEmpty();
    boolean others =
        function.driver().isPresent() && !function.driver().equals(Optional.of(Loading.DRIVER));
    if (ours || already || (others && function.driverOverride().isEmpty())) {
      return;
    }
    List<String> idle =
        function.driver().isPresent()
            ? function.iommuGroup().map(number -> "/dev/vfio/" + number).stream().toList()
            : List.of();
    actions.add(new Action.BindDriver(bdf, wanted, Optional.empty(), idle, SECONDS));
    effects.add(new Effect.PciBound(bdf, wanted, Optional.empty()));
    fields.add(
        Field.of(
            bdf + " " + Names.of(function),
            function.driver().orElse("no driver"),
            wanted.orElse(
                driver
                    .map(d -> "no driver, as %s is not loaded".formatted(d))
                    .orElse("no driver"))));
  }
}
