package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.host.NvidiaCtk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the group of a GPU goes to vfio-pci: one function after the other, each taken from its driver
 * and looked at afterwards, so that the first oddity ends it.
 *
 * @param persistent whether nvidia-persistenced keeps the GPU open
 */
record Binding(Claim claim, Gpu gpu, Group group, boolean persistent, Look look) {
  private static final int NODE_SECONDS = 10;

  /**
   * NVIDIA's driver lets an idle GPU go within seconds. That of its USB-C port may take three
   * minutes (pop-os/system76-power issue 71).
   */
  private static final int GPU_SECONDS = 30;

  private static final int COMPANION_SECONDS = 300;

  /** Returns the change that binds it, unless it is bound and remembered. */
  Optional<Change> change(Facts facts) {
    Map<String, PciFact> card = group.card(claim.bdf());
    Held held = Held.of(facts);
    Held after = held.with(card.entrySet().stream().map(e -> row(held, e)).toList());
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    if (!after.equals(held)) {
      actions.add(after.action());
      effects.add(after.effect());
    }
    Map<String, PciFact> moving = new TreeMap<>(card);
    moving.values().removeIf(f -> f.driver().equals(Optional.of(Loading.DRIVER)));
    if (!moving.isEmpty() && persistent) {
      actions.add(Persistence.set(claim.bdf(), false));
      fields.add(Field.of("nvidia-persistenced", "keeps it open", "lets it go"));
    }
    moving.forEach(
        (bdf, function) -> {
          actions.add(bind(bdf, function));
          effects.add(
              new Effect.PciBound(bdf, Optional.of(Loading.DRIVER), Optional.of(Loading.DRIVER)));
          fields.add(
              Field.of(
                  bdf + " " + words(bdf, function),
                  function.driver().orElse("no driver"),
                  Loading.DRIVER));
        });
    if (actions.isEmpty()) {
      return Optional.empty();
    }
    if (!moving.isEmpty()) {
      effects.addAll(NvidiaCtk.outdated());
      actions.add(
          new Action.WaitFor(
              group.node(),
              List.of(new Condition.FileExists(group.node())),
              NODE_SECONDS,
              Optional.empty()));
      group
          .bridges()
          .forEach(
              (bdf, bridge) ->
                  fields.add(
                      new Field(
                          bdf + " " + Names.kind(bridge),
                          Optional.empty(),
                          Optional.of(
                              "in the group, stays "
                                  + bridge.driver().map(d -> "with " + d).orElse("as it is")))));
    }
    fields.add(
        new Field("when the workspace is deleted", Optional.empty(), Optional.of(back(after))));
    return Optional.of(
        new Change(
            VfioModule.SECTION,
            moving.isEmpty() ? Kind.CREATE : Kind.UPDATE,
            "IOMMU group %s, GPU %s".formatted(group.number(), claim.bdf()),
            moving.isEmpty()
                ? "it is bound to vfio-pci already, and is to be remembered"
                : "workspace %s takes it from this host".formatted(claim.workspace()),
            fields,
            Disruption.NONE,
            List.of(),
            actions,
            effects));
  }

  private Held.Row row(Held held, Map.Entry<String, PciFact> function) {
    Optional<Held.Row> known =
        held.row(function.getKey()).filter(r -> r.id().equals(Names.id(function.getValue())));
    return new Held.Row(
        function.getKey(),
        Names.id(function.getValue()),
        known.isPresent() ? known.get().driver() : function.getValue().driver(),
        claim.bdf(),
        persistent || known.map(Held.Row::persistent).orElse(false),
        claim.workspace());
  }

  private Action bind(String bdf, PciFact function) {
    boolean display = Names.isDisplay(function);
    return new Action.BindDriver(
        bdf,
        Optional.of(Loading.DRIVER),
        Optional.of(Loading.DRIVER),
        display ? Users.files(gpu, look) : List.of(),
        display ? GPU_SECONDS : COMPANION_SECONDS);
  }

  private String words(String bdf, PciFact function) {
    return bdf.equals(claim.bdf())
        ? "GPU " + gpu.name().orElse(Names.id(function))
        : Names.of(function);
  }

  /** What becomes of the functions when they are given back. */
  private String back(Held after) {
    List<String> drivers = new ArrayList<>();
    for (String bdf : new TreeSet<>(group.card(claim.bdf()).keySet())) {
      drivers.add(
          bdf.substring(bdf.lastIndexOf('.'))
              + " to "
              + after.row(bdf).flatMap(Held.Row::driver).orElse("no driver"));
    }
    return "back " + String.join(", ", drivers);
  }
}
