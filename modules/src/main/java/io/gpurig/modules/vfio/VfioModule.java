package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.host.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a host ready to hand GPUs to virtual machines: an IOMMU, vfio-pci at every boot, and where
 * it is asked for, the GPUs themselves at every boot. Which GPUs go where is for workspaces.
 */
public final class VfioModule implements Module<Vfio> {
  static final String SECTION = "vfio";

  private static final String LOADED_AT_BOOT = "/etc/modules-load.d/gpurig-vfio.conf";
  private static final String LOAD_TEXT = "# Made by gpurig.\nvfio-pci\n";

  @Override
  public String section() {
    return SECTION;
  }

  @Override
  public String survey() {
    return "{enabled: true}";
  }

  @Override
  public Vfio desired(Section section) {
    return new Vfio(
        section.flag("enabled"),
        section.text("iommu").equals("pt"),
        section.flag("persist"),
        section.duration("rebootTimeout"));
  }

  @Override
  public List<Read> reads(Vfio desired) {
    return Stream.of(
            Platform.READS,
            Passthrough.READS,
            BootLoader.READS,
            AtBoot.READS,
            List.<Read>of(new Read.File(LOADED_AT_BOOT)))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  @Override
  public Diff diff(Vfio desired, Facts facts) {
    Optional<Finding> notLinux = Platform.notLinux(facts, SECTION);
    if (notLinux.isPresent()) {
      return Diff.blocked(notLinux.get());
    }
    Look look = Look.at(facts);
    BootLoader loader = BootLoader.of(facts);
    if (!desired.enabled()) {
      return removed(facts, loader);
    }
    Optional<Finding> against = KernelCommandLine.against(facts, look, loader);
    if (against.isPresent()) {
      return Diff.blocked(against.get());
    }
    List<Change> changes = new ArrayList<>();
    KernelCommandLine.change(desired, facts, look, loader).ifPresent(changes::add);
    loadedAtBoot(facts).ifPresent(changes::add);
    Loading.of(
            changes.isEmpty() || !changes.getFirst().needsReboot()
                ? look
                : afterwards(changes, facts))
        .ifPresent(changes::add);
    (desired.persist() ? kept(facts) : forgotten("functions are not bound at boot", facts))
        .ifPresent(changes::add);
    return new Diff(changes, List.of());
  }

  private static Look afterwards(List<Change> changes, Facts facts) {
    Facts after = facts;
    for (Change change : changes) {
      for (Effect effect : change.effects()) {
        after = effect.on(after);
      }
    }
    return Look.at(after);
  }

  private static Optional<Change> loadedAtBoot(Facts facts) {
    Optional<FileFact> there = facts.file(LOADED_AT_BOOT);
    return there.filter(file -> file.content().equals(LOAD_TEXT)).isPresent()
        ? Optional.empty()
        : Optional.of(
            change(
                there.isPresent() ? Kind.UPDATE : Kind.CREATE,
                LOADED_AT_BOOT,
                "vfio-pci is to be loaded at every boot",
                new Field("content", there.map(FileFact::content), Optional.of(LOAD_TEXT)),
                List.of(new Action.WriteFile(LOADED_AT_BOOT, LOAD_TEXT, Optional.of("0644"))),
                List.of(new Effect.FileBecomes(LOADED_AT_BOOT, FileFact.text(LOAD_TEXT)))));
  }

  private static Optional<Change> kept(Facts facts) {
    Optional<FileFact> there = AtBoot.there(facts);
    return AtBoot.isEnabled(facts)
        ? Optional.empty()
        : Optional.of(
            change(
                there.isPresent() ? Kind.UPDATE : Kind.CREATE,
                AtBoot.PATH,
                "what virtual machines hold is to be theirs from boot on",
                new Field("content", there.map(FileFact::content), Optional.of(AtBoot.UNIT)),
                AtBoot.enable(),
                AtBoot.enabled()));
  }

  private static Optional<Change> forgotten(String reason, Facts facts) {
    return AtBoot.there(facts)
        .map(there -> gone(AtBoot.PATH, reason, there, AtBoot.disable(), AtBoot.disabled()));
  }

  private static Change gone(
      String path, String reason, FileFact there, List<Action> actions, List<Effect> effects) {
    Field content = new Field("content", Optional.of(there.content()), Optional.empty());
    return change(Kind.REMOVE, path, reason, content, actions, effects);
  }

  private static Change change(
      Kind kind,
      String path,
      String reason,
      Field field,
      List<Action> actions,
      List<Effect> effects) {
    return new Change(
        SECTION,
        kind,
        "file " + path,
        reason,
        List.of(field),
        Disruption.NONE,
        List.of(),
        actions,
        effects);
  }

  private static Diff removed(Facts facts, BootLoader loader) {
    Held held = Held.of(facts);
    if (!held.rows().isEmpty()) {
      return Diff.blocked(
          Finding.error(
              "vfio/held",
              "/vfio/enabled",
              "virtual machines hold functions of this host: "
                  + held.rows().stream()
                      .map(row -> "%s (%s)".formatted(row.bdf(), row.workspace()))
                      .collect(Collectors.joining(", ")),
              "take their workspaces out of the plan first"));
    }
    List<Change> changes = new ArrayList<>();
    String reason = "the plan does not want it";
    facts
        .file(LOADED_AT_BOOT)
        .map(
            there ->
                gone(
                    LOADED_AT_BOOT,
                    reason,
                    there,
                    List.of(new Action.RemoveFile(LOADED_AT_BOOT)),
                    List.of(new Effect.FileGone(LOADED_AT_BOOT))))
        .ifPresent(changes::add);
    forgotten(reason, facts).ifPresent(changes::add);
    List<Action> actions = loader.remove(facts);
    if (!actions.isEmpty()) {
      changes.add(
          new Change(
              SECTION,
              Kind.REMOVE,
              "kernel command line",
              reason + "; the IOMMU stays on until the next reboot",
              List.of(),
              Disruption.NONE,
              List.of(),
              actions,
              List.of(BootLoader.removed())));
    }
    return new Diff(changes, List.of());
  }
}
