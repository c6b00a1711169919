package io.gpurig.modules.cdi.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.HostFile.Edit;
import io.gpurig.modules.config.TomlText;
import io.gpurig.modules.runtime.Edits;
import io.gpurig.modules.runtime.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * containerd: {@code enable_cdi} of the CRI plugin, off by default in 1.7 and on from 2.0 on
 * (containerd, internal/cri/config). What the table of a later file says counts: before 2.1 such a
 * table replaces that of the main file (containerd issue 5837).
 */
record ContainerdSide(Cdi desired, Facts facts) implements EngineSide {
  private static final String CONFIG = Engine.CONTAINERD.config();
  private static final String FOLDER = "/etc/containerd/conf.d";
  private static final String KEY = "enable_cdi";

  static final List<Read> READS =
      Stream.concat(
              HostFile.reads(CONFIG, CdiModule.SECTION).stream(),
              Stream.of(new Read.Folder(FOLDER)))
          .toList();

  @Override
  public String config() {
    return CONFIG;
  }

  private Optional<Version> version() {
    return Version.of(Engine.CONTAINERD, facts);
  }

  private boolean isAtLeast(int major, int minor) {
    return version().filter(v -> v.isAtLeast(major, minor)).isPresent();
  }

  @Override
  public Optional<Finding> unfit() {
    if (!desired.enabled()) {
      return Optional.empty();
    }
    if (version().isEmpty()) {
      return Optional.of(EngineSide.none(Engine.CONTAINERD));
    }
    return isAtLeast(1, 7)
        ? Optional.empty()
        : Optional.of(
            EngineSide.tooOld("containerd", version().map(Version::toString).orElse(""), "1.7"));
  }

  @Override
  public List<String> directories() throws ConfigSyntaxException {
    List<String> directories = CdiDirectory.DEFAULTS;
    for (HostFile file : files()) {
      JsonNode said = at(file, "cdi_spec_dirs");
      if (said.isArray()) {
        List<String> paths = new ArrayList<>();
        said.forEach(path -> paths.add(path.asText()));
        directories = paths;
      }
    }
    return directories;
  }

  /** The main file, and those of the folder that it imports and that have the plugin's table. */
  private List<HostFile> files() throws ConfigSyntaxException {
    HostFile main = HostFile.of(CONFIG, CdiModule.SECTION, facts);
    List<HostFile> files = new ArrayList<>(List.of(main));
    boolean imports = isAtLeast(2, 2);
    for (JsonNode pattern : tree(main).path("imports")) {
      imports |= pattern.asText().startsWith(FOLDER + "/");
    }
    for (String name : imports ? facts.folder(FOLDER).keySet() : List.<String>of()) {
      if (name.endsWith(".toml")) {
        HostFile file = HostFile.of(FOLDER + "/" + name, CdiModule.SECTION, facts);
        if (TomlText.parse(file.text().orElse("")).get(plugin(tree(file))).isPresent()) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static JsonNode tree(HostFile file) throws ConfigSyntaxException {
    try {
      return TomlText.parse(file.text().orElse("")).tree();
    } catch (ConfigSyntaxException e) {
      throw e.in(file.path());
    }
  }

  /** A file without a version is of version 1, an empty one of 2. */
  private static List<String> plugin(JsonNode config) {
    int version = config.isEmpty() ? 2 : config.path("version").asInt(1);
    String plugin =
        switch (version) {
          case 1 -> "cri";
          case 2 -> "io.containerd.grpc.v1.cri";
          default -> "io.containerd.cri.v1.runtime";
        };
    return List.of("plugins", plugin);
  }

  private static List<String> path(JsonNode config) {
    return Stream.concat(plugin(config).stream(), Stream.of(KEY)).toList();
  }

  private static JsonNode at(HostFile file, String key) throws ConfigSyntaxException {
    JsonNode tree = tree(file);
    return tree.path("plugins").path(plugin(tree).getLast()).path(key);
  }

  /** It is off where nothing is said before 2.0. */
  private boolean isOff(HostFile file) throws ConfigSyntaxException {
    JsonNode said = at(file, KEY);
    return said.isMissingNode() ? !isAtLeast(2, 0) : !said.asBoolean();
  }

  @Override
  public Optional<Change> change() throws ConfigSyntaxException {
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    Edits edits =
        new Edits(
            version().isPresent()
                ? List.of("containerd", "-c", Action.WriteFile.CANDIDATE, "config", "dump")
                : List.of(),
            Optional.empty());
    List<HostFile> edited = new ArrayList<>();
    boolean creates = false;
    for (HostFile file : files()) {
      Switch on = new Switch(path(tree(file)), false);
      Edit edit =
          !desired.enabled()
              ? file.without(on, List.of())
              : isOff(file) ? file.with(on) : new Edit(file, file.text(), file.backup());
      if (edit.isNeeded()) {
        edited.add(file);
        creates |= edit.file().text().isEmpty();
        actions.addAll(edits.actions(edit));
        effects.addAll(Edits.effects(edit));
        fields.add(field(file, edit));
      }
    }
    return edited.isEmpty()
        ? Optional.empty()
        : Optional.of(change(edited.getFirst(), creates, fields, actions, effects));
  }

  private Change change(
      HostFile first,
      boolean creates,
      List<Field> fields,
      List<Action> actions,
      List<Effect> effects) {
    boolean restarts = version().isPresent();
    if (restarts) {
      actions.add(new Action.RestartService(Engine.CONTAINERD.unit()));
      actions.add(taken());
    }
    return new Change(
        CdiModule.SECTION,
        creates ? Kind.CREATE : Kind.UPDATE,
        "file " + first.path(),
        desired.enabled() ? "its enable_cdi differs" : "the plan says enabled: false",
        fields,
        // containers go on without their engine, but nothing can be done to them meanwhile
        restarts ? Disruption.DOCKER_RESTART : Disruption.NONE,
        List.of(),
        actions,
        effects);
  }

  private static Field field(HostFile file, Edit edit) throws ConfigSyntaxException {
    HostFile after = new HostFile(file.path(), edit.text(), file.mode(), edit.keep());
    return new Field(
        file.path().equals(CONFIG) ? KEY : KEY + " of " + file.path(),
        text(at(file, KEY)),
        text(at(after, KEY)));
  }

  private static Optional<String> text(JsonNode value) {
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
  }

  private Action taken() {
    String look =
        desired.enabled()
            ? "containerd -c \"$1\" config dump | grep -qE '^ *enable_cdi = true'"
            : "containerd -c \"$1\" config dump >/dev/null";
    return new Action.WaitFor(
        "containerd to read the file",
        List.of(new Condition.CommandSucceeds(List.of("sh", "-c", look, "sh", CONFIG))),
        Math.toIntExact(desired.readyTimeout().toSeconds()),
        Optional.empty());
  }
}
