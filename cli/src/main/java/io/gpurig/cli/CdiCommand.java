package io.gpurig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.modules.cdi.CdiCache;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.SpecDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Container Device Interface. */
@Command(
    name = "cdi",
    description = {
      "Checks, lists and tries out CDI specs, as the engines read them.",
      "Container Device Interface: the files in /etc/cdi and /var/run/cdi that say what a container"
          + " gets with a GPU. docs/cdi.md says more."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(validate | list | resolve | inject | diff)",
    footer = {
      "",
      "Examples:",
      "  gpurig cdi validate /etc/cdi/*.yaml",
      "  gpurig cdi resolve --gpus all",
      "  gpurig cdi inject nvidia.com/gpu=0"
    })
final class CdiCommand implements Callable<Integer> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private CdiCommand() {}

  static CommandLine commandLine(Console console) {
    return new CommandLine(new CdiCommand())
        .addSubcommand(new Validate(console))
        .addSubcommand(new Listing(console))
        .addSubcommand(new CdiResolveCommand(console))
        .addSubcommand(new CdiInjectCommand(console))
        .addSubcommand(new Diff(console));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.INPUT_WRONG.code();
  }

  /** The forms of an answer. */
  enum Form {
    TEXT,
    JSON
  }

  /** How an answer is shown. */
  static final class Shown {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "text or json (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TEXT;

    Shown() {}

    boolean isJson() {
      return form == Form.JSON;
    }
  }

  @Command(
      name = "validate",
      description = "Checks spec files: the verdict is that of the CDI library v1.1.0.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  gpurig cdi validate /etc/cdi/nvidia.yaml",
        "  gpurig cdi validate /etc/cdi/*.yaml --format json",
        "",
        "Exit codes: 0 all files are good, 2 one is not."
      })
  private static final class Validate implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Spec files, YAML or JSON.")
    private List<Path> files = List.of();

    @Mixin private Shown shown = new Shown();

    Validate(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      List<CdiFile> read = files.stream().map(CdiInput::file).toList();
      if (shown.isJson()) {
        ArrayNode array = JSON.arrayNode();
        read.forEach(file -> array.add(json(file)));
        console.out().print(AsciiJson.render(array));
      } else {
        for (CdiFile file : read) {
          ProblemText.print(console.err(), file.problems());
          if (file.isValid()) {
            console.out().println(Printable.line(file.path() + ": good"));
          }
        }
      }
      boolean good = read.stream().allMatch(CdiFile::isValid);
      return (good ? ExitCode.DESIRED_STATE : ExitCode.INPUT_WRONG).code();
    }

    private static ObjectNode json(CdiFile file) {
      ObjectNode node = JSON.objectNode().put("file", file.path()).put("valid", file.isValid());
      ArrayNode errors = node.putArray("errors");
      for (Problem problem : file.problems()) {
        String place = problem.source().map(Source::position).map(p -> p + ": ").orElse("");
        errors.add(place + problem.message());
      }
      return node;
    }
  }

  @Command(
      name = "list",
      description = "Lists the devices that spec files define, and files that are in the way.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  gpurig cdi list",
        "  gpurig cdi list --facts facts/gpu-01.json",
        "  gpurig cdi list cdi-a/ cdi-b/    the later directory wins"
      })
  private static final class Listing implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "0..*", paramLabel = "DIR", description = "Directories, as with --dir.")
    private List<Path> more = List.of();

    @Mixin private CdiInput input = new CdiInput();
    @Mixin private Shown shown = new Shown();

    Listing(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      Problems problems = new Problems();
      Optional<Facts> facts = input.recorded(problems);
      ProblemText.print(console.err(), problems.sorted());
      if (problems.block()) {
        return ExitCode.INPUT_WRONG.code();
      }
      CdiCache cache = CdiCache.of(input.directories(facts, more));
      if (shown.isJson()) {
        console.out().print(AsciiJson.render(json(cache)));
      } else {
        cache.devices().forEach((name, entry) -> line(name + "  " + entry.file().path()));
        cache
            .conflicts()
            .forEach(
                (name, files) ->
                    warn(
                        "%s is gone: %s define it in one directory",
                        name, String.join(" and ", files)));
        cache
            .shadows()
            .forEach(s -> warn("%s of %s is overridden by %s", s.name(), s.file(), s.by()));
        cache.errors().forEach((file, errors) -> errors.forEach(e -> warn("%s: %s", file, e)));
      }
      return ExitCode.DESIRED_STATE.code();
    }

    private void line(String text) {
      console.out().println(Printable.line(text));
    }

    private void warn(String form, String... values) {
      console.err().println(Printable.line("warning: " + form.formatted((Object[]) values)));
    }

    private static ObjectNode json(CdiCache cache) {
      ObjectNode root = JSON.objectNode();
      ArrayNode devices = root.putArray("devices");
      cache
          .devices()
          .forEach(
              (name, entry) ->
                  devices.addObject().put("name", name).put("file", entry.file().path()));
      ArrayNode conflicts = root.putArray("conflicts");
      cache
          .conflicts()
          .forEach(
              (name, files) ->
                  files.forEach(conflicts.addObject().put("name", name).putArray("files")::add));
      ArrayNode shadowed = root.putArray("shadowed");
      cache
          .shadows()
          .forEach(
              s ->
                  shadowed
                      .addObject()
                      .put("name", s.name())
                      .put("file", s.file())
                      .put("by", s.by()));
      ObjectNode errors = root.putObject("errors");
      cache
          .errors()
          .forEach(
              (file, list) ->
                  list.forEach(
                      errors.withArray("/" + file.replace("~", "~0").replace("/", "~1"))::add));
      return root;
    }
  }

  @Command(
      name = "diff",
      description = "Compares two specs by meaning: order and notation do not count.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  gpurig cdi diff /etc/cdi/nvidia.yaml /var/run/cdi/nvidia.yaml",
        "",
        "Exit codes: 0 they mean the same, 3 they do not, 2 one is no valid spec."
      })
  private static final class Diff implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "OLD", description = "A spec file.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "Another.")
    private Path after = Path.of("");

    @Mixin private Shown shown = new Shown();

    Diff(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      CdiFile old = CdiInput.file(before);
      CdiFile now = CdiInput.file(after);
      ProblemText.print(console.err(), old.problems());
      ProblemText.print(console.err(), now.problems());
      if (!old.isValid() || !now.isValid()) {
        return ExitCode.INPUT_WRONG.code();
      }
      List<SpecDiff.Difference> differences =
          SpecDiff.between(old.spec().orElseThrow(), now.spec().orElseThrow());
      if (shown.isJson()) {
        ArrayNode array = JSON.arrayNode();
        for (SpecDiff.Difference difference : differences) {
          ObjectNode node = array.addObject().put("field", difference.field());
          node.set("old", difference.before().orElse(JSON.nullNode()));
          node.set("new", difference.after().orElse(JSON.nullNode()));
        }
        console.out().print(AsciiJson.render(array));
      } else {
        differences.forEach(this::print);
      }
      return (differences.isEmpty() ? ExitCode.DESIRED_STATE : ExitCode.CHANGES_PENDING).code();
    }

    private void print(SpecDiff.Difference difference) {
      difference.before().ifPresent(v -> line("- " + difference.field() + ": " + v));
      difference.after().ifPresent(v -> line("+ " + difference.field() + ": " + v));
    }

    private void line(String text) {
      console.out().println(Printable.line(text));
    }
  }
}
