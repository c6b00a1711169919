package io.gpurig.lab.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.lab.machine.Kernel;
import java.time.Instant;
import java.util.List;

/** What the engine says about itself: Docker 28.3 on Ubuntu 22.04. */
final class EngineInfo {
  static final int MAX_API = 51;
  static final int MIN_API = 24;
  private static final String VERSION = "28.3.3";

  private EngineInfo() {}

  static ObjectNode version() {
    ObjectNode json = Json.object();
    json.putObject("Platform").put("Name", "Docker Engine - Community");
    ObjectNode details = Json.object();
    details.put("ApiVersion", "1." + MAX_API).put("Arch", "amd64");
    details.put("BuildTime", "2025-07-25T11:34:09.000000000+00:00").put("Experimental", "false");
    details.put("GitCommit", "bea959c").put("GoVersion", "go1.24.5");
    details.put("KernelVersion", Kernel.RELEASE).put("MinAPIVersion", "1." + MIN_API);
    details.put("Os", "linux");
    var components = json.putArray("Components");
    components
        .addObject()
        .put("Name", "Engine")
        .put("Version", VERSION)
        .set("Details", details.deepCopy());
    components.addObject().put("Name", "containerd").put("Version", "1.7.27").putObject("Details");
    components.addObject().put("Name", "runc").put("Version", "1.2.5").putObject("Details");
    json.put("Version", VERSION);
    json.setAll(details);
    return json.put("Experimental", false);
  }

  static ObjectNode info(Engine engine) {
    List<Container> containers = engine.containers();
    long running = containers.stream().filter(Container::isRunning).count();
    DockerConfig config = engine.config();
    ObjectNode json = Json.object();
    json.put("ID", "f0e1d2c3-0000-4000-8000-" + hex12(engine.hostname()));
    json.put("Containers", containers.size()).put("ContainersRunning", running);
    json.put("ContainersPaused", 0).put("ContainersStopped", containers.size() - running);
    json.put("Images", engine.images().all().size()).put("Driver", "overlay2");
    json.putArray("DriverStatus").add(Json.array(List.of("Backing Filesystem", "extfs")));
    ObjectNode plugins = json.putObject("Plugins");
    plugins.set("Volume", Json.array(List.of("local")));
    plugins.set("Network", Json.array(List.of("bridge", "host", "ipvlan", "macvlan", "null")));
    plugins.putNull("Authorization");
    plugins.set("Log", Json.array(List.of("journald", "json-file", "local", "none", "syslog")));
    for (String ability :
        List.of("MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet")) {
      json.put(ability, true);
    }
    json.put("PidsLimit", true).put("IPv4Forwarding", true).put("Debug", false);
    json.put("NFd", 24).put("OomKillDisable", false).put("NGoroutines", 42);
    json.put("SystemTime", Instant.now().toString());
    json.put("LoggingDriver", "json-file").put("CgroupDriver", "systemd");
    json.put("CgroupVersion", "2").put("NEventsListener", 0);
    json.put("KernelVersion", Kernel.RELEASE).put("OperatingSystem", "Ubuntu 22.04.5 LTS");
    json.put("OSVersion", "22.04").put("OSType", "linux").put("Architecture", "x86_64");
    json.put("IndexServerAddress", "https://index.docker.io/v1/");
    json.put("NCPU", 64).put("MemTotal", 540_000_000_000L);
    json.put("DockerRootDir", "/var/lib/docker");
    json.put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
    json.put("Name", engine.hostname()).putArray("Labels");
    json.put("ExperimentalBuild", false).put("ServerVersion", VERSION);
    json.set("Runtimes", config.runtimesJson());
    json.put("DefaultRuntime", config.defaultRuntime());
    json.putObject("Swarm").put("LocalNodeState", "inactive").put("ControlAvailable", false);
    json.put("LiveRestoreEnabled", false).put("Isolation", "").put("InitBinary", "docker-init");
    json.putObject("ContainerdCommit").put("ID", "05044ec0a9a75232cad458027ca83437aae3f4da");
    json.putObject("RuncCommit").put("ID", "v1.2.5-0-g59923ef");
    json.putObject("InitCommit").put("ID", "de40ad0");
    json.set(
        "SecurityOptions",
        Json.array(List.of("name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns")));
    List<String> folders = config.cdi() ? List.of("/etc/cdi", "/var/run/cdi") : List.of();
    json.set("CDISpecDirs", Json.array(folders));
    return json.putNull("Warnings");
  }

  private static String hex12(String text) {
    return "%012x".formatted(Integer.toUnsignedLong(text.hashCode()));
  }
}
