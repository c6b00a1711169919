package io.gpurig.modules.cdi.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.SpecDiff;
import io.gpurig.modules.cdi.SpecDiff.Difference;
import io.gpurig.modules.host.CdiRefresh;
import io.gpurig.modules.host.NvidiaCtk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The spec of a host's GPUs, which only the host's own nvidia-ctk can write. A true one means what
 * nvidia-ctk would write now, however it is written.
 *
 * @param ctk the one that writes
 * @param path of the file
 * @param refreshed whether {@link CdiRefresh} writes it
 */
record SpecFile(NvidiaCtk ctk, String path, boolean refreshed) {
  /** What lies beside a file of ours. Engines read files alone that end in .json or .yaml. */
  static final String MARK = ".gpurig";

  private static final String MARK_TEXT =
      "The file of this name was made for the cdi section of a gpurig plan; leave this here.\n";

  /** How it logs: {@code time="…" level=error msg="…"}. */
  private static final Pattern LOGGED = Pattern.compile("msg=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final int GENERATE_SECONDS = 120;
  private static final int MOST_FIELDS = 12;

  /** Returns what a host's nvidia-ctk, or the service that runs it, would write now. */
  CommandFact answer(Facts facts) {
    return refreshed ? CdiRefresh.answer(facts) : ctk.answer(facts);
  }

  /** Returns what is wrong with what nvidia-ctk would write; empty if it is a good spec. */
  Optional<String> fault(Facts facts) {
    CommandFact answer = answer(facts);
    if (NvidiaCtk.isUnknown(answer)) {
      return Optional.empty();
    }
    if (!answer.succeeded()) {
      Matcher logged = LOGGED.matcher(answer.stderr());
      String last = answer.stderr().strip().lines().reduce((a, b) -> b).orElse("");
      while (logged.find()) {
        last = logged.group(1).replace("\\\"", "\"");
      }
      return Optional.of(last.isEmpty() ? "exit status " + answer.exit() : last);
    }
    return CdiFile.read("its output", answer.stdout()).error();
  }

  /** Returns the change that makes the file true, if it is not. */
  Optional<Change> change(Facts facts) {
    CommandFact answer = answer(facts);
    Optional<FileFact> there = facts.file(path);
    Optional<CdiFile> current = there.map(file -> CdiFile.read(path, file.content()));
    if (NvidiaCtk.isUnknown(answer)) {
      String text = ProjectedSpec.text(facts);
      String reason = "the driver, the GPUs or the toolkit become others";
      return Optional.of(change(there.isPresent(), reason, List.of(), text, facts));
    }
    if (current.isEmpty()) {
      return Optional.of(change(false, "there is none", List.of(), answer.stdout(), facts));
    }
    CdiFile wanted = CdiFile.read("its output", answer.stdout());
    if (!current.get().isValid()) {
      String reason = "it is no valid spec";
      return Optional.of(change(true, reason, List.of(), answer.stdout(), facts));
    }
    List<Difference> differences =
        SpecDiff.between(current.get().spec().orElseThrow(), wanted.spec().orElseThrow());
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            change(
                true,
                "it is out of date: its %s differs".formatted(differences.getFirst().field()),
                fields(differences),
                answer.stdout(),
                facts));
  }

  private static List<Field> fields(List<Difference> differences) {
    List<Field> fields = new ArrayList<>();
    differences.stream().limit(MOST_FIELDS).map(SpecFile::field).forEach(fields::add);
    int more = differences.size() - MOST_FIELDS;
    if (more > 0) {
      fields.add(new Field("further differences", Optional.empty(), Optional.of("" + more)));
    }
    return fields;
  }

  private static Field field(Difference difference) {
    // of a device that comes or goes its name says enough
    boolean whole = difference.field().matches("device [^ ]*");
    return new Field(
        difference.field(),
        difference.before().map(value -> whole ? "defined" : text(value)),
        difference.after().map(value -> whole ? "defined" : text(value)));
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }

  private Change change(
      boolean there, String reason, List<Field> fields, String text, Facts facts) {
    CommandFact answer = new CommandFact(0, text, "");
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.FileBecomes(path, FileFact.text(text)));
    effects.add(
        refreshed
            ? CdiRefresh.writes(answer)
            : new Effect.CommandAnswers(ctk.generate("yaml"), answer));
    boolean marks = !refreshed && !there && facts.file(path + MARK).isEmpty();
    if (marks) {
      effects.add(new Effect.FileBecomes(path + MARK, FileFact.text(MARK_TEXT)));
    }
    return new Change(
        CdiModule.SECTION,
        there ? Kind.UPDATE : Kind.CREATE,
        "file " + path,
        reason,
        fields,
        Disruption.NONE,
        List.of(),
        refreshed ? refresh() : generate(marks),
        effects);
  }

  private List<Action> refresh() {
    return List.of(
        new Action.RestartService(CdiRefresh.SERVICE),
        new Action.WaitFor(
            CdiRefresh.SERVICE + " to write it",
            List.of(new Condition.FileExists(path)),
            GENERATE_SECONDS,
            Optional.empty()));
  }

  private List<Action> generate(boolean marks) {
    List<Action> actions = new ArrayList<>();
    if (marks) {
      actions.add(new Action.WriteFile(path + MARK, MARK_TEXT, Optional.empty()));
    }
    actions.add(
        new Action.WriteOutput(
            path, ctk.generate(path.endsWith(".json") ? "json" : "yaml"), GENERATE_SECONDS));
    return actions;
  }

  /** Returns the change that removes a file of ours with what lies beside it. */
  static Change removal(String path, String reason, Facts facts) {
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    for (String gone : List.of(path, path + MARK)) {
      if (facts.file(gone).isPresent()) {
        actions.add(new Action.RemoveFile(gone));
        effects.add(new Effect.FileGone(gone));
      }
    }
    return new Change(
        CdiModule.SECTION,
        Kind.REMOVE,
        "file " + path,
        reason,
        List.of(),
        Disruption.NONE,
        List.of(),
        actions,
        effects);
  }
}
