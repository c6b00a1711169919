package io.gpurig.engine.journal;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.fact.Shell;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a script that binds a function on the PCI bus to a driver; {@code R} is set before
 * it. From whatever state a former one was cut off in it goes on.
 *
 * <p>By the kernel's {@code driver_override}, {@code unbind} and {@code bind} (Linux
 * Documentation/ABI/testing/sysfs-bus-pci), not by {@code new_id}, which binds all functions of a
 * kind. A newline clears {@code driver_override}, nothing at all does not.
 */
public final class BindScript {
  private static final String FUNCTIONS = Resource.text("bind.sh");

  private BindScript() {}

  /** Returns the script; it ends with status 1 if the function is not bound as it is to be. */
  public static String of(Action.BindDriver bind) {
    List<String> words = new ArrayList<>();
    words.add("bind");
    words.add(bind.bdf());
    words.add(bind.driver().orElse(""));
    words.add(bind.override().orElse(""));
    words.add(Integer.toString(bind.timeoutSeconds()));
    words.addAll(bind.idle());
    return FUNCTIONS + Shell.join(words) + "\n";
  }
}
