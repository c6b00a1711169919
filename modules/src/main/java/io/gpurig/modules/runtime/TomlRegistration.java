package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.HostFile.Edit;
import io.gpurig.modules.config.TomlText;
import io.gpurig.modules.runtime.ContainerRuntime.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runtime in the TOML files of containerd, CRI-O and Podman. */
record TomlRegistration(ContainerRuntime desired, Host host, Facts facts) {

  Optional<Change> change(String program) throws ConfigSyntaxException {
    HostFile main = HostFile.of(desired.config(), desired.kind().owner(), facts);
    ConfigText mainText = parse(main);
    int version = ContainerdMerge.version(mainText.tree());
    List<Edit> edits = new ArrayList<>();
    boolean inPlace = desired.engine() == Engine.CONTAINERD && version == 1;
    try {
      if (desired.deploy()) {
        edits.addAll(register(program, main, mainText, version));
      } else {
        edits.add(removal(main, version));
        if (!inPlace) {
          edits.add(dropInRemoval(mainText.tree(), version));
        }
      }
    } catch (ConfigSyntaxException e) {
      throw e.file().isPresent() ? e : e.in(main.path());
    }
    edits.removeIf(edit -> !edit.isNeeded());
    return edits.isEmpty() ? Optional.empty() : Optional.of(change(edits, version));
  }

  private ConfigText parse(HostFile file) throws ConfigSyntaxException {
    try {
      return TomlText.parse(file.text().orElse(""));
    } catch (ConfigSyntaxException e) {
      throw e.in(file.path());
    }
  }

  private List<Edit> register(String program, HostFile main, ConfigText mainText, int version)
      throws ConfigSyntaxException {
    List<Registration> runtimes = desired.registrations(program);
    boolean asDefault = desired.asDefault().orElse(false);
    return switch (desired.engine()) {
      case DOCKER -> throw new IllegalArgumentException("its configuration is JSON");
      case CONTAINERD -> {
        ContainerdMerge merge =
            new ContainerdMerge(
                version,
                runtimes,
                desired.asDefault(),
                version == 1
                    ? runtimes.stream().map(Registration::name).toList()
                    : desired.names());
        yield version == 1
            ? List.of(main.with(merge))
            : List.of(
                containerdDropIn(mainText, merge),
                main.with(new ImportsMerge(main.path(), desired.dropIn())));
      }
      case CRIO ->
          List.of(
              dropIn(RuntimeDropIns.crio(mainText.tree(), runtimes, asDefault, desired.names())));
      case PODMAN -> List.of(dropIn(RuntimeDropIns.podman(runtimes, asDefault)));
    };
  }

  /** In a file of nvidia-ctk's making only what is wrong is changed. */
  private Edit containerdDropIn(ConfigText main, ContainerdMerge merge)
      throws ConfigSyntaxException {
    HostFile file = dropInFile();
    boolean foreign =
        file.text().filter(text -> !text.isBlank() && !DropIn.isOurs(text)).isPresent();
    return foreign
        ? new Edit(
            file, Optional.of(merge.put(parse(file), Optional.empty()).text()), Optional.empty())
        : dropIn(containerd(main, merge));
  }

  /**
   * Before 2.1 containerd replaces a plugin's whole table by that of an imported file (containerd
   * issue 5837), so ours has all of it; later it merges, and a copy would only go stale.
   */
  private ConfigText containerd(ConfigText main, ContainerdMerge merge)
      throws ConfigSyntaxException {
    ConfigText effective = effective(main, merge);
    ConfigText full = merge.put(effective, Optional.empty());
    List<String> plugin = ContainerdMerge.plugin(merge.version());
    ConfigText wanted =
        DropIn.fresh()
            .with(List.of("version"), JsonNodeFactory.instance.numberNode((long) merge.version()));
    if (!host.isAtLeast(2, 1)) {
      return wanted.with(plugin, full.get(plugin).orElseThrow());
    }
    for (Registration runtime : merge.runtimes()) {
      List<String> at = merge.containerd("runtimes", runtime.name());
      wanted = wanted.with(at, full.get(at).orElseThrow());
    }
    List<String> byDefault = merge.containerd("default_runtime_name");
    Optional<JsonNode> name = full.get(byDefault);
    if (desired.asDefault().isPresent()) {
      // what another file says would stay if ours were silent
      wanted = wanted.with(byDefault, name.orElse(JsonNodeFactory.instance.textNode("runc")));
    }
    return wanted;
  }

  /** The last of the files before ours that has the plugin's table. */
  private ConfigText effective(ConfigText main, ContainerdMerge merge)
      throws ConfigSyntaxException {
    ConfigText last = main;
    String folder = ImportsMerge.folder(desired.dropIn());
    for (Map.Entry<String, FileFact> file : facts.folder(folder).entrySet()) {
      String path = folder + "/" + file.getKey();
      if (path.endsWith(".toml") && path.compareTo(desired.dropIn()) < 0) {
        ConfigText other = parse(HostFile.of(path, facts));
        last = other.get(ContainerdMerge.plugin(merge.version())).isPresent() ? other : last;
      }
    }
    return last;
  }

  private HostFile dropInFile() throws ConfigSyntaxException {
    HostFile file = HostFile.of(desired.dropIn(), facts);
    return new HostFile(file.path(), file.text(), file.mode(), Optional.empty());
  }

  private Edit dropIn(ConfigText wanted) throws ConfigSyntaxException {
    HostFile file = dropInFile();
    try {
      return new Edit(file, Optional.of(DropIn.text(file.text(), wanted)), Optional.empty());
    } catch (ConfigSyntaxException e) {
      throw e.in(file.path());
    }
  }

  /** What is in the main file was put there by older releases of nvidia-ctk, or by us for v1. */
  private Edit removal(HostFile main, int version) throws ConfigSyntaxException {
    TableEntries entries = TableEntries.of(desired.engine(), version, desired.names());
    if (desired.engine() != Engine.CONTAINERD || version == 1) {
      return main.without(entries, desired.foreign());
    }
    Edit imports = main.without(new ImportsMerge(main.path(), desired.dropIn()), List.of());
    if (imports.text().isEmpty()) {
      return imports;
    }
    ConfigText rest =
        entries.takeOut(TomlText.parse(imports.text().get()), desired.foreign(), Optional.empty());
    return new Edit(main, Optional.of(rest.text()), Optional.empty());
  }

  private Edit dropInRemoval(JsonNode main, int version) throws ConfigSyntaxException {
    HostFile file = dropInFile();
    if (file.text().isEmpty() || DropIn.isOurs(file.text().get())) {
      return new Edit(file, Optional.empty(), Optional.empty());
    }
    TableEntries entries = TableEntries.of(desired.engine(), version, desired.names());
    ConfigText rest = entries.takeOut(parse(file), desired.foreign(), Optional.empty());
    return new Edit(
        file,
        rest.text().equals(file.text().get()) ? file.text() : DropIn.rest(rest, main),
        Optional.empty());
  }

  private Change change(List<Edit> edits, int version) throws ConfigSyntaxException {
    Edits how = new Edits(host.hasEngine() ? validate() : List.of(), host.owner());
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (Edit edit : edits) {
      actions.addAll(how.actions(edit));
      effects.addAll(Edits.effects(edit));
      fields.addAll(fields(edit, version));
    }
    boolean restarts = !desired.engine().unit().isEmpty() && host.hasEngine();
    if (restarts) {
      actions.add(new Action.RestartService(desired.engine().unit()));
      if (desired.deploy()) {
        actions.add(taken());
      }
    }
    Edit first = edits.getFirst();
    return new Change(
        desired.kind().section(),
        first.file().text().isEmpty() ? Kind.CREATE : desired.deploy() ? Kind.UPDATE : Kind.REMOVE,
        "file " + first.file().path(),
        reason(fields),
        fields,
        // containers go on without their engine, but nothing can be done to them meanwhile
        restarts ? Disruption.DOCKER_RESTART : Disruption.NONE,
        List.of(),
        actions,
        effects);
  }

  private String reason(List<Field> fields) {
    if (!desired.deploy()) {
      return "the plan says " + desired.kind().off();
    }
    return fields.isEmpty()
        ? "it differs from the engine's main file"
        : "its " + fields.getFirst().name() + " differs";
  }

  private List<Field> fields(Edit edit, int version) throws ConfigSyntaxException {
    JsonNode before = tree(edit.file().text());
    JsonNode after = tree(edit.text());
    TableEntries entries = TableEntries.of(desired.engine(), version, desired.names());
    List<Field> fields = new ArrayList<>();
    for (String name : desired.names()) {
      field(
          "runtimes." + name,
          program(at(before, entries.runtimes()).path(name)),
          program(at(after, entries.runtimes()).path(name)),
          fields);
    }
    String byDefault = entries.byDefault().getLast();
    field(
        byDefault,
        text(at(before, entries.byDefault())),
        text(at(after, entries.byDefault())),
        fields);
    field("imports", text(before.path("imports")), text(after.path("imports")), fields);
    return fields;
  }

  private static JsonNode tree(Optional<String> text) {
    try {
      return TomlText.parse(text.orElse("")).tree();
    } catch (ConfigSyntaxException e) {
      return TomlText.empty().tree(); // ours, spoilt by somebody, and to be written anew
    }
  }

  private static JsonNode at(JsonNode tree, List<String> path) {
    JsonNode node = tree;
    for (String key : path) {
      node = node.path(key);
    }
    return node;
  }

  private static Optional<String> program(JsonNode entry) {
    JsonNode options = entry.path("options");
    JsonNode path = options.path(options.has("BinaryName") ? "BinaryName" : "ConfigPath");
    return entry.isArray()
        ? text(entry.path(0))
        : text(path.isMissingNode() ? entry.path("runtime_path") : path);
  }

  private static Optional<String> text(JsonNode value) {
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(value.isTextual() ? value.asText() : value.toString());
  }

  private static void field(
      String name, Optional<String> before, Optional<String> after, List<Field> fields) {
    if (!before.equals(after)) {
      fields.add(new Field(name, before, after));
    }
  }

  private List<String> validate() {
    String file = Action.WriteFile.CANDIDATE;
    return switch (desired.engine()) {
      case DOCKER -> List.of();
      case CONTAINERD -> List.of("containerd", "-c", file, "config", "dump");
      case CRIO -> List.of("crio", "--config", file, "--config-dir", "", "config");
      case PODMAN -> List.of("env", "CONTAINERS_CONF_OVERRIDE=" + file, "podman", "info");
    };
  }

  private Action taken() {
    String table = "runtimes." + desired.name();
    List<String> look =
        desired.engine() == Engine.CONTAINERD
            ? List.of(
                "sh",
                "-c",
                "containerd -c \"$1\" config dump | grep -qF -- \"$2\"",
                "sh",
                desired.config(),
                table + ".options]")
            : List.of("sh", "-c", "crio config 2>&1 | grep -qF -- \"$1\"", "sh", table + "]");
    return new Action.WaitFor(
        "%s to read the file".formatted(desired.engine().word()),
        List.of(new Condition.CommandSucceeds(look)),
        Math.toIntExact(desired.readyTimeout().toSeconds()),
        Optional.empty());
  }

  /** Returns what is to be said of the host's own files. */
  static List<Finding> findings(ContainerRuntime desired, Facts facts)
      throws ConfigSyntaxException {
    if (!desired.deploy()) {
      return List.of();
    }
    JsonNode main = tree(HostFile.of(desired.config(), facts).text());
    List<Finding> findings = new ArrayList<>();
    for (JsonNode plugin : main.path("disabled_plugins")) {
      if (desired.engine() == Engine.CONTAINERD
          && plugin
              .asText()
              .matches("cri|io\\.containerd\\.(grpc\\.v1\\.cri|cri\\.v1\\.runtime)")) {
        findings.add(
            Finding.warning(
                desired.kind().section() + "/cri-disabled",
                "/" + desired.kind().section() + "/engine",
                "%s disables the plugin %s, which alone reads runtimes"
                    .formatted(desired.config(), plugin.asText()),
                "take it out of disabled_plugins, or register the runtime with docker"));
      }
    }
    boolean foreign =
        desired.engine() != Engine.CONTAINERD
            && desired.asDefault().filter(wanted -> !wanted).isPresent()
            && desired
                .names()
                .contains(
                    at(main, TableEntries.of(desired.engine(), 2, desired.names()).byDefault())
                        .asText());
    if (foreign) {
      findings.add(
          Finding.error(
              "runtime/foreign-default",
              "/runtime/default",
              desired.config() + " itself makes the runtime the default",
              "take it out there"));
    }
    return findings;
  }
}
