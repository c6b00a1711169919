package io.gpurig.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ChangeReport;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.run.HostCare.Answer;
import io.gpurig.engine.saved.SavedHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts that are rebooted by an apply: a real shell below a folder, with a systemctl that boots.
 */
final class RebootTest {
  private static final String BOOTS =
      """
      #!/bin/sh
      cd "$GPURIG_ROOT" || exit 1
      [ "$1" = reboot ] || exit 0
      echo boot >>boots
      wc -l <boots >proc/sys/kernel/random/boot_id
      [ -e broken ] || cp -f etc/first etc/second booted/ 2>/dev/null
      rm -rf run
      """;

  @TempDir private Path root = Path.of("");

  private final List<String> begun = new ArrayList<>();

  @BeforeEach
  void makeHost() throws Exception {
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("booted"));
    Files.writeString(
        Files.createDirectories(root.resolve("proc/sys/kernel/random")).resolve("boot_id"), "0\n");
    Path systemctl =
        Files.writeString(Files.createDirectories(root.resolve("bin")).resolve("systemctl"), BOOTS);
    assertThat(systemctl.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void oneRebootServesAllChangesThatNeedItAndTheRestComesAfter() throws Exception {
    HostReport report = apply(new Local((String script) -> false), "reboot");

    assertThat(report.status()).as(report.toString()).isEqualTo(Status.CHANGED);
    assertThat(begun)
        .containsExactly(
            "write /etc/first",
            "reboot, after all that needs it (up to 60 s)",
            "write /etc/second",
            "reboot, after all that needs it (up to 60 s)",
            "write /etc/plain");
    assertThat(report.changes()).hasSize(3);
    assertThat(Files.readAllLines(root.resolve("boots"))).hasSize(1);
    assertThat(root.resolve("var/lib/gpurig/unfinished")).doesNotExist();
    assertThat(root.resolve("var/lib/gpurig/reboot")).doesNotExist();
    assertThat(history()).containsExactly("rebooted", "changed");

    begun.clear();
    assertThat(apply(new Local((String script) -> false), "reboot").status())
        .isEqualTo(Status.UNCHANGED);
    assertThat(begun).isEmpty();
  }

  @Test
  void aRebootThatIsOwedIsNotForgotten() throws Exception {
    HostReport cut =
        apply(new Local((String script) -> script.contains("systemctl reboot")), "reboot");
    assertThat(cut.status()).isEqualTo(Status.FAILED);
    assertThat(codes(cut)).containsExactly("reboot/not-back");
    assertThat(root.resolve("var/lib/gpurig/reboot")).exists();
    assertThat(root.resolve("boots")).doesNotExist();
    begun.clear();

    HostReport refused = apply(new Local((String script) -> false), "docker-restart");
    assertThat(refused.status()).isEqualTo(Status.REFUSED);
    assertThat(codes(refused)).contains("reboot/owed", "rollout/too-disruptive");

    HostReport report = apply(new Local((String script) -> false), "reboot");

    assertThat(report.status()).as(report.toString()).isEqualTo(Status.CHANGED);
    assertThat(begun).containsExactly("write /etc/plain");
    assertThat(Files.readAllLines(root.resolve("boots"))).hasSize(1);
    assertThat(root.resolve("var/lib/gpurig/reboot")).doesNotExist();
  }

  @Test
  void aRebootThatSomebodyElseMadeIsOwedNoMore() throws Exception {
    apply(new Local((String script) -> script.contains("systemctl reboot")), "reboot");
    ProcessBuilder reboot = new ProcessBuilder(root.resolve("bin/systemctl").toString(), "reboot");
    reboot.environment().put("GPURIG_ROOT", root.toString());
    assertThat(reboot.start().waitFor()).isZero();

    assertThat(apply(new Local((String script) -> false), "none").status())
        .isEqualTo(Status.CHANGED);

    assertThat(Files.readAllLines(root.resolve("boots"))).hasSize(1);
    assertThat(root.resolve("var/lib/gpurig/reboot")).doesNotExist();
  }

  @Test
  void aRebootThatDoesNotHelpIsNotDoneAgain() throws Exception {
    Files.createFile(root.resolve("broken"));

    HostReport report = apply(new Local((String script) -> false), "reboot");

    assertThat(report.status()).isEqualTo(Status.FAILED);
    assertThat(codes(report)).containsExactly("apply/did-not-hold", "apply/did-not-hold");
    assertThat(Files.readAllLines(root.resolve("boots"))).hasSize(1);
    assertThat(root.resolve("etc/plain")).doesNotExist();
  }

  @Test
  void aHostThatTakesTooLongIsWaitedForNoLonger() throws Exception {
    Fleet brief =
        fleet(
            new Local((String script) -> script.contains("systemctl reboot")),
            new ApplyOptions("alice@ci", 7, Duration.ZERO, Duration.ofSeconds(10), Patience.USUAL));

    HostReport report = brief.apply(List.of(target("reboot"))).getFirst();

    assertThat(codes(report)).containsExactly("run/host-timeout");
    assertThat(root.resolve("var/lib/gpurig/reboot")).exists();
  }

  /** A change that is taken back owes nothing. */
  @Test
  void aRebootOfAChangeThatWasCutOffIsTakenBackWithIt() throws Exception {
    // the reboot is noted, and the connection is gone before the change is closed
    HostReport cut =
        apply(new Local((String script) -> script.contains("{\"changed\":2")), "reboot");
    assertThat(cut.status()).isEqualTo(Status.FAILED);
    assertThat(root.resolve("var/lib/gpurig/reboot")).exists();

    HostReport refused = apply(new Local((String script) -> false), "none");

    assertThat(codes(refused)).contains("journal/taken-back").doesNotContain("reboot/owed");
    assertThat(root.resolve("var/lib/gpurig/reboot")).doesNotExist();
    assertThat(root.resolve("etc/first")).doesNotExist();
  }

  /** A plan shows the changes in the order in which they are made. */
  @Test
  void whatNeedsARebootIsPlannedFirst() throws Exception {
    HostReport planned =
        fleet(new Local((String script) -> false)).plan(List.of(target("reboot"))).getFirst();

    assertThat(planned.changes().stream().map(c -> c.change().target()).toList())
        .containsExactly("file first", "file second", "file plain");
  }

  @Test
  void approvedChangesGoOnAfterTheReboot() throws Exception {
    HostReport report = approved(new Local((String script) -> false), "");

    assertThat(report.status()).as(report.toString()).isEqualTo(Status.CHANGED);
    assertThat(report.changes()).hasSize(3);
    assertThat(Files.readString(root.resolve("etc/plain"))).isEqualTo("new\n");
  }

  /** What nobody has seen is not done, after a reboot either. */
  @Test
  void afterTheRebootNothingIsDoneThatWasNotApproved() throws Exception {
    HostReport report = approved(new Local((String script) -> false), "echo other >etc/plain\n");

    assertThat(report.status()).as(report.toString()).isEqualTo(Status.STALE);
    assertThat(codes(report)).containsExactly("saved/moved");
    assertThat(report.problems().getFirst().message()).contains("since its reboot");
    assertThat(report.changes()).hasSize(2);
    assertThat(Files.readString(root.resolve("etc/plain"))).isEqualTo("other\n");
  }

  private HostReport approved(Connector connector, String atBoot) throws Exception {
    Target.Live live = target("reboot");
    HostReport planned = fleet(connector).plan(List.of(live)).getFirst();
    List<Change> changes = planned.changes().stream().map(ChangeReport::change).toList();
    Path systemctl = root.resolve("bin/systemctl");
    Files.writeString(systemctl, Files.readString(systemctl) + atBoot);
    Target.Approved target =
        new Target.Approved(
            live,
            new SavedHost("here", live.plan().tree(), changes, Map.of()),
            "",
            true,
            List.of());
    return fleet(connector).applySaved(List.of(target)).getFirst();
  }

  @Test
  void aReadThatIsLostIsTriedOnceMore() throws Exception {
    Fleet once = fleet(new Local((int n) -> n == 1));
    assertThat(once.plan(List.of(target("reboot"))).getFirst().status()).isEqualTo(Status.PENDING);
    assertThat(apply(new Local((int n) -> n == 1), "reboot").status()).isEqualTo(Status.CHANGED);

    HostReport twice = apply(new Local((int n) -> n <= 2), "reboot");
    assertThat(codes(twice)).containsExactly("connect/lost");
  }

  private List<String> history() {
    HostCare care =
        new HostCare(new Local((String script) -> false), event -> {}, new Skipping(), options());
    return switch (care.history(LocalTarget.settings())) {
      case Answer.Of<List<RunRecord>>(List<RunRecord> runs) ->
          runs.stream().map(run -> run.outcome().orElse("")).toList();
      case Answer.Failed<List<RunRecord>>(Problem problem) ->
          throw new AssertionError(problem.toString());
    };
  }

  private HostReport apply(Connector connector, String allowed) throws Exception {
    return fleet(connector).apply(List.of(target(allowed))).getFirst();
  }

  private Fleet fleet(Connector connector) {
    return fleet(connector, options());
  }

  private Fleet fleet(Connector connector, ApplyOptions options) {
    return new Fleet(
        List.of(new Wanted()),
        connector,
        event -> {
          if (event instanceof Event.ActionStarted started) {
            begun.add(started.action().describe());
          }
        },
        new Skipping(),
        Operator.NONE,
        1,
        options);
  }

  private static ApplyOptions options() {
    return new ApplyOptions(
        "alice@ci", 7, Duration.ZERO, ApplyOptions.HOST_TIMEOUT, Patience.USUAL);
  }

  private static List<String> codes(HostReport report) {
    return report.problems().stream().map(Problem::code).toList();
  }

  private static Target.Live target(String allowed) {
    return LocalTarget.of(
        "name: Test\nhosts: all\nrollout: {allowDisruption: %s}\ndriver: {deploy: true}\n"
            .formatted(allowed));
  }

  /** Wants two files that are looked at when the host boots, and between them one that is not. */
  private record Wanted() implements Module<Section> {
    @Override
    public String section() {
      return "driver";
    }

    @Override
    public Section desired(Section section) {
      return section;
    }

    @Override
    public List<Read> reads(Section desired) {
      return List.of(
          new Read.File("/booted/first"),
          new Read.File("/etc/plain"),
          new Read.File("/booted/second"));
    }

    @Override
    public Diff diff(Section desired, Facts facts) {
      List<Change> changes = new ArrayList<>();
      for (String name : List.of("first", "plain", "second")) {
        boolean boots = !name.equals("plain");
        String shown = (boots ? "/booted/" : "/etc/") + name;
        if (!facts.file(shown).map(FileFact::value).equals(Optional.of("new"))) {
          String now = facts.file(shown).map(FileFact::value).orElse("not there");
          changes.add(change(name, boots, shown, now));
        }
      }
      return new Diff(changes, List.of());
    }

    private static Change change(String name, boolean boots, String shown, String now) {
      List<Action> actions = new ArrayList<>();
      actions.add(new Action.WriteFile("/etc/" + name, "new\n", Optional.empty()));
      if (boots) {
        actions.add(new Action.Reboot(60));
      }
      return new Change(
          "driver",
          Change.Kind.UPDATE,
          "file " + name,
          "it is " + now,
          List.of(),
          boots ? Disruption.REBOOT : Disruption.NONE,
          List.of(),
          actions,
          List.of(new Effect.FileBecomes(shown, FileFact.text("new\n"))));
    }
  }

  /** Connections to the host below the folder, which die at a script, for good or for once. */
  private final class Local implements Connector {
    private final Predicate<String> dies;
    private IntPredicate lost = n -> false;
    private boolean dead;
    private int scripts;

    Local(Predicate<String> dies) {
      this.dies = dies;
    }

    /** Dies at the n-th script, counted over all connections, and can be reached anew. */
    Local(IntPredicate diesAt) {
      this.dies = script -> false;
      this.lost = diesAt;
    }

    @Override
    public Connection connect(ConnectionSettings settings) throws ConnectionException {
      if (dead) {
        throw lost();
      }
      return new RootedConnection(settings, root) {
        @Override
        public ExecResult exec(String command, byte[] stdin, Duration deadline)
            throws ConnectionException {
          dead = dead || dies.test(new String(stdin, UTF_8));
          if (dead || lost.test(++scripts)) {
            throw lost();
          }
          return super.exec(command, stdin, deadline);
        }
      };
    }

    private ConnectionException lost() {
      return new ConnectionException(Problem.error("connect/lost", "cut"));
    }
  }
}
