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
  private static final String LOADED_FIRST = "/etc/modprobe.d/gpurig-vfio.conf";

  private static final String LOAD_TEXT = "# Made by gpurig.\nvfio-pci\n";

  /** Drivers of GPUs wait until vfio-pci has taken what is its own (modprobe.d(5)). */
  private static final String FIRST_TEXT =
      """
      # Made by gpurig.
      softdep nvidia pre: vfio-pci
      softdep nouveau pre: vfio-pci
      """;

  private static final int INITRAMFS_SECONDS = 600;

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
            List.<Read>of(new Read.File(LOADED_AT_BOOT), new Read.File(LOADED_FIRST)))
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
    file(LOADED_AT_BOOT, LOAD_TEXT, "vfio-pci is to be loaded at every boot", facts, List.of())
        .ifPresent(changes::add);
    Loading.of(
            changes.isEmpty() || !changes.getFirst().needsReboot()
                ? look
                : afterwards(changes, facts))
        .ifPresent(changes::add);
    if (desired.persist()) {
      changes.addAll(persisted(facts, loader));
    } else {
      gone(LOADED_FIRST, "functions are not bound at boot", facts, rebuild(loader))
          .ifPresent(changes::add);
      gone(Rules.PATH, "functions are not bound at boot", facts, List.of()).ifPresent(changes::add);
    }
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

  private static List<Change> persisted(Facts facts, BootLoader loader) {
    List<Change> changes = new ArrayList<>();
    file(
            LOADED_FIRST,
            FIRST_TEXT,
            "vfio-pci is to be there before the drivers of GPUs",
            facts,
            rebuild(loader))
        .ifPresent(changes::add);
    file(
            Rules.PATH,
            Rules.text(Held.of(facts)),
            "what virtual machines hold is to be theirs from boot on",
            facts,
            List.of())
        .ifPresent(changes::add);
    return changes;
  }

  /** What modprobe is told counts in the initial ramdisk as well. */
  private static List<Action> rebuild(BootLoader loader) {
    return loader.initramfs().stream()
        .<Action>map(command -> new Action.RunCommand(command, List.of(), INITRAMFS_SECONDS))
        .toList();
  }

  private static Optional<Change> file(
      String path, String text, String reason, Facts facts, List<Action> then) {
    Optional<FileFact> there = facts.file(path);
    if (there.filter(file -> file.content().equals(text)).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        change(
            there.isPresent() ? Kind.UPDATE : Kind.CREATE,
            path,
            reason,
            new Field("content", there.map(FileFact::content), Optional.of(text)),
            Stream.concat(
                    Stream.of(new Action.WriteFile(path, text, Optional.of("0644"))), then.stream())
                .toList(),
            new Effect.FileBecomes(path, FileFact.text(text))));
  }

  private static Optional<Change> gone(String path, String reason, Facts facts, List<Action> then) {
    return facts
        .file(path)
        .map(
            there ->
                change(
                    Kind.REMOVE,
                    path,
                    reason,
                    new Field("content", Optional.of(there.content()), Optional.empty()),
                    Stream.concat(Stream.of(new Action.RemoveFile(path)), then.stream()).toList(),
                    new Effect.FileGone(path)));
  }

  private static Change change(
      Kind kind, String path, String reason, Field field, List<Action> actions, Effect effect) {
    return new Change(
        SECTION,
        kind,
        "file " + path,
        reason,
        List.of(field),
        Disruption.NONE,
        List.of(),
        actions,
        List.of(effect));
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
    gone(LOADED_AT_BOOT, reason, facts, List.of()).ifPresent(changes::add);
    gone(LOADED_FIRST, reason, facts, rebuild(loader)).ifPresent(changes::add);
    gone(Rules.PATH, reason, facts, List.of()).ifPresent(changes::add);
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
