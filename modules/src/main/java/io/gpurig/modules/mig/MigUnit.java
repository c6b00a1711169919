package io.gpurig.modules.mig;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The systemd unit that makes the layout again at every boot, as GPU instances outlive none. */
final class MigUnit {
  private static final String NAME = "gpurig-mig.service";
  private static final String UNIT = "/etc/systemd/system/" + NAME;
  private static final String SCRIPT = "/usr/local/sbin/gpurig-mig";

  /** What enabling the unit makes: a link to it. */
  private static final String WANTED = "/etc/systemd/system/multi-user.target.wants/" + NAME;

  private static final int SYSTEMCTL_SECONDS = 60;

  static final List<Read> READS =
      List.of(new Read.File(UNIT), new Read.File(SCRIPT), new Read.File(WANTED));

  /** What a GPU is to be at boot. */
  record Wanted(MigGpu gpu, boolean on) {}

  private MigUnit() {}

  /** Returns the change that puts the unit in place, if one is needed. */
  static Optional<Change> placed(NvidiaSmi smi, List<Wanted> gpus, Facts facts) {
    String unit = unit(smi);
    String script = script(smi, gpus);
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    put(SCRIPT, script, "0755", facts, actions, effects, fields);
    put(UNIT, unit, "0644", facts, actions, effects, fields);
    if (facts.file(WANTED).isEmpty()) {
      actions.add(systemctl("enable", "disable"));
      effects.add(new Effect.FileBecomes(WANTED, FileFact.text(unit)));
      fields.add(Field.of("at boot", "not started", "started"));
    }
    if (actions.isEmpty()) {
      return Optional.empty();
    }
    boolean there = facts.file(UNIT).isPresent();
    return Optional.of(
        new Change(
            "mig",
            there ? Kind.UPDATE : Kind.CREATE,
            "unit " + NAME,
            there ? "it differs" : "GPU instances do not outlive a reboot",
            fields,
            Disruption.NONE,
            List.of(),
            actions,
            effects));
  }

  private static void put(
      String path,
      String content,
      String mode,
      Facts facts,
      List<Action> actions,
      List<Effect> effects,
      List<Field> fields) {
    Optional<FileFact> there = facts.file(path);
    if (there.filter(f -> f.content().equals(content) && f.mode().equals(mode)).isPresent()) {
      return;
    }
    actions.add(new Action.WriteFile(path, content, Optional.of(mode)));
    effects.add(
        new Effect.FileBecomes(
            path, new FileFact(FileFact.Type.FILE, mode, "0:0", content, false, Optional.empty())));
    fields.add(new Field(path, there.map(FileFact::content), Optional.of(content)));
  }

  /** Returns the change that takes the unit away, if it is there. */
  static Optional<Change> removed(Facts facts) {
    List<String> there =
        List.of(UNIT, SCRIPT).stream().filter(path -> facts.file(path).isPresent()).toList();
    if (there.isEmpty() && facts.file(WANTED).isEmpty()) {
      return Optional.empty();
    }
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    if (facts.file(WANTED).isPresent()) {
      actions.add(systemctl("disable", "enable"));
      effects.add(new Effect.FileGone(WANTED));
    }
    there.forEach(path -> actions.add(new Action.RemoveFile(path)));
    there.forEach(path -> effects.add(new Effect.FileGone(path)));
    return Optional.of(
        new Change(
            "mig",
            Kind.REMOVE,
            "unit " + NAME,
            "the plan does not ask for MIG to be set at boot",
            List.of(),
            Disruption.NONE,
            List.of(),
            actions,
            effects));
  }

  /**
   * Without a reload of systemd, which can take the GPU from running containers (container-toolkit,
   * troubleshooting); systemd reads the unit when it next starts, and that is when it counts.
   */
  private static Action systemctl(String verb, String back) {
    return new Action.RunCommand(
        List.of("systemctl", "--no-reload", verb, NAME),
        List.of("systemctl", "--no-reload", back, NAME),
        SYSTEMCTL_SECONDS);
  }

  /** The daemons that hold the driver open come before; what uses GPUs comes after. */
  private static String unit(NvidiaSmi smi) {
    String order =
        smi.equals(NvidiaSmi.OF_HOST)
            ? """
            After=systemd-modules-load.service nvidia-persistenced.service nvidia-fabricmanager.service
            Before=nvidia-cdi-refresh.service docker.service containerd.service kubelet.service
            """
            : """
            # the driver is a container, so Docker has to run first
            After=docker.service
            Wants=docker.service
            """;
    return """
    # Written by gpurig; changes are overwritten.
    [Unit]
    Description=Divide GPUs into MIG devices as the gpurig plan says
    %s
    [Service]
    Type=oneshot
    RemainAfterExit=yes
    TimeoutStartSec=30min
    ExecStart=%s

    [Install]
    WantedBy=multi-user.target
    """
        .formatted(order, SCRIPT);
  }

  private static String script(NvidiaSmi smi, List<Wanted> gpus) {
    StringBuilder script = new StringBuilder();
    script.append("#!/bin/sh\n# Written by gpurig; changes are overwritten.\n");
    script.append("PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n");
    script.append(MigScript.functions(smi));
    // a driver container may build the driver first: as long as the operator's probe gives it
    script.append("for _ in $(seq 250); do\n  smi -L >/dev/null 2>&1 && break\n  sleep 5\ndone\n");
    script.append("failed=0\n");
    for (Wanted wanted : gpus) {
      String calls = String.join(" &&\n  ", calls(wanted));
      script.append(calls).append(" || failed=1\n");
    }
    script.append(
        """
        # what lists the MIG devices for containers has to look again
        if [ -e /etc/systemd/system/nvidia-cdi-refresh.service ] ||
          [ -e /usr/lib/systemd/system/nvidia-cdi-refresh.service ]; then
          systemctl restart --no-block nvidia-cdi-refresh.service
        fi
        exit $failed
        """);
    return script.toString();
  }

  private static List<String> calls(Wanted wanted) {
    MigGpu gpu = wanted.gpu();
    List<String> calls = new ArrayList<>();
    calls.add(MigScript.mode(gpu, wanted.on()));
    gpu.instances().stream()
        .sorted(java.util.Comparator.comparingInt(MigGpu.GpuInstance::start))
        .forEach(
            one ->
                calls.add(
                    MigScript.present(
                        gpu, one.start() + ":" + one.size(), one.name(), one.devices())));
    return calls;
  }
}
