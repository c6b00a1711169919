package io.gpurig.modules.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.host.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a host has: a toolkit, an engine, users. */
record Host(ContainerRuntime desired, Facts facts) {
  private static final String PROGRAM = "nvidia-container-runtime";

  /** Where the toolkit's container puts its programs; each is a small script. */
  private static final String CONTAINER_FORM = "/usr/local/nvidia/toolkit/" + PROGRAM;

  private static final String TOOLKIT = "nvidia-toolkit";

  /** Written by the GPU Operator's validator (gpu-operator, cmd/nvidia-validator/main.go). */
  private static final String OPERATOR = "/run/nvidia/validations/toolkit-ready";

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static List<Read> reads(ContainerRuntime desired) {
    List<Read> reads = new ArrayList<>();
    reads.add(Read.Command.of("uname", "-s"));
    reads.add(new Read.File(OPERATOR));
    reads.add(new Read.Docker());
    reads.add(Read.Command.of("command", "-v", PROGRAM));
    reads.add(new Read.File(CONTAINER_FORM));
    for (String variant : desired.variants()) {
      reads.add(Read.Command.of("command", "-v", PROGRAM + "." + variant));
      reads.add(new Read.File(CONTAINER_FORM + "." + variant));
    }
    if (desired.engine() != Engine.DOCKER) {
      reads.add(Read.Command.of(desired.engine().word(), "--version"));
    }
    if (desired.rootless() && desired.user().isPresent()) {
      reads.add(Read.Command.of("getent", "passwd", desired.user().get()));
      if (desired.engine() == Engine.DOCKER) {
        reads.add(new Read.Command(UserDocker.info(desired.user().get())));
        reads.add(new Read.Command(UserDocker.running(desired.user().get())));
      }
    }
    return reads;
  }

  /** Returns what stands against doing anything. */
  Optional<Finding> unfit() {
    CommandFact uname = command("uname", "-s");
    if (uname.succeeded() && !uname.stdout().strip().equals("Linux")) {
      return Optional.of(
          Finding.error(
              "runtime/linux-only",
              "/runtime",
              "NVIDIA's runtime is for Linux, and this host is " + uname.stdout().strip(),
              "leave this host out of the plan's hosts"));
    }
    if (facts.file(OPERATOR).isPresent()) {
      return Optional.of(
          Finding.error(
              "runtime/operator-managed",
              "/runtime",
              "the GPU Operator of a Kubernetes cluster registers this host's runtimes",
              "leave the runtime section out for this host"));
    }
    return unfitUser().or(this::noEngine);
  }

  private Optional<Finding> unfitUser() {
    if (!desired.rootless()) {
      return Optional.empty();
    }
    if (desired.engine() == Engine.CONTAINERD || desired.engine() == Engine.CRIO) {
      return Optional.of(
          Finding.error(
              "runtime/rootless-engine",
              "/runtime/rootless",
              desired.engine().word() + " has no rootless form that gpurig knows",
              "use engine: docker or podman, or rootless: false"));
    }
    if (desired.user().isEmpty()) {
      return Optional.of(
          Finding.error(
              "runtime/no-user",
              "/runtime/rootless",
              "it is not said whose rootless engine is meant",
              "set runtime.user"));
    }
    CommandFact passwd = command("getent", "passwd", desired.user().get());
    String[] entry = passwd.stdout().strip().split(":", -1);
    if (!passwd.succeeded() || entry.length < 7) {
      return Optional.of(
          Finding.error(
              "runtime/no-user",
              "/runtime/user",
              "this host has no user " + desired.user().get(),
              "make the user first, or correct runtime.user"));
    }
    boolean elsewhere = desired.engineConfig().isEmpty() && !entry[5].equals(desired.home());
    return elsewhere
        ? Optional.of(
            Finding.error(
                "runtime/home",
                "/runtime/user",
                "the home of %s is %s".formatted(desired.user().get(), entry[5]),
                "set runtime.engineConfig to the engine's file there"))
        : Optional.empty();
  }

  /** Returns a finding if the engine is not there. */
  Optional<Finding> noEngine() {
    return switch (desired.engine()) {
      case DOCKER ->
          desired.rootless()
              ? info().isMissingNode() ? Optional.of(unreachable()) : Optional.empty()
              : Platform.dockerDown(facts, desired.kind().section());
      case CONTAINERD, CRIO, PODMAN ->
          desired.deploy() && !hasEngine()
              ? Optional.of(
                  Finding.error(
                      desired.kind().section() + "/no-engine",
                      "/" + desired.kind().section() + "/engine",
                      "this host has no " + desired.engine().word(),
                      "install it first, or choose the engine that the host has"))
              : Optional.empty();
    };
  }

  private Finding unreachable() {
    CommandFact answer = command(UserDocker.info(desired.user().orElse("")).toArray(String[]::new));
    return Finding.error(
        "runtime/unreachable",
        "/runtime/user",
        "the Docker of user %s does not answer: %s"
            .formatted(
                desired.user().orElse(""),
                answer.stderr().lines().findFirst().orElse("exit status " + answer.exit())),
        "start it with systemctl --user start docker, and keep it with loginctl enable-linger");
  }

  /** Returns whether the engine's program is there. */
  boolean hasEngine() {
    return command(desired.engine().word(), "--version").succeeded();
  }

  /** Returns whether the engine is of this version or a later one; false if that is unknown. */
  boolean isAtLeast(int major, int minor) {
    String text =
        desired.engine() == Engine.DOCKER
            ? info().path("ServerVersion").asText()
            : command(desired.engine().word(), "--version").stdout();
    Matcher version = VERSION.matcher(text);
    if (!version.find()) {
      return false;
    }
    int first = Integer.parseInt(version.group(1));
    return first > major || (first == major && Integer.parseInt(version.group(2)) >= minor);
  }

  /** Returns what Docker says of itself; a missing node if it does not answer. */
  JsonNode info() {
    if (!desired.rootless()) {
      return facts.dockerState().info().orElse(MissingNode.getInstance());
    }
    CommandFact answer = command(UserDocker.info(desired.user().orElse("")).toArray(String[]::new));
    try {
      return answer.succeeded() ? MAPPER.readTree(answer.stdout()) : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Returns the program to register, if the host has it with all variants that are wanted. */
  Optional<String> program() {
    if (desired.path().isPresent()) {
      return desired.path();
    }
    Optional<String> installed = onPath(PROGRAM);
    if (installed.isPresent()
        && desired.variants().stream().allMatch(v -> onPath(PROGRAM + "." + v).isPresent())) {
      return installed;
    }
    boolean container =
        facts.file(CONTAINER_FORM).isPresent()
            && desired.variants().stream()
                .allMatch(v -> facts.file(CONTAINER_FORM + "." + v).isPresent());
    return container ? Optional.of(CONTAINER_FORM) : Optional.empty();
  }

  private Optional<String> onPath(String program) {
    CommandFact answer = command("command", "-v", program);
    return answer.succeeded()
        ? answer.stdout().lines().filter(line -> line.startsWith("/")).findFirst()
        : Optional.empty();
  }

  /** Returns the toolkit's container if it runs and is to register the runtimes with the engine. */
  Optional<JsonNode> toolkitContainer() {
    String runtime = "RUNTIME=";
    return facts
        .dockerState()
        .container(TOOLKIT)
        .filter(DockerFacts::isRunning)
        .filter(container -> !desired.rootless())
        .filter(
            container ->
                ToolkitOwner.env(container, runtime)
                    .orElse("docker")
                    .equals(desired.engine().word()));
  }

  /** Containers that have the runtime could not start again without it. */
  List<Finding> inUse(List<Change> changes) {
    if (desired.deploy()
        || changes.isEmpty()
        || desired.engine() != Engine.DOCKER
        || desired.rootless()) {
      return List.of();
    }
    List<String> users =
        facts
            .dockerState()
            .running(
                "use the runtime " + desired.name(),
                c -> desired.names().contains(c.path("HostConfig").path("Runtime").asText()))
            .map(RuntimeModule::named)
            .sorted()
            .toList();
    return users.isEmpty()
        ? List.of()
        : List.of(
            Finding.refused(
                desired.kind().section() + "/in-use",
                "/%s/%s".formatted(desired.kind().section(), desired.kind().off().split(":", 2)[0]),
                "without the runtime these could not start again: " + String.join(", ", users),
                "stop them first"));
  }

  /** Returns the names of the containers that run. */
  List<String> running() {
    if (desired.rootless()) {
      return command(UserDocker.running(desired.user().orElse("")).toArray(String[]::new))
          .stdout()
          .lines()
          .map(name -> "container " + name)
          .sorted()
          .toList();
    }
    return facts
        .dockerState()
        .running("run", c -> true)
        .map(RuntimeModule::named)
        .sorted()
        .toList();
  }

  /** Returns user and group of the engine's user, as numbers. */
  Optional<String> owner() {
    if (!desired.rootless()) {
      return Optional.empty();
    }
    String[] entry =
        command("getent", "passwd", desired.user().orElse("")).stdout().strip().split(":", -1);
    return Optional.of(entry[2] + ":" + entry[3]);
  }

  private CommandFact command(String... argv) {
    return facts.command(argv);
  }
}
