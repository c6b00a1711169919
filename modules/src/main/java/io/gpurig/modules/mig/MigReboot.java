package io.gpurig.modules.mig;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The change of the MIG mode of GPUs that only a reboot of their machine resets. */
final class MigReboot {
  /** A virtual machine with many GPUs boots for minutes. */
  private static final int BOOT_SECONDS = 900;

  private MigReboot() {}

  static Optional<Change> of(MigHost host, List<MigTarget> targets, Facts facts) {
    List<MigTarget> waiting = targets.stream().filter(MigTarget::waits).toList();
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    List<Action> actions = new ArrayList<>();
    List<MigGpu> gpus = new ArrayList<>(host.gpus());
    for (MigTarget target : waiting) {
      MigGpu gpu = target.gpu();
      fields.add(Field.of(gpu.shownName() + " MIG mode", mode(gpu.isOn()), mode(target.on())));
      if (!gpu.pending().equals(Optional.of(target.on()))) {
        actions.addAll(new MigActions(host.smi(), gpu).mode(target.on(), false));
      }
      gpus.replaceAll(
          one ->
              one.equals(gpu)
                  ? gpu.with(gpu.current(), Optional.of(target.on()), gpu.instances())
                  : one);
    }
    actions.add(new Action.Reboot(BOOT_SECONDS));
    return Optional.of(
        new Change(
            "mig",
            Kind.UPDATE,
            "MIG mode",
            "a GPU that was passed through to a virtual machine changes it when that is rebooted",
            fields,
            Disruption.REBOOT,
            facts.dockerState().containers().stream()
                .filter(DockerFacts::isRunning)
                .map(container -> "container " + DockerFacts.name(container))
                .toList(),
            actions,
            MigModule.loaded(host, gpus, facts)));
  }

  private static String mode(boolean on) {
    return on ? "Enabled" : "Disabled";
  }
}
