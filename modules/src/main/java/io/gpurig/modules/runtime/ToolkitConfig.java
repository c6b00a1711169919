package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.config.Backup;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.HostFile.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The toolkit's own configuration, which its runtime reads whenever a container starts. */
final class ToolkitConfig {
  /**
   * A user may not set up cgroups of devices (nvidia-container-toolkit, install-guide: rootless
   * mode).
   */
  private static final String NO_CGROUPS = "nvidia-container-cli.no-cgroups";

  private ToolkitConfig() {}

  /** Returns the change that the file needs, if it needs one. */
  static Optional<Change> change(ContainerRuntime desired, HostFile file)
      throws ConfigSyntaxException {
    Map<String, JsonNode> keys = new TreeMap<>(desired.toolkitConfig());
    if (desired.rootless() && desired.engine() == Engine.DOCKER) {
      keys.putIfAbsent(NO_CGROUPS, JsonNodeFactory.instance.booleanNode(true));
    }
    KeysMerge merge = new KeysMerge(desired.deploy() ? keys : Map.of());
    Edit edit = edit(file, merge);
    if (!edit.isNeeded()) {
      return Optional.empty();
    }
    Edits edits = new Edits(List.of(), Optional.empty());
    List<Field> fields = fields(file, edit, merge);
    return Optional.of(
        new Change(
            desired.kind().section(),
            file.text().isEmpty() ? Kind.CREATE : edit.text().isEmpty() ? Kind.REMOVE : Kind.UPDATE,
            "file " + file.path(),
            desired.deploy()
                ? fields.isEmpty()
                    ? "keys are left over"
                    : "its " + fields.getFirst().name() + " differs"
                : "the plan says " + desired.kind().off(),
            fields,
            Disruption.NONE,
            List.of(),
            edits.actions(edit),
            Edits.effects(edit)));
  }

  private static Edit edit(HostFile file, KeysMerge merge) throws ConfigSyntaxException {
    try {
      return merge.keys().isEmpty() ? file.without(merge, List.of()) : file.with(merge);
    } catch (ConfigSyntaxException e) {
      throw e.in(file.path());
    }
  }

  private static List<Field> fields(HostFile file, Edit edit, KeysMerge merge)
      throws ConfigSyntaxException {
    ConfigText before = merge.parse(file.text().orElse(""));
    ConfigText after = merge.parse(edit.text().orElse(""));
    TreeSet<String> names = new TreeSet<>(merge.names());
    file.backup().map(Backup::entries).ifPresent(names::addAll);
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      Optional<String> old = before.get(KeysMerge.path(name)).map(ToolkitConfig::text);
      Optional<String> now = after.get(KeysMerge.path(name)).map(ToolkitConfig::text);
      if (!old.equals(now)) {
        fields.add(new Field(name, old, now));
      }
    }
    return fields;
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }

  /** The system's engine reads the same file. */
  static List<Finding> hostWide(ContainerRuntime desired, List<Change> changes) {
    boolean newly =
        changes.stream()
            .filter(change -> change.target().equals("file " + desired.configFile()))
            .anyMatch(c -> c.fields().stream().anyMatch(f -> f.name().equals(NO_CGROUPS)));
    return newly
        ? List.of(
            Finding.warning(
                "runtime/no-cgroups",
                "/runtime/rootless",
                NO_CGROUPS + " holds for every engine of the host, not for this user's alone",
                "keep GPUs for one of the two, rootless or not, on this host"))
        : List.of();
  }
}
