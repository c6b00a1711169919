package io.gpurig.modules;

import io.gpurig.engine.module.Module;
import io.gpurig.modules.cdi.host.CdiModule;
import io.gpurig.modules.compat.CompatibilityModule;
import io.gpurig.modules.driver.DriverModule;
import io.gpurig.modules.gvisor.GvisorModule;
import io.gpurig.modules.mig.MigModule;
import io.gpurig.modules.runtime.RuntimeModule;
import io.gpurig.modules.toolkit.ToolkitModule;
import io.gpurig.modules.vfio.VfioModule;
import io.gpurig.modules.workspace.WorkspacesModule;
import java.util.List;
import java.util.stream.Stream;

/** All modules. */
public final class Modules {
  private Modules() {}

  /**
   * Returns the modules in the order in which a plan is made: as they depend on each other, once
   * more the spec of the host's GPUs, as workspaces may have taken some or given some back, and
   * last the one that looks at the whole of a plan.
   */
  public static List<Module<?>> planned() {
    return Stream.concat(all().stream(), Stream.of(new CdiModule(), new CompatibilityModule()))
        .toList();
  }

  /** Returns the modules of the sections in the order in which they depend on each other. */
  public static List<Module<?>> all() {
    return List.of(
        new DriverModule(),
        new MigModule(),
        new ToolkitModule(),
        new RuntimeModule(),
        new CdiModule(),
        new GvisorModule(),
        new VfioModule(),
        new WorkspacesModule());
  }
}
