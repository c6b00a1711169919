package io.gpurig.modules.mig;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.fact.Shell;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands that change one GPU, each with what takes it back. */
final class MigActions {
  private static final int INSTANCE_SECONDS = 60;
  private static final int RESET_SECONDS = 180;
  private static final int MODE_SECONDS = 60;

  private final NvidiaSmi smi;
  private final MigGpu gpu;

  MigActions(NvidiaSmi smi, MigGpu gpu) {
    this.smi = smi;
    this.gpu = gpu;
  }

  /** Takes away what goes: first the compute instances, then the GPU instance they are in. */
  List<Action> destroy(MigStep step) {
    List<Action> actions = new ArrayList<>();
    for (GpuInstance one : step.dropped()) {
      List<String> back = back(one);
      if (!one.compute().isEmpty()) {
        actions.add(run(back, "mig", "-i", gpu.bdf(), "-dci", "-gi", id(one)));
      }
      actions.add(run(back, "mig", "-i", gpu.bdf(), "-dgi", "-gi", id(one)));
    }
    for (int i : step.changed()) {
      GpuInstance one = step.kept().get(i);
      if (!one.compute().isEmpty()) {
        actions.add(run(back(one), "mig", "-i", gpu.bdf(), "-dci", "-gi", id(one)));
      }
    }
    return actions;
  }

  private List<String> back(GpuInstance one) {
    return MigScript.command(
        smi, MigScript.present(gpu, one.start() + ":" + one.size(), one.name(), one.devices()));
  }

  /** Makes what comes. With a start for each instance any order works. */
  List<Action> create(MigStep step) {
    List<Action> actions = new ArrayList<>();
    for (int i : step.changed()) {
      GpuInstance one = step.kept().get(i);
      String names = MigScript.names(step.keptWanted().get(i).devices());
      actions.add(run(back(one), "mig", "-i", gpu.bdf(), "-cci", names, "-gi", id(one)));
    }
    for (int i = 0; i < step.made().size(); i++) {
      actions.addAll(create(step.made().get(i), step.places().get(i)));
    }
    return actions;
  }

  private List<Action> create(Layout.Instance one, Placement place) {
    List<String> gone = MigScript.command(smi, MigScript.absent(gpu, place.slices()));
    String where = one.name() + ":" + place.start();
    boolean whole = one.compute().equals(List.of(one.name().slices()));
    if (whole) {
      return List.of(run(gone, "mig", "-i", gpu.bdf(), "-cgi", where, "-C"));
    }
    // the number of the new instance is known only when it is there
    String number =
        "%s | while read -r _ _ _ _ _ id at _; do test \"$at\" != %s || echo \"$id\"; done"
            .formatted(Shell.join(smi.argv("mig", "-i", gpu.bdf(), "-lgi")), place.slices());
    String names = MigScript.names(one.devices());
    String create =
        "%s \"$(%s)\""
            .formatted(Shell.join(smi.argv("mig", "-i", gpu.bdf(), "-cci", names, "-gi")), number);
    return List.of(
        run(gone, "mig", "-i", gpu.bdf(), "-cgi", where),
        new Action.RunCommand(List.of("sh", "-c", create), List.of(), INSTANCE_SECONDS));
  }

  /** Turns MIG on or off, with a reset where that takes one and it has not happened by itself. */
  List<Action> mode(boolean on, boolean reset) {
    boolean before = gpu.isOn();
    List<String> set = smi.argv("-i", gpu.bdf(), "-mig", on ? "1" : "0");
    if (!reset) {
      List<String> back =
          smi.argv("-i", gpu.bdf(), "-mig", gpu.pending().orElse(before) ? "1" : "0");
      return List.of(new Action.RunCommand(set, back, RESET_SECONDS));
    }
    String word = on ? "Enabled" : "Disabled";
    List<String> current =
        smi.argv("-i", gpu.bdf(), "--query-gpu=mig.mode.current", "--format=csv,noheader");
    String test = "test \"$(%s)\" = %s".formatted(Shell.join(current), word);
    String resetting = test + " || " + Shell.join(smi.argv("--gpu-reset", "-i", gpu.bdf()));
    List<String> back = MigScript.command(smi, MigScript.mode(gpu, before));
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.RunCommand(set, back, RESET_SECONDS));
    if (gpu.model().map(MigModel::needsReset).orElse(false)) {
      actions.add(new Action.RunCommand(List.of("sh", "-c", resetting), List.of(), RESET_SECONDS));
    }
    actions.add(
        new Action.WaitFor(
            "MIG of GPU %s to be %s".formatted(gpu.bdf(), on ? "on" : "off"),
            List.of(new Condition.CommandSucceeds(List.of("sh", "-c", test))),
            MODE_SECONDS,
            Optional.empty()));
    return actions;
  }

  private Action run(List<String> undo, String... arguments) {
    return new Action.RunCommand(smi.argv(arguments), undo, INSTANCE_SECONDS);
  }

  private static String id(GpuInstance one) {
    return String.valueOf(one.id());
  }
}
