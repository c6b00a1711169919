package io.gpurig.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PropagationMode;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import io.gpurig.engine.change.ContainerSpec;
import java.util.List;
import java.util.TreeMap;

/** Says in docker-java's terms what container is to be created. */
final class ContainerRequest {
  private ContainerRequest() {}

  static CreateContainerCmd of(ContainerSpec spec, DockerClient client) {
    CreateContainerCmd command =
        client
            .createContainerCmd(spec.image())
            .withName(spec.name())
            .withLabels(new TreeMap<>(spec.labels()))
            .withEnv(
                new TreeMap<>(spec.env())
                    .entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
            .withHostConfig(host(spec));
    if (!spec.command().isEmpty()) {
      command.withCmd(spec.command());
    }
    spec.stopTimeoutSeconds().ifPresent(command::withStopTimeout);
    return command;
  }

  private static HostConfig host(ContainerSpec spec) {
    HostConfig host =
        HostConfig.newHostConfig()
            .withBinds(spec.binds().stream().map(ContainerRequest::bind).toList())
            .withDevices(spec.devices().stream().map(Device::parse).toList())
            .withPrivileged(spec.privileged())
            .withRestartPolicy(RestartPolicy.parse(spec.restartPolicy()))
            .withSecurityOpts(spec.securityOpts())
            .withUlimits(ulimits(spec));
    spec.pidMode().ifPresent(host::withPidMode);
    spec.networkMode().ifPresent(host::withNetworkMode);
    spec.runtime().ifPresent(host::withRuntime);
    return host;
  }

  private static List<Ulimit> ulimits(ContainerSpec spec) {
    return new TreeMap<>(spec.ulimits())
        .entrySet().stream()
            .map(limit -> new Ulimit(limit.getKey(), limit.getValue(), limit.getValue()))
            .toList();
  }

  private static Bind bind(ContainerSpec.Bind bind) {
    return new Bind(
        bind.source(),
        new Volume(bind.target()),
        bind.readOnly() ? AccessMode.ro : AccessMode.rw,
        SELContext.none,
        null,
        bind.propagation().map(ContainerRequest::propagation).orElse(PropagationMode.DEFAULT_MODE));
  }

  private static PropagationMode propagation(String name) {
    for (PropagationMode mode : PropagationMode.values()) {
      if (mode.toString().equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("unknown propagation " + name);
  }
}
