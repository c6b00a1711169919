package io.gpurig.modules.workspace;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.modules.host.DriverVersion;
import io.gpurig.modules.host.GpuClients;
import io.gpurig.modules.host.Platform;
import io.gpurig.modules.vfio.Passthrough;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Keeps the workspaces of a plan on its hosts, and none that the plan has no more. */
public final class WorkspacesModule implements Module<Workspaces> {
  @Override
  public String section() {
    return Labels.SECTION;
  }

  @Override
  public String survey() {
    return "[]";
  }

  @Override
  public Workspaces desired(Section section) {
    return new Workspaces(section.plan(), section.items().stream().map(Workspace::of).toList());
  }

  @Override
  public List<Read> reads(Workspaces desired) {
    List<Read> reads = new ArrayList<>();
    Stream.of(
            Platform.READS,
            GpuClients.READS,
            HostGpus.READS,
            GpuAccess.READS,
            DriverVersion.READS,
            HostDevices.READS,
            Passthrough.READS)
        .forEach(reads::addAll);
    reads.add(EngineDefaults.DAEMON_JSON);
    reads.add(new Read.ImagesOf(Labels.WORKSPACE));
    for (Workspace workspace : desired.items()) {
      reads.add(new Read.Image(workspace.image()));
      if (workspace.pull().equals("always")) {
        reads.add(new Read.Distribution(workspace.image()));
      }
    }
    return reads.stream().distinct().toList();
  }

  @Override
  public List<Finding> check(Workspaces desired) {
    return WorkspaceRules.of(desired);
  }

  @Override
  public Diff diff(Workspaces desired, Facts facts) {
    return Platform.notLinux(facts, Labels.SECTION)
        .or(() -> Platform.dockerDown(facts, Labels.SECTION))
        .map(Diff::blocked)
        .orElseGet(() -> new Course(desired, facts).diff());
  }
}
