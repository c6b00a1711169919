package io.gpurig.modules.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.engine.problem.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What kind of machine a host is. */
public final class Platform {
  private static final String OS_RELEASE = "/etc/os-release";

  /** The paravirtual GPU of WSL 2 (Microsoft, drivers/hv/dxgkrnl). */
  private static final String WSL_DEVICE = "/dev/dxg";

  private Platform() {}

  /** The reads that tell. */
  public static final List<Read> READS =
      List.of(
          Read.Command.of("uname", "-s"),
          new Read.File(OS_RELEASE),
          new Read.File(WSL_DEVICE),
          new Read.Docker());

  /**
   * Returns what stands against running NVIDIA's containers there: another system than Linux, WSL,
   * or a Docker that does not answer.
   *
   * @param section the section of the plan that asks for it
   */
  public static Optional<Finding> unfit(Facts facts, String section) {
    Optional<Finding> notLinux = notLinux(facts, section);
    if (notLinux.isPresent()) {
      return notLinux;
    }
    if (isWsl(facts)) {
      return Optional.of(
          Finding.error(
              section + "/wsl",
              "/" + section,
              "this host is WSL, where the NVIDIA driver belongs to Windows",
              "leave the %s section out for this host".formatted(section)));
    }
    return dockerDown(facts, section);
  }

  /** Returns a finding if the host is another system than Linux. */
  public static Optional<Finding> notLinux(Facts facts, String section) {
    CommandFact uname = facts.command("uname", "-s");
    String osType =
        facts.dockerState().info().map(info -> info.path("OSType").asText("linux")).orElse("linux");
    String system = uname.succeeded() ? uname.stdout().strip() : "Linux";
    if (!system.equals("Linux") || !osType.equals("linux")) {
      return Optional.of(
          Finding.error(
              section + "/linux-only",
              "/" + section,
              "the %s container runs on Linux only, and this host is %s"
                  .formatted(section, osType.equals("linux") ? system : osType),
              "leave this host out of the plan's hosts"));
    }
    return Optional.empty();
  }

  /** Returns whether the host is a distribution in WSL 2, whose GPU is Windows'. */
  public static boolean isWsl(Facts facts) {
    return facts.file(WSL_DEVICE).isPresent();
  }

  /**
   * Returns a finding if Docker does not answer, without which no container can be seen or made.
   */
  public static Optional<Finding> dockerDown(Facts facts, String section) {
    Optional<JsonNode> info = facts.dockerState().info();
    return info.isPresent()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Severity.ERROR,
                "docker/unreachable",
                "/" + section,
                facts.dockerState().error().orElse("Docker does not answer"),
                Optional.empty()));
  }

  /**
   * Returns the host's OS as NVIDIA's image tags name it: {@code ubuntu22.04}, {@code rhel9} (GPU
   * Operator, controllers/object_controls.go).
   */
  public static Optional<String> osTag(Facts facts) {
    Map<String, String> release = osRelease(facts);
    String id = release.getOrDefault("ID", "");
    String version = release.getOrDefault("VERSION_ID", "");
    if (id.isEmpty() || version.isEmpty()) {
      return Optional.empty();
    }
    boolean rhel = List.of("rhel", "rocky", "almalinux", "centos", "ol").contains(id);
    return Optional.of(rhel ? "rhel" + version.replaceAll("\\..*", "") : id + version);
  }

  /** Returns the values of os-release(5) by name, without their quotes. */
  public static Map<String, String> osRelease(Facts facts) {
    Map<String, String> release = new TreeMap<>();
    facts
        .file(OS_RELEASE)
        .map(FileFact::content)
        .orElse("")
        .lines()
        .map(line -> line.split("=", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> release.put(pair[0], pair[1].replaceAll("^[\"']|[\"']$", "")));
    return release;
  }
}
