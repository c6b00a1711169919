package io.gpurig.modules.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.HostFile.Edit;
import io.gpurig.modules.runtime.ContainerRuntime.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The runtime in Docker's daemon.json, and in the daemon that runs. By SIGHUP a daemon takes {@code
 * runtimes} and {@code default-runtime}, but a key that is gone it keeps as it was (moby,
 * daemon/reload.go): so what is to go is first written as gone, and then not at all.
 */
record DockerRegistration(ContainerRuntime desired, Host host, HostFile file) {
  /** Docker's own, which is the default one where nothing else is said. */
  private static final String STOCK = "runc";

  private static final String RUNTIMES = DockerMerge.RUNTIMES;
  private static final String DEFAULT = DockerMerge.DEFAULT;

  /** The release that brought dockerd --validate. */
  private static final int VALIDATES = 23;

  Optional<Change> change(String program) throws ConfigSyntaxException {
    List<Registration> wanted =
        desired.deploy() ? desired.registrations(program) : List.<Registration>of();
    DockerMerge merge =
        desired.deploy()
            ? DockerMerge.registering(wanted, desired.asDefault())
            : DockerMerge.removing();
    Edit edit = desired.deploy() ? file.with(merge) : file.without(merge, desired.foreign());
    JsonNode before = merge.parse(file.text().orElse("")).tree();
    ConfigText after = merge.parse(edit.text().orElse(""));
    Live live = Live.after(before, after.tree(), this, wanted);
    if (!edit.isNeeded() && live.isSo()) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>(fields(before, after.tree()));
    if (fields.isEmpty()) {
      fields.addAll(live.fields());
    }
    List<Effect> effects = new ArrayList<>(Edits.effects(edit));
    effects.add(effect(live));
    boolean touches = edit.changes() || !live.isSo();
    boolean restarts = desired.rootless() && touches;
    boolean survive = host.info().path("LiveRestoreEnabled").asBoolean();
    return Optional.of(
        new Change(
            desired.kind().section(),
            kind(edit),
            "file " + file.path(),
            reason(edit, fields),
            fields,
            restarts ? Disruption.DOCKER_RESTART : Disruption.NONE,
            restarts && !survive ? host.running() : List.of(),
            touches ? actions(edit, after, live) : new Edits(List.of(), host.owner()).actions(edit),
            effects));
  }

  private Kind kind(Edit edit) {
    if (!edit.changes()) {
      return Kind.UPDATE;
    }
    return file.text().isEmpty() ? Kind.CREATE : edit.text().isEmpty() ? Kind.REMOVE : Kind.UPDATE;
  }

  private String reason(Edit edit, List<Field> fields) {
    if (!desired.deploy()) {
      return "the plan says " + desired.kind().off();
    }
    if (!edit.changes()) {
      return "Docker has not taken it";
    }
    return fields.isEmpty()
        ? "entries are left over"
        : "its " + fields.getFirst().name() + " differs";
  }

  private List<Action> actions(Edit edit, ConfigText after, Live live)
      throws ConfigSyntaxException {
    boolean validates = !desired.rootless() && host.isAtLeast(VALIDATES, 0);
    Edits edits =
        new Edits(
            validates
                ? List.of("dockerd", "--validate", "--config-file=" + Action.WriteFile.CANDIDATE)
                : List.of(),
            host.owner());
    List<Action> actions = new ArrayList<>();
    Optional<String> gone = live.gone(after);
    if (desired.rootless()) {
      actions.addAll(edits.actions(edit));
      // a restart takes all there is; SIGHUP would go to rootlesskit, the main process of the unit
      actions.add(new Action.RestartService(Engine.DOCKER.unit(), desired.user()));
      actions.add(taken(live));
    } else if (gone.isPresent()) {
      actions.add(edits.write(file.path(), gone.get()));
      actions.add(new Action.ReloadService(Engine.DOCKER.unit()));
      actions.add(taken(live));
      actions.addAll(edits.actions(edit.changes() ? edit : again(edit)));
    } else {
      actions.addAll(edits.actions(edit));
      actions.add(new Action.ReloadService(Engine.DOCKER.unit()));
      actions.add(taken(live));
    }
    return actions;
  }

  /** The file is to be as it was, having been another for a moment. */
  private static Edit again(Edit edit) {
    HostFile other =
        new HostFile(
            edit.file().path(),
            edit.text().isPresent() ? Optional.empty() : Optional.of(""),
            edit.file().mode(),
            edit.file().backup(),
            edit.file().beside());
    return new Edit(other, edit.text(), edit.keep());
  }

  private Action taken(Live live) {
    List<Condition> conditions =
        desired.rootless()
            ? List.of(
                new Condition.CommandSucceeds(
                    UserDocker.lists(
                        desired.user().orElse(""),
                        List.copyOf(live.paths().keySet()),
                        List.copyOf(live.gone()))))
            : live.conditions();
    return new Action.WaitFor(
        "Docker to take it",
        conditions,
        Math.toIntExact(desired.readyTimeout().toSeconds()),
        Optional.empty());
  }

  private Effect effect(Live live) {
    JsonNode info = host.info();
    ObjectNode runtimes =
        info.path("Runtimes").isObject()
            ? info.path("Runtimes").deepCopy()
            : JsonNodeFactory.instance.objectNode();
    live.gone().forEach(runtimes::remove);
    live.paths()
        .forEach(
            (name, path) -> {
              ObjectNode runtime = runtimes.putObject(name).put("path", path);
              List<String> args = live.args().getOrDefault(name, List.of());
              if (!args.isEmpty()) {
                args.forEach(runtime.putArray(DockerMerge.ARGS)::add);
              }
            });
    JsonNode fallback = JsonNodeFactory.instance.textNode(live.byDefault());
    if (!desired.rootless()) {
      return new Effect.DockerInfoBecomes(Map.of("Runtimes", runtimes, "DefaultRuntime", fallback));
    }
    ObjectNode answer = info.deepCopy();
    answer.set("Runtimes", runtimes);
    answer.set("DefaultRuntime", fallback);
    return new Effect.CommandAnswers(
        UserDocker.info(desired.user().orElse("")), new CommandFact(0, answer + "\n", ""));
  }

  private List<Field> fields(JsonNode before, JsonNode after) {
    List<Field> fields = new ArrayList<>();
    Set<String> names = new TreeSet<>(desired.names());
    file.backup().ifPresent(backup -> names.addAll(backup.entries()));
    for (String name : names) {
      field(
          "runtimes." + name + ".path",
          before.path(RUNTIMES).path(name).path("path"),
          after.path(RUNTIMES).path(name).path("path"),
          fields);
      field(
          "runtimes." + name + "." + DockerMerge.ARGS,
          before.path(RUNTIMES).path(name).path(DockerMerge.ARGS),
          after.path(RUNTIMES).path(name).path(DockerMerge.ARGS),
          fields);
    }
    field(DEFAULT, before.path(DEFAULT), after.path(DEFAULT), fields);
    return fields;
  }

  private static void field(String name, JsonNode before, JsonNode after, List<Field> fields) {
    if (!before.equals(after)) {
      fields.add(new Field(name, text(before), text(after)));
    }
  }

  private static Optional<String> text(JsonNode value) {
    return value.isMissingNode()
        ? Optional.empty()
        : Optional.of(value.isArray() ? value.toString() : value.asText());
  }

  /**
   * What the daemon itself is to say.
   *
   * @param info what it says
   * @param paths programs of the runtimes that it is to list
   * @param args what they are given, where that counts
   * @param gone names of those that it is not to list any more
   * @param byDefault its default runtime
   * @param names of all that may be ours
   * @param minds whether the plan says anything about the default runtime
   */
  record Live(
      JsonNode info,
      Map<String, String> paths,
      Map<String, List<String>> args,
      List<String> gone,
      String byDefault,
      List<String> names,
      boolean minds) {

    static Live after(
        JsonNode before, JsonNode after, DockerRegistration of, List<Registration> wanted) {
      JsonNode info = of.host.info();
      Map<String, String> paths = new TreeMap<>();
      wanted.forEach(
          r ->
              paths.put(
                  r.name(), after.path(RUNTIMES).path(r.name()).path("path").asText(r.path())));
      Set<String> gone = new TreeSet<>();
      before.path(RUNTIMES).fieldNames().forEachRemaining(gone::add);
      after.path(RUNTIMES).fieldNames().forEachRemaining(gone::remove);
      if (wanted.isEmpty()) {
        gone.addAll(of.desired.foreign());
      }
      gone.removeIf(name -> after.path(RUNTIMES).has(name) || !info.path("Runtimes").has(name));
      boolean minds =
          wanted.isEmpty()
              || of.desired.asDefault().isPresent()
              || !before.path(DEFAULT).equals(after.path(DEFAULT));
      String now = info.path("DefaultRuntime").asText(STOCK);
      boolean ours = of.desired.names().contains(now) && wanted.isEmpty();
      String file = after.path(DEFAULT).asText(STOCK);
      Map<String, List<String>> args = new TreeMap<>();
      wanted.stream()
          .filter(runtime -> !runtime.args().isEmpty())
          .forEach(runtime -> args.put(runtime.name(), runtime.args()));
      return new Live(
          info,
          paths,
          args,
          List.copyOf(gone),
          minds && (ours || !wanted.isEmpty()) ? file : now,
          of.desired.names(),
          minds);
    }

    boolean isSo() {
      return gone.isEmpty() && fields().isEmpty();
    }

    /** Returns the differences between what the daemon says and what it is to say. */
    List<Field> fields() {
      List<Field> fields = new ArrayList<>();
      paths.forEach(
          (name, path) -> {
            JsonNode there = info.path("Runtimes").path(name);
            // what a module before this one will have registered has no path yet
            String now = there.path("path").asText(there.isObject() ? path : "");
            if (!now.equals(path)) {
              fields.add(
                  new Field(
                      "Docker's runtime " + name,
                      now.isEmpty() ? Optional.empty() : Optional.of(now),
                      Optional.of(path)));
            }
          });
      args.forEach(
          (name, wanted) -> {
            JsonNode there = info.path("Runtimes").path(name);
            if (there.has("path") && !DockerMerge.args(there).equals(wanted)) {
              fields.add(
                  Field.of(
                      "arguments of Docker's runtime " + name,
                      String.join(" ", DockerMerge.args(there)),
                      String.join(" ", wanted)));
            }
          });
      gone.forEach(
          name ->
              fields.add(
                  new Field("Docker's runtime " + name, Optional.of("listed"), Optional.empty())));
      String now = info.path("DefaultRuntime").asText(STOCK);
      if (!now.equals(byDefault)) {
        fields.add(Field.of("Docker's default runtime", now, byDefault));
      }
      return fields;
    }

    List<Condition> conditions() {
      List<Condition> conditions = new ArrayList<>();
      paths.forEach(
          (name, path) ->
              conditions.add(new Condition.DockerInfo(pointer(name) + "/path", Optional.of(path))));
      args.forEach(
          (name, wanted) -> {
            for (int i = 0; i < wanted.size(); i++) {
              String pointer = "%s/%s/%d".formatted(pointer(name), DockerMerge.ARGS, i);
              conditions.add(new Condition.DockerInfo(pointer, Optional.of(wanted.get(i))));
            }
          });
      gone.forEach(
          name -> conditions.add(new Condition.DockerInfo(pointer(name), Optional.empty())));
      if (minds) {
        conditions.add(new Condition.DockerInfo("/DefaultRuntime", Optional.of(byDefault)));
      }
      return conditions;
    }

    private static String pointer(String name) {
      return "/Runtimes/" + name.replace("~", "~0").replace("/", "~1");
    }

    /**
     * Returns what to write for a moment, so that the daemon lets go of what a missing key would
     * leave; empty if the file has the keys.
     */
    Optional<String> gone(ConfigText after) throws ConfigSyntaxException {
      ConfigText text = after;
      if (!gone.isEmpty() && !after.tree().has(RUNTIMES)) {
        text = text.with(List.of(RUNTIMES), JsonNodeFactory.instance.objectNode());
      }
      boolean letsGo = !info.path("DefaultRuntime").asText(STOCK).equals(byDefault);
      if (letsGo && !after.tree().has(DEFAULT)) {
        text = text.with(List.of(DEFAULT), JsonNodeFactory.instance.textNode(byDefault));
      }
      return text.text().equals(after.text()) ? Optional.empty() : Optional.of(text.text());
    }
  }
}
