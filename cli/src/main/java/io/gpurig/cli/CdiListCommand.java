package io.gpurig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.modules.cdi.CdiCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists what spec files define. */
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
final class CdiListCommand implements Callable<Integer> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "DIR", description = "Directories, as with --dir.")
  private List<Path> more = List.of();

  @Mixin private CdiInput input = new CdiInput();
  @Mixin private CdiCommand.Shown shown = new CdiCommand.Shown();

  CdiListCommand(Console console) {
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
                shadowed.addObject().put("name", s.name()).put("file", s.file()).put("by", s.by()));
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
