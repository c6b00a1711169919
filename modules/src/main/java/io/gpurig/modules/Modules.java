package io.gpurig.modules;

import io.gpurig.engine.module.Module;
import io.gpurig.modules.driver.DriverModule;
import io.gpurig.modules.gvisor.GvisorModule;
import io.gpurig.modules.mig.MigModule;
import io.gpurig.modules.runtime.RuntimeModule;
import io.gpurig.modules.toolkit.ToolkitModule;
import java.util.List;

/** All modules. */
public final class Modules {
  private Modules() {}

  /** Returns the modules in the order in which they depend on each other. */
  public static List<Module<?>> all() {
    return List.of(
        new DriverModule(),
        new MigModule(),
        new ToolkitModule(),
        new RuntimeModule(),
        new GvisorModule());
  }
}
