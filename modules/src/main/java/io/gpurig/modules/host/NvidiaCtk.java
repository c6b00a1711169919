package io.gpurig.modules.host;

import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The toolkit's nvidia-ctk, which writes CDI specs (nvidia-container-toolkit,
 * cmd/nvidia-ctk/cdi/generate/generate.go): where it is, and for which driver it is to write.
 *
 * @param program its name, or path
 * @param driverRoot where the driver's files are: {@code /}, or that of a driver container
 */
public record NvidiaCtk(String program, String driverRoot) {
  private static final String NAME = "nvidia-ctk";

  /** Where the toolkit's container puts its programs. */
  private static final String CONTAINER_FORM = "/usr/local/nvidia/toolkit/";

  private static final List<String> PROGRAMS = List.of(NAME, CONTAINER_FORM + NAME);
  private static final List<String> ROOTS = List.of("/", DriverPlace.ROOT);

  /** What the packages put on PATH, which modules ask for. */
  private static final List<String> PACKAGED =
      List.of(NAME, "nvidia-cdi-hook", "nvidia-container-runtime", "nvidia-container-runtime-hook");

  private static final List<String> HOOKS =
      List.of("nvidia-cdi-hook", "nvidia-container-runtime-hook");

  /**
   * Names those programs that Docker looks for when it starts (moby,
   * daemon/devices_nvidia_linux.go) and that were put in place since.
   */
  public static final Read.Command NEWER_HOOKS =
      Read.Command.of(
          "sh",
          "-c",
          "for name in %s; do at=$(command -v $name) || continue;"
                  .formatted(String.join(" ", HOOKS))
              + " find -L \"$at\" -newercm /run/docker.pid 2>/dev/null; done; :");

  /** The answer of a command that a change before makes another one. */
  private static final CommandFact UNKNOWN =
      new CommandFact(-1, "", "not known before the changes that come before are made");

  /** What it says where no driver is (nvidia-ctk 1.20.0, executed). */
  private static final CommandFact NO_DRIVER =
      new CommandFact(
          1, "", "level=error msg=\"failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND\"\n");

  /** Returns the reads that tell. */
  public static List<Read> reads() {
    List<Read> reads = new ArrayList<>();
    reads.add(Read.Command.of("command", "-v", NAME));
    reads.add(new Read.File(CONTAINER_FORM + NAME));
    all().forEach(ctk -> reads.add(new Read.Command(ctk.generate("yaml"))));
    return reads;
  }

  private static List<NvidiaCtk> all() {
    return PROGRAMS.stream()
        .flatMap(program -> ROOTS.stream().map(root -> new NvidiaCtk(program, root)))
        .toList();
  }

  /**
   * Returns the one that is to write: for the driver that it finds, that of the driver container
   * first if one runs. Empty if the host has none.
   */
  public static Optional<NvidiaCtk> of(Facts facts) {
    Optional<String> program =
        facts.command("command", "-v", NAME).succeeded()
            ? Optional.of(NAME)
            : Optional.of(CONTAINER_FORM + NAME).filter(path -> facts.file(path).isPresent());
    boolean container =
        facts
            .dockerState()
            .container(DriverPlace.CONTAINER)
            .filter(DockerFacts::isRunning)
            .isPresent();
    List<String> roots = container ? ROOTS.reversed() : ROOTS;
    return program.map(
        name ->
            roots.stream()
                .map(root -> new NvidiaCtk(name, root))
                .filter(ctk -> ctk.isUnknown(facts) || ctk.answer(facts).succeeded())
                .findFirst()
                .orElse(new NvidiaCtk(name, roots.getFirst())));
  }

  /**
   * Returns the command that prints a spec.
   *
   * @param format {@code yaml} or {@code json}
   */
  public List<String> generate(String format) {
    List<String> argv = new ArrayList<>(List.of(program, "cdi", "generate", "--format=" + format));
    argv.add("--driver-root=" + driverRoot);
    if (!driverRoot.equals("/")) {
      argv.add("--dev-root=" + driverRoot);
    }
    if (program.startsWith(CONTAINER_FORM)) {
      argv.add("--nvidia-cdi-hook-path=" + CONTAINER_FORM + "nvidia-cdi-hook");
    }
    return argv;
  }

  /** Returns what it prints; what it logs has a clock in it, and nothing rests on that. */
  public CommandFact answer(Facts facts) {
    return answer(generate("yaml"), facts);
  }

  static CommandFact answer(List<String> argv, Facts facts) {
    return facts.command(argv, said -> said.exit() + "\n" + said.stdout());
  }

  /** Returns whether a change before makes what it prints another than was read. */
  public boolean isUnknown(Facts facts) {
    return isUnknown(answer(facts));
  }

  /** Returns whether an answer says that it will be another one. */
  public static boolean isUnknown(CommandFact answer) {
    return answer.equals(UNKNOWN);
  }

  /** Returns that driver, GPUs or toolkit become others, and with them what it prints. */
  public static List<Effect> outdated() {
    List<Effect> effects = new ArrayList<>();
    all().forEach(ctk -> effects.add(new Effect.CommandAnswers(ctk.generate("yaml"), UNKNOWN)));
    effects.add(new Effect.CommandAnswers(CdiRefresh.GENERATE, UNKNOWN));
    return effects;
  }

  /** Returns that the driver goes. */
  public static List<Effect> withoutDriver() {
    List<Effect> effects = new ArrayList<>();
    all().forEach(ctk -> effects.add(new Effect.CommandAnswers(ctk.generate("yaml"), NO_DRIVER)));
    effects.add(new Effect.CommandAnswers(CdiRefresh.GENERATE, NO_DRIVER));
    return effects;
  }

  /** Returns that the toolkit's packages of this version come. */
  public static List<Effect> packaged(String version) {
    List<Effect> effects = new ArrayList<>(outdated());
    PACKAGED.forEach(
        name ->
            effects.add(
                new Effect.CommandAnswers(
                    List.of("command", "-v", name),
                    new CommandFact(0, "/usr/bin/" + name + "\n", ""))));
    effects.add(newerHooks(String.join("\n", HOOKS)));
    effects.add(CdiRefresh.comes(version));
    return effects;
  }

  /** Returns that Docker starts anew, and finds the programs that are there. */
  public static Effect dockerStarts() {
    return newerHooks("");
  }

  private static Effect newerHooks(String names) {
    return new Effect.CommandAnswers(NEWER_HOOKS.argv(), new CommandFact(0, names, ""));
  }

  /** Returns the names of those programs that Docker may not have found when it started. */
  public static List<String> newerHooks(Facts facts) {
    return facts
        .command(NEWER_HOOKS.argv().toArray(String[]::new))
        .stdout()
        .lines()
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .toList();
  }

  /** Returns that the toolkit's packages go. */
  public static List<Effect> unpackaged() {
    List<Effect> effects = new ArrayList<>();
    PACKAGED.forEach(
        name ->
            effects.add(
                new Effect.CommandAnswers(List.of("command", "-v", name), CommandFact.NOT_FOUND)));
    ROOTS.forEach(
        root ->
            effects.add(
                new Effect.CommandAnswers(
                    new NvidiaCtk(NAME, root).generate("yaml"), CommandFact.NOT_FOUND)));
    effects.add(CdiRefresh.comes(""));
    return effects;
  }

  /** Returns that the toolkit's container puts its programs in place. */
  public static List<Effect> inContainerForm() {
    List<Effect> effects = new ArrayList<>(outdated());
    effects.add(new Effect.FileBecomes(CONTAINER_FORM + NAME, FileFact.text("#!/bin/sh\n")));
    return effects;
  }
}
