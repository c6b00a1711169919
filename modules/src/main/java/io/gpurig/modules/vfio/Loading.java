package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import java.util.List;
import java.util.Optional;

/** The kernel module vfio-pci, by which functions are handed to virtual machines. */
final class Loading {
  static final String DRIVER = "vfio-pci";

  /** It is there when the driver is registered; {@code /dev/vfio/vfio} may be there before. */
  private static final String REGISTERED = "/sys/bus/pci/drivers/" + DRIVER;

  private static final int LOAD_SECONDS = 60;
  private static final int REGISTER_SECONDS = 10;

  private Loading() {}

  /** Returns the change that loads it, unless it is loaded or built in. */
  static Optional<Change> of(Look look) {
    return look.hasDriver(DRIVER)
        ? Optional.empty()
        : Optional.of(
            new Change(
                VfioModule.SECTION,
                Kind.CREATE,
                "kernel module " + DRIVER,
                "it is not loaded",
                List.of(Field.of(DRIVER, "not loaded", "loaded")),
                Disruption.NONE,
                List.of(),
                List.of(
                    new Action.RunCommand(List.of("modprobe", DRIVER), List.of(), LOAD_SECONDS),
                    new Action.WaitFor(
                        "the kernel to have the driver " + DRIVER,
                        List.of(new Condition.FileExists(REGISTERED)),
                        REGISTER_SECONDS,
                        Optional.empty())),
                List.of(new Effect.CommandAnswers(Look.READ.argv(), look.withDriver(DRIVER)))));
  }
}
