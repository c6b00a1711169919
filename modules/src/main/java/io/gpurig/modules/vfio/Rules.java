package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The udev rules by which functions that virtual machines hold are bound to vfio-pci when the host
 * boots, before their own drivers see them. They are there where a plan says {@code vfio.persist}.
 *
 * <p>A rule names one function by address and id, as {@code ids=} of vfio-pci would take every card
 * of a kind. It probes the function too, for vfio-pci may have been loaded before.
 */
final class Rules {
  static final String PATH = "/etc/udev/rules.d/70-gpurig-vfio.rules";
  static final Read READ = new Read.File(PATH);

  private static final String HEAD =
      "# Made by gpurig: binds the functions of /etc/gpurig/vfio to vfio-pci at boot.\n";

  private Rules() {}

  static String text(Held held) {
    return HEAD + held.rows().stream().map(Rules::rule).collect(Collectors.joining());
  }

  private static String rule(Held.Row row) {
    String[] id = row.id().split(":", 2);
    return """
    ACTION=="add", SUBSYSTEM=="pci", KERNEL=="%s", ATTR{vendor}=="0x%s", ATTR{device}=="0x%s", \
    ATTR{driver_override}="vfio-pci", RUN+="/bin/sh -c 'echo %%k >/sys/bus/pci/drivers_probe'"
    """
        .formatted(row.bdf(), id[0], id[id.length - 1]);
  }

  static boolean isWanted(Facts facts) {
    return facts.file(PATH).isPresent();
  }

  static Optional<FileFact> there(Facts facts) {
    return facts.file(PATH);
  }

  static Action write(Held held) {
    return new Action.WriteFile(PATH, text(held), Optional.of("0644"));
  }

  static Effect effect(Held held) {
    return new Effect.FileBecomes(PATH, FileFact.text(text(held)));
  }
}
