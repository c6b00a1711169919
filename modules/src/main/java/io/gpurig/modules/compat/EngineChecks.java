package io.gpurig.modules.compat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.CdiSpec;
import io.gpurig.modules.cdi.CdiVersion;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.host.DriverPlace;
import io.gpurig.modules.host.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of Docker, of the toolkit, and of the CDI specs between both. */
final class EngineChecks {
  static final Read.Command PODMAN = Read.Command.of("podman", "--version");
  static final Read.Folder SOURCES = new Read.Folder("/etc/apt/sources.list.d");
  static final Read.Command RUNTIME = Read.Command.of("command", "-v", "nvidia-container-runtime");

  /** Prints the programs of daemon.json's runtimes that the host does not have, one a line. */
  static final Read.Command PROGRAMS =
      Read.Command.of(
          "sh",
          "-c",
          "tr -d '\\n' <\"${GPURIG_ROOT:-}\"/etc/docker/daemon.json"
              + " | grep -o '\"path\"[[:space:]]*:[[:space:]]*\"[^\"]*\"'"
              + " | sed 's/.*:[[:space:]]*\"//; s/\"$//'"
              + " | while IFS= read -r program; do case $program in"
              + " /*) test -x \"${GPURIG_ROOT:-}$program\" || echo \"$program\" ;;"
              + " *) command -v \"$program\" >/dev/null || echo \"$program\" ;; esac; done");

  static final Read.Command PACKAGES =
      Read.Command.of(
          "dpkg-query",
          "-W",
          "-f",
          "${Status} ${Package} ${Version}\\n",
          "nvidia-container-toolkit",
          "nvidia-container-toolkit-base",
          "libnvidia-container-tools",
          "libnvidia-container1");

  private static final Pattern INSTALLED = Pattern.compile("install ok installed (\\S+) (\\S+)");
  private static final Pattern LIBRARY =
      Pattern.compile("/lib(?:cuda|nvidia-ml)\\.so\\.(\\d+\\.\\d+(?:\\.\\d+)?)$");

  /** Older repositories of the toolkit, without signed-by (cloud-native-docs, install guide). */
  private static final List<String> OLD_LISTS =
      List.of("libnvidia-container.list", "nvidia-docker.list", "nvidia-container-runtime.list");

  private EngineChecks() {}

  static List<String> tooOldForGpus(HostState host) {
    return host.dockerVersion()
        .filter(version -> !version.knowsDeviceRequests())
        .map(version -> List.of("Docker is " + version))
        .orElse(List.of());
  }

  static List<String> defaultRuntime(HostState host) {
    JsonNode file = host.json(HostState.DAEMON);
    String name = file.path("default-runtime").asText("runc");
    boolean known =
        name.equals("runc")
            || name.startsWith("io.containerd.")
            || file.path("runtimes").has(name)
            || host.docker().path("Runtimes").has(name);
    return DriverChecks.when(
        !known, "daemon.json has default-runtime %s and no such runtime".formatted(name));
  }

  static List<String> programs(HostState host) {
    return host.run(PROGRAMS)
        .stdout()
        .lines()
        .filter(line -> !line.isBlank())
        .distinct()
        .map(program -> "daemon.json has a runtime whose program is missing: " + program)
        .toList();
  }

  /** Specs alone ask for nothing of Docker: the toolkit's packages write them everywhere. */
  static List<String> noCdi(HostState host) {
    JsonNode file = host.json(HostState.DAEMON);
    boolean asked =
        planned(host)
            || file.path("features").path("cdi").asBoolean()
            || !file.path("cdi-spec-dirs").isEmpty();
    return host.dockerVersion()
        .filter(version -> !version.knowsCdi() && asked)
        .map(version -> List.of("Docker is " + version))
        .orElse(List.of());
  }

  static List<String> cdiOff(HostState host) {
    Optional<DockerVersion> version = host.dockerVersion();
    JsonNode feature = host.json(HostState.DAEMON).path("features").path("cdi");
    boolean on = feature.asBoolean(version.filter(DockerVersion::cdiByDefault).isPresent());
    boolean could = version.filter(DockerVersion::knowsCdi).isPresent();
    return DriverChecks.when(
        could && !on && wantsCdi(host),
        "CDI is off in Docker %s, and there are specs of NVIDIA's"
            .formatted(version.map(DockerVersion::toString).orElse("")));
  }

  private static boolean wantsCdi(HostState host) {
    return planned(host) || !nvidia(host).isEmpty();
  }

  private static boolean planned(HostState host) {
    JsonNode section = host.plan().path("cdi");
    return section.path("enabled").asBoolean() && section.path("engine").asText().equals("docker");
  }

  private static List<CdiFile> nvidia(HostState host) {
    return host.cdi().stream()
        .filter(f -> f.spec().filter(s -> s.kind().startsWith("nvidia.com/gpu")).isPresent())
        .toList();
  }

  static List<String> cdiStale(HostState host) {
    Optional<Version> driver = host.driver();
    List<String> messages = new ArrayList<>();
    for (CdiFile file : driver.isEmpty() ? List.<CdiFile>of() : nvidia(host)) {
      TreeSet<String> others = new TreeSet<>();
      for (CdiSpec.Mount mount : file.spec().map(spec -> spec.edits().mounts()).orElse(List.of())) {
        Matcher library = LIBRARY.matcher(mount.hostPath());
        if (library.find()) {
          Version.in(library.group(1))
              .filter(version -> !version.isSameAs(driver.orElseThrow()))
              .ifPresent(version -> others.add(version.text()));
        }
      }
      if (!others.isEmpty()) {
        messages.add(
            "%s is made for driver %s, and the driver is %s"
                .formatted(file.path(), String.join(", ", others), driver.get()));
      }
    }
    return messages;
  }

  static List<String> cdiTwice(HostState host) {
    TreeMap<String, TreeSet<String>> places = new TreeMap<>();
    for (CdiFile file : nvidia(host)) {
      CdiSpec spec = file.spec().orElseThrow();
      for (CdiSpec.Device device : spec.devices()) {
        places
            .computeIfAbsent(spec.qualified(device).toString(), name -> new TreeSet<>())
            .add(file.path());
      }
    }
    List<TreeSet<String>> twice =
        places.values().stream().filter(files -> files.size() > 1).distinct().toList();
    return twice.stream().map(f -> "the same devices are in " + String.join(" and ", f)).toList();
  }

  static List<String> cdiTooNew(HostState host) {
    Optional<DockerVersion> version = host.dockerVersion().filter(DockerVersion::knowsCdi);
    return version.isEmpty()
        ? List.of()
        : nvidia(host).stream()
            .filter(
                file ->
                    file.spec()
                        .flatMap(spec -> CdiVersion.of(spec.version()))
                        .filter(v -> v.compareTo(version.get().newestSpec()) > 0)
                        .isPresent())
            .map(
                file ->
                    "%s has cdiVersion %s, which Docker %s does not know"
                        .formatted(
                            file.path(),
                            file.spec().map(CdiSpec::version).orElse(""),
                            version.get()))
            .toList();
  }

  static List<String> cdiInvalid(HostState host) {
    return host.cdi().stream()
        .flatMap(file -> file.error().map(why -> file.path() + ": " + why).stream())
        .toList();
  }

  static List<String> podman(HostState host) {
    Optional<Version> version = host.said(PODMAN).flatMap(Version::in);
    boolean blind = version.filter(v -> v.isAtLeast("5.5") && !v.isAtLeast("5.6")).isPresent();
    List<CdiFile> specs = nvidia(host);
    boolean elsewhere =
        !specs.isEmpty() && specs.stream().noneMatch(f -> f.path().startsWith("/etc/cdi/"));
    return DriverChecks.when(
        blind && elsewhere,
        "Podman %s reads /etc/cdi alone, and the specs are in /var/run/cdi"
            .formatted(version.map(Version::text).orElse("")));
  }

  static List<String> toolkitTwice(HostState host) {
    Facts facts = host.facts();
    boolean container =
        facts.dockerState().container("nvidia-toolkit").filter(DockerFacts::isRunning).isPresent();
    boolean packages = host.said(RUNTIME).filter(path -> path.startsWith("/usr/bin/")).isPresent();
    return DriverChecks.when(
        container && packages, "container nvidia-toolkit runs, and the packages are installed too");
  }

  static List<String> toolkitRoot(HostState host) {
    boolean container =
        host.facts()
            .dockerState()
            .container(DriverPlace.CONTAINER)
            .filter(DockerFacts::isRunning)
            .isPresent();
    String root = host.toml(HostState.TOOLKIT).path("nvidia-container-cli").path("root").asText();
    return DriverChecks.when(
        container && host.has(HostState.TOOLKIT) && !root.equals(DriverPlace.ROOT),
        "the driver is in a container, and nvidia-container-cli.root is "
            + (root.isEmpty() ? "not set" : root));
  }

  static List<String> packages(HostState host) {
    TreeMap<String, String> versions = new TreeMap<>();
    Matcher line = INSTALLED.matcher(host.run(PACKAGES).stdout());
    while (line.find()) {
      versions.put(line.group(1), line.group(2));
    }
    return DriverChecks.when(
        new TreeSet<>(versions.values()).size() > 1, "the packages differ: " + versions);
  }

  static List<String> aptLists(HostState host) {
    TreeSet<String> lists = new TreeSet<>(host.facts().folder(SOURCES.path()).keySet());
    List<String> old = OLD_LISTS.stream().filter(lists::contains).toList();
    return DriverChecks.when(
        lists.contains("nvidia-container-toolkit.list") && !old.isEmpty(),
        "nvidia-container-toolkit.list has older ones beside it: " + String.join(", ", old));
  }

  static List<String> daemonReload(HostState host) {
    boolean systemd = host.docker().path("CgroupDriver").asText().equals("systemd");
    boolean legacy = host.docker().path("Runtimes").has("nvidia") && nvidia(host).isEmpty();
    return DriverChecks.when(
        systemd && legacy, "Docker's cgroup driver is systemd, and GPUs are not given by CDI");
  }

  static List<String> runscMode(HostState host) {
    JsonNode config = host.toml(HostState.TOOLKIT).path("nvidia-container-runtime");
    boolean runsc = config.path("runtimes").toString().contains("runsc");
    String mode = config.path("mode").asText("auto");
    return DriverChecks.when(
        runsc && !mode.equals("legacy"),
        "nvidia-container-runtime runs runsc, and its mode is " + mode);
  }
}
