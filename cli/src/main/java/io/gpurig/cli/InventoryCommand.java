package io.gpurig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.HostPattern;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.inventory.InventoryListing;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.report.AsciiJson;
import io.gpurig.engine.report.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists hosts. */
@Command(
    name = "inventory",
    description = {
      "Lists the hosts of an Ansible inventory with their groups and merged variables.",
      "Each variable has the file and line that it came from. Talks to no host."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  gpurig inventory -i inventory.yaml",
      "  gpurig inventory -i inventories/ 'gpu:!maintenance'",
      "  gpurig inventory -i hosts --format json    as `ansible-inventory --list` prints it"
    })
final class InventoryCommand implements Callable<Integer> {
  private static final Pattern SECRET =
      Pattern.compile("(?!.*_file$).*(password|pass|passphrase|token|secret|key)");
  private static final String MASK = "********";

  /** The forms of the list. */
  enum Listing {
    TEXT,
    JSON
  }

  private final Console console;

  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "FILE",
      required = true,
      description = "The Ansible inventory: a YAML or INI file, or a directory of them.")
  private List<Path> inventories = List.of();

  @Option(
      names = {"-l", "--limit"},
      paramLabel = "PATTERN",
      description = "Only those hosts that this host pattern selects too.")
  private @Nullable String limit;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: ${DEFAULT-VALUE}).")
  private Listing format = Listing.TEXT;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      defaultValue = "all",
      description = "An Ansible host pattern (default: ${DEFAULT-VALUE}).")
  private String pattern = "all";

  InventoryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Problems problems = new Problems();
    if (inventories.size() > 1) {
      problems.add(
          Problem.error("inventory/several", "several inventories are not read together")
              .suggest("put them into one directory and name that"));
    }
    Path file = inventories.getFirst();
    Optional<Inventory> inventory = Inventory.load(file, file.toString(), problems);
    List<Host> hosts = inventory.map(i -> selected(i, problems)).orElse(List.of());
    ProblemText.print(console.err(), problems.sorted());
    if (problems.block() || inventory.isEmpty()) {
      return ExitCode.INPUT_WRONG.code();
    }
    switch (format) {
      case TEXT -> hosts.forEach(host -> print(inventory.get(), host));
      case JSON -> console.out().print(AsciiJson.render(json(inventory.get(), hosts)));
    }
    return ExitCode.DESIRED_STATE.code();
  }

  private List<Host> selected(Inventory inventory, Problems problems) {
    List<Host> hosts = HostPattern.select(pattern, inventory, Optional.empty(), problems);
    if (limit == null) {
      return hosts;
    }
    List<Host> limited = HostPattern.select(limit, inventory, Optional.empty(), problems);
    return hosts.stream().filter(limited::contains).toList();
  }

  private void print(Inventory inventory, Host host) {
    String groups = String.join(", ", InventoryListing.groups(inventory, host));
    console
        .out()
        .println(Printable.line(host.name() + (groups.isEmpty() ? "" : "  (" + groups + ")")));
    for (Map.Entry<String, JsonNode> variable : InventoryListing.variables(host).entrySet()) {
      String name = variable.getKey();
      String value = isSecret(name) ? MASK : variable.getValue().toString();
      String place = host.source(name).map(InventoryCommand::place).orElse("");
      console.out().println(Printable.line("  " + name + ": " + value + place));
    }
  }

  private static String place(Source source) {
    return "  # " + source.file() + ":" + source.line();
  }

  private static ObjectNode json(Inventory inventory, List<Host> hosts) {
    ObjectNode listing = InventoryListing.of(inventory, hosts);
    for (JsonNode variables : listing.at("/_meta/hostvars")) {
      if (variables instanceof ObjectNode object) {
        object.properties().stream()
            .map(Map.Entry::getKey)
            .filter(InventoryCommand::isSecret)
            .toList()
            .forEach(name -> object.put(name, MASK));
      }
    }
    return listing;
  }

  private static boolean isSecret(String variable) {
    return SECRET.matcher(variable.toLowerCase(Locale.ROOT)).matches();
  }
}
