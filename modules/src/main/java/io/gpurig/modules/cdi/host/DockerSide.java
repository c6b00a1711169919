package io.gpurig.modules.cdi.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.cdi.gpus.DockerFactsReader;
import io.gpurig.modules.cdi.gpus.DockerGpus;
import io.gpurig.modules.cdi.gpus.DockerVersion;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.HostFile.Edit;
import io.gpurig.modules.host.NvidiaCtk;
import io.gpurig.modules.host.Platform;
import io.gpurig.modules.runtime.Edits;
import io.gpurig.modules.runtime.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker: {@code features.cdi} of daemon.json, which counts when dockerd starts (moby,
 * daemon/command/daemon.go). It is needed before 28.2, and later it is on unless it is false.
 *
 * @param version of the daemon; empty if it does not tell
 * @param cdi whether the daemon that runs has it on
 */
record DockerSide(
    Cdi desired,
    Facts facts,
    DockerFactsReader reader,
    Optional<DockerVersion> version,
    DockerGpus.Cdi cdi)
    implements EngineSide {
  private static final String CONFIG = "/etc/docker/daemon.json";
  private static final List<String> FEATURE = List.of("features", "cdi");
  private static final List<String> LIVE_RESTORE = List.of("live-restore");
  private static final String FIRST_DIRECTORY = "/CDISpecDirs/0";
  private static final Switch SWITCH = new Switch(FEATURE, true);

  static final List<Read> READS = HostFile.reads(CONFIG, CdiModule.SECTION);

  static DockerSide of(Cdi desired, Facts facts) {
    DockerFactsReader reader = new DockerFactsReader(facts);
    Optional<DockerVersion> version =
        facts
            .dockerState()
            .info()
            .flatMap(info -> DockerVersion.of(info.path("ServerVersion").asText()));
    facts.dockerState().info().ifPresent(info -> info.path("CDISpecDirs").size());
    DockerGpus.Cdi cdi = version.map(reader::cdi).orElse(DockerGpus.Cdi.OFF);
    return new DockerSide(desired, facts, reader, version, cdi);
  }

  @Override
  public String config() {
    return CONFIG;
  }

  @Override
  public Optional<Finding> unfit() {
    Optional<Finding> down = Platform.dockerDown(facts, CdiModule.SECTION);
    if (down.isPresent() || !desired.enabled()) {
      return down;
    }
    if (version.isEmpty() || !version.get().knowsCdi()) {
      return Optional.of(
          EngineSide.tooOld("Docker", version.map(DockerVersion::toString).orElse("?"), "25.0"));
    }
    return cdi == DockerGpus.Cdi.NO_DIRECTORIES
        ? Optional.of(
            Finding.error(
                "cdi/directory",
                "/cdi/engine",
                CONFIG + " says in cdi-spec-dirs that Docker is to read no specs",
                "take cdi-spec-dirs out of it"))
        : Optional.empty();
  }

  @Override
  public List<String> directories() {
    return reader.directories();
  }

  @Override
  public Optional<Change> change() throws ConfigSyntaxException {
    HostFile file = HostFile.of(CONFIG, CdiModule.SECTION, facts);
    ConfigText before = SWITCH.parse(file.text().orElse(""));
    boolean on = cdi == DockerGpus.Cdi.ON;
    boolean off = before.get(FEATURE).filter(BooleanNode.FALSE::equals).isPresent();
    if (desired.enabled() && on && !off) {
      return Optional.empty();
    }
    boolean byDefault = version.map(DockerVersion::cdiByDefault).orElse(false);
    Edit edit =
        !desired.enabled()
            ? file.without(SWITCH, List.of())
            : byDefault && !off ? new Edit(file, file.text(), file.backup()) : file.with(SWITCH);
    ConfigText after = SWITCH.parse(edit.text().orElse(""));
    boolean will = after.get(FEATURE).map(JsonNode::asBoolean).orElse(byDefault);
    boolean restarts = (edit.changes() && will != on) || (desired.enabled() && !on);
    if (!edit.isNeeded() && !restarts) {
      return Optional.empty();
    }
    List<Effect> effects = new ArrayList<>(Edits.effects(edit));
    if (restarts) {
      effects.add(new Effect.DockerInfoBecomes(Map.of("CDISpecDirs", told(after, will))));
      effects.add(NvidiaCtk.dockerStarts());
    }
    return Optional.of(
        new Change(
            CdiModule.SECTION,
            edit.changes() && file.text().isEmpty()
                ? Kind.CREATE
                : edit.text().isEmpty() ? Kind.REMOVE : Kind.UPDATE,
            "file " + CONFIG,
            reason(edit),
            List.of(field(before, after, on, will)),
            restarts ? Disruption.DOCKER_RESTART : Disruption.NONE,
            restarts && !survives() ? running() : List.of(),
            restarts ? actions(edit, after, will) : edits().actions(edit),
            effects));
  }

  private String reason(Edit edit) {
    if (!desired.enabled()) {
      return "the plan says enabled: false";
    }
    return edit.changes() ? "its features.cdi differs" : "Docker has not taken it";
  }

  private static Field field(ConfigText before, ConfigText after, boolean on, boolean will) {
    Optional<String> was = before.get(FEATURE).map(JsonNode::asText);
    Optional<String> is = after.get(FEATURE).map(JsonNode::asText);
    return was.equals(is)
        ? Field.of("Docker's CDI", on ? "on" : "off", will ? "on" : "off")
        : new Field("features.cdi", was, is);
  }

  private JsonNode told(ConfigText after, boolean on) {
    ArrayNode told = JsonNodeFactory.instance.arrayNode();
    if (on) {
      JsonNode said = after.tree().path("cdi-spec-dirs");
      if (said.isEmpty()) {
        CdiDirectory.DEFAULTS.forEach(told::add);
      } else {
        said.forEach(told::add);
      }
    }
    return told;
  }

  private static Edits edits() {
    return new Edits(
        List.of("dockerd", "--validate", "--config-file=" + Action.WriteFile.CANDIDATE),
        Optional.empty());
  }

  private boolean survives() {
    return live() || canSurvive();
  }

  private boolean live() {
    return info().path("LiveRestoreEnabled").asBoolean();
  }

  /** A manager or worker of a swarm does not start with live-restore. */
  private boolean canSurvive() {
    return !info().path("Swarm").path("LocalNodeState").asText().equals("active");
  }

  private JsonNode info() {
    return facts.dockerState().info().orElseGet(MissingNode::getInstance);
  }

  private List<String> running() {
    return facts
        .dockerState()
        .running("run", c -> true)
        .map(c -> "container " + DockerFacts.name(c))
        .sorted()
        .toList();
  }

  /**
   * A restart ends all containers, unless the daemon has live-restore on when it stops and when it
   * starts; that it takes by a reload (docker/docs, live-restore.md). So it is on for as long as
   * that takes.
   */
  private List<Action> actions(Edit edit, ConfigText after, boolean will)
      throws ConfigSyntaxException {
    List<Action> actions = new ArrayList<>();
    boolean bridges = !live() && canSurvive() && !running().isEmpty();
    if (!bridges) {
      actions.addAll(edits().actions(edit));
      actions.add(new Action.RestartService(Engine.DOCKER.unit()));
      actions.add(taken(will));
      return actions;
    }
    Action reload = new Action.ReloadService(Engine.DOCKER.unit());
    Optional<String> bridge = Optional.of(live(after, true).text());
    actions.addAll(edits().actions(new Edit(edit.file(), bridge, edit.keep())));
    actions.add(reload);
    actions.add(liveRestore(true));
    actions.add(new Action.RestartService(Engine.DOCKER.unit()));
    actions.add(taken(will));
    String unbridged = live(after, false).text();
    actions.add(edits().write(CONFIG, unbridged));
    actions.add(reload);
    actions.add(liveRestore(false));
    if (!edit.text().equals(Optional.of(unbridged))) {
      // the reload takes no key that is gone, so it had to say false for a moment
      actions.add(
          edit.text()
              .<Action>map(text -> edits().write(CONFIG, text))
              .orElseGet(() -> new Action.RemoveFile(CONFIG)));
    }
    return actions;
  }

  private static ConfigText live(ConfigText file, boolean on) throws ConfigSyntaxException {
    return file.with(LIVE_RESTORE, BooleanNode.valueOf(on));
  }

  private Action liveRestore(boolean on) {
    return waiting(
        "Docker to turn live-restore " + (on ? "on" : "off"),
        "/LiveRestoreEnabled",
        Optional.of(String.valueOf(on)));
  }

  private Action taken(boolean on) {
    return waiting(
        "Docker to %s CDI devices".formatted(on ? "take" : "take no"),
        FIRST_DIRECTORY,
        on ? Optional.of(directories().getFirst()) : Optional.empty());
  }

  private Action waiting(String what, String pointer, Optional<String> value) {
    return new Action.WaitFor(
        what,
        List.of(new Condition.DockerInfo(pointer, value)),
        Math.toIntExact(desired.readyTimeout().toSeconds()),
        Optional.empty());
  }
}
