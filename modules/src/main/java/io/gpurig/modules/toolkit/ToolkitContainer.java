package io.gpurig.modules.toolkit;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.ContainerSpec;
import io.gpurig.engine.change.ContainerSpec.Bind;
import io.gpurig.engine.change.Effect;
import io.gpurig.modules.container.ManagedContainer;
import io.gpurig.modules.host.NvidiaCtk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The toolkit container: what the GPU Operator's DaemonSet runs (gpu-operator,
 * assets/state-container-toolkit/0500_daemonset.yaml), in Docker's terms. Its settings are
 * environment variables only, because images up to v1.17 take their install folder as an argument
 * and later ones do not (nvidia-container-toolkit, tools/container/nvidia-toolkit/run.go and
 * cmd/nvidia-ctk-installer).
 */
final class ToolkitContainer {
  static final String NAME = "nvidia-toolkit";

  /** The runtime that it registers with Docker. */
  static final String RUNTIME = "nvidia";

  /** Where it installs itself on the host; its programs go to the folder toolkit below. */
  static final String INSTALL_ROOT = "/usr/local/nvidia";

  private static final int STOP_SECONDS = 30;

  private ToolkitContainer() {}

  static ManagedContainer of(Toolkit toolkit) {
    return new ManagedContainer(
        "toolkit",
        spec(toolkit),
        registered(Math.toIntExact(toolkit.readyTimeout().toSeconds())),
        STOP_SECONDS,
        Set.of(),
        Stream.concat(
                Stream.of(
                    new Effect.RuntimesListed(List.of("nvidia", "nvidia-cdi", "nvidia-legacy"))),
                NvidiaCtk.inContainerForm().stream())
            .toList());
  }

  static Action.WaitFor registered(int timeoutSeconds) {
    return new Action.WaitFor(
        "Docker to list the nvidia runtime",
        List.of(new Condition.RuntimeListed(RUNTIME)),
        timeoutSeconds,
        Optional.of(NAME));
  }

  private static ContainerSpec spec(Toolkit toolkit) {
    boolean hostDriver = toolkit.driverRoot().equals("/");
    Map<String, String> env = new HashMap<>();
    env.put("ROOT", INSTALL_ROOT);
    env.put("RUNTIME", "docker");
    env.put("RUNTIME_CONFIG", "/runtime/config-dir/daemon.json");
    env.put("RUNTIME_SOCKET", "/runtime/sock-dir/docker.sock");
    // the container's own default is true: it would take over every container of the host
    env.put("NVIDIA_RUNTIME_SET_AS_DEFAULT", "false");
    env.put("NVIDIA_DRIVER_ROOT", toolkit.driverRoot());
    env.put("DRIVER_ROOT_CTR_PATH", hostDriver ? "/host" : toolkit.driverRoot());
    env.putAll(toolkit.env());
    List<Bind> binds = new ArrayList<>();
    // slave: it sees the driver's mounts come, and does not hold on to them when they go
    binds.add(new Bind("/run/nvidia", "/run/nvidia", false, Optional.of("rslave")));
    binds.add(new Bind("/var/run", "/runtime/sock-dir", false, Optional.of("rslave")));
    binds.add(new Bind("/etc/docker", "/runtime/config-dir", false, Optional.empty()));
    binds.add(Bind.same(INSTALL_ROOT));
    if (hostDriver) {
      binds.add(new Bind("/", "/host", true, Optional.of("rslave")));
    } else if (!toolkit.driverRoot().startsWith("/run/nvidia/")) {
      binds.add(new Bind(toolkit.driverRoot(), toolkit.driverRoot(), false, Optional.of("rslave")));
    }
    return new ContainerSpec(
        NAME,
        toolkit.image(),
        List.of(),
        env,
        binds,
        List.of(),
        true,
        // it finds dockerd through the socket's peer and sends it SIGHUP, so that Docker need not
        // restart
        Optional.of("host"),
        Optional.empty(),
        Optional.of("runc"),
        "unless-stopped",
        List.of(),
        Optional.of(STOP_SECONDS),
        ManagedContainer.labels("toolkit", toolkit.env()),
        Map.of());
  }
}
