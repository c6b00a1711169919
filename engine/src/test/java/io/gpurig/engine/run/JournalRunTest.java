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
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.UndoPlan;
import io.gpurig.engine.module.Diff;
import io.gpurig.engine.module.Module;
import io.gpurig.engine.plan.Section;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.run.HostCare.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Applies with a real shell below a folder: cut off at each point, two at once, taken back. */
final class JournalRunTest {
  @TempDir private Path folder = Path.of("");
  private Path root = Path.of("");

  @BeforeEach
  void makeHost() throws Exception {
    makeHost("host");
  }

  private void makeHost(String name) throws Exception {
    root = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/a"), "old\n");
    Path bin = Files.createDirectories(root.resolve("bin"));
    // says of each restart what the service will have found
    Path systemctl =
        Files.writeString(
            bin.resolve("systemctl"),
            "#!/bin/sh\necho \"$1 $(cat \"$GPURIG_ROOT/etc/a\")\" >>\"$GPURIG_ROOT/restarts\"\n");
    assertThat(systemctl.toFile().setExecutable(true)).isTrue();
  }

  /** Where in the script of an action a connection dies. */
  private enum Cut {
    BEFORE,
    AFTER_THE_WRITE_AHEAD,
    AFTER
  }

  @Test
  void anApplyThatIsCutOffAnywhereIsMendedByTheNext() throws Exception {
    int cuts = 0;
    for (Cut cut : Cut.values()) {
      boolean wasCut = true;
      for (int at = 1; wasCut; at++) {
        String what = cut + " " + at;
        makeHost(what.replace(' ', '-'));
        Cutter cutter = new Cutter(cut, at);

        HostReport first = apply(cutter, Operator.NONE);

        wasCut = cutter.dead;
        assertThat(first.status()).as(what).isEqualTo(wasCut ? Status.FAILED : Status.CHANGED);
        boolean open = unfinished().contains("change ");
        HostReport planned =
            fleet(new Cutter(cut, 0), Operator.NONE).plan(List.of(target())).getFirst();
        assertThat(codes(planned).contains("journal/unfinished")).as(what).isEqualTo(open);

        HostReport second = apply(new Cutter(cut, 0), Operator.NONE);

        assertThat(second.status()).as(what + second).isIn(Status.CHANGED, Status.UNCHANGED);
        assertThat(codes(second).contains("journal/taken-back")).as(what).isEqualTo(open);
        converged(what);
        cuts += wasCut ? 1 : 0;
      }
    }
    assertThat(cuts).isGreaterThanOrEqualTo(15);
  }

  private void converged(String what) throws Exception {
    assertThat(root.resolve("etc/a")).as(what).hasContent("new");
    assertThat(root.resolve("etc/b")).as(what).hasContent("b");
    assertThat(root.resolve("flag")).as(what).exists();
    assertThat(Files.readAllLines(root.resolve("restarts")).getLast())
        .as(what)
        .isEqualTo("restart new");
    assertThat(root.resolve("var/lib/gpurig/unfinished")).as(what).doesNotExist();
    try (Stream<Path> files = Files.list(root.resolve("etc"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .as(what)
          .containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void theHostItselfTakesARunBack() throws Exception {
    assertThat(apply(new Cutter(Cut.AFTER, 0), Operator.NONE).status()).isEqualTo(Status.CHANGED);
    try (Stream<Path> runs = Files.list(root.resolve("var/lib/gpurig/runs"))) {
      Path run = runs.findFirst().orElseThrow();
      assertThat(Files.getPosixFilePermissions(root.resolve("var/lib/gpurig"))).hasSize(3);
      for (int i = 0; i < 2; i++) {
        ProcessBuilder undo = new ProcessBuilder("sh", run.resolve("undo").toString());
        undo.environment().put("GPURIG_ROOT", root.toString());
        undo.environment().merge("PATH", root + "/bin:", (path, bin) -> bin + path);
        Process process = undo.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
      }
    }
    assertThat(root.resolve("etc/a")).hasContent("old");
    assertThat(root.resolve("etc/b")).doesNotExist();
    assertThat(root.resolve("flag")).doesNotExist();
    // once when the file was new, once when the old one was back
    assertThat(Files.readAllLines(root.resolve("restarts")))
        .containsExactly("restart new", "restart old");
  }

  @Test
  void aFinishedRunIsTakenBackUnlessALaterOneTouchedTheSame() throws Exception {
    apply(new Cutter(Cut.AFTER, 0), Operator.NONE);
    Files.writeString(root.resolve("etc/a"), "other\n");
    apply(new Cutter(Cut.AFTER, 0), Operator.NONE);
    HostCare care = care("bob@desk");
    List<RunRecord> runs = value(care.history(LocalTarget.settings()));

    assertThat(runs).extracting(run -> run.outcome().orElse("")).containsOnly("changed").hasSize(2);
    assertThat(runs.getFirst().who()).isEqualTo("alice@ci");
    assertThat(UndoPlan.of(runs.getFirst(), runs).conflicts())
        .anyMatch(c -> c.endsWith("file /etc/a"));
    UndoPlan last = UndoPlan.of(runs.getLast(), runs);
    assertThat(last.conflicts()).isEmpty();

    value(care.undo(LocalTarget.settings(), runs.getLast(), last.steps()));

    assertThat(root.resolve("etc/a")).hasContent("other");
    List<RunRecord> after = value(care.history(LocalTarget.settings()));
    assertThat(after.getLast().outcome()).hasValue("undone");
    assertThat(UndoPlan.of(after.getFirst(), after).conflicts()).isEmpty();
    assertThat(UndoPlan.of(after.getLast(), after).steps()).isEmpty();
  }

  @Test
  @Timeout(120)
  void theSecondOfTwoAppliesIsToldWhoHasTheHostOrWaits() throws Exception {
    CompletableFuture<Boolean> started = new CompletableFuture<>();
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    Event.Listener pause =
        event -> {
          if (event instanceof Event.ActionStarted && started.complete(true)) {
            goOn.join();
          }
        };
    Connector connector = new Cutter(Cut.AFTER, 0);
    CompletableFuture<HostReport> first =
        CompletableFuture.supplyAsync(
            () ->
                apply(
                    new Fleet(
                        modules(),
                        connector,
                        pause,
                        Waiting.REAL,
                        Operator.NONE,
                        1,
                        options("alice@ci", 0))),
            Thread::startVirtualThread);
    started.join();
    CompletableFuture<Boolean> waiting = new CompletableFuture<>();
    CompletableFuture<HostReport> third =
        CompletableFuture.supplyAsync(
            () ->
                apply(
                    new Fleet(
                        modules(),
                        connector,
                        event -> {
                          if (event instanceof Event.Progress p && p.text().contains("alice@ci")) {
                            waiting.complete(true);
                          }
                        },
                        Waiting.REAL,
                        Operator.NONE,
                        1,
                        options("carol@ci", 300))),
            Thread::startVirtualThread);
    waiting.join();

    HostReport second =
        apply(
            new Fleet(
                modules(),
                connector,
                e -> {},
                Waiting.REAL,
                Operator.NONE,
                1,
                options("bob@desk", 0)));
    Optional<LockHolder> holder = value(care("bob@desk").lock(LocalTarget.settings(), false));
    goOn.complete(true);

    assertThat(second.status()).isEqualTo(Status.FAILED);
    assertThat(second.problems().getFirst().message())
        .contains("locked by alice@ci (pid 7, plan Test)");
    assertThat(holder.orElseThrow().who()).isEqualTo("alice@ci");
    assertThat(first.join().status()).isEqualTo(Status.CHANGED);
    assertThat(third.join().status()).isEqualTo(Status.UNCHANGED);
  }

  @Test
  void aRunWhoseLockIsBrokenTouchesNothingMore() throws Exception {
    HostCare care = care("bob@desk");
    List<String> begun = new ArrayList<>();
    Event.Listener breaks =
        event -> {
          if (event instanceof Event.ActionStarted(String host, Action action)) {
            begun.add(action.describe());
            if (begun.size() == 2) {
              assertThat(value(care.lock(LocalTarget.settings(), true))).isPresent();
            }
          }
        };

    HostReport report =
        apply(
            new Fleet(
                modules(),
                new Cutter(Cut.AFTER, 0),
                breaks,
                Waiting.REAL,
                Operator.NONE,
                1,
                options("alice@ci", 0)));

    assertThat(codes(report)).contains("lock/lost");
    assertThat(begun).hasSize(2);
    assertThat(root.resolve("etc/b")).doesNotExist();
    assertThat(apply(new Cutter(Cut.AFTER, 0), Operator.NONE).status()).isEqualTo(Status.CHANGED);
    converged("after the lock was broken");
  }

  @Test
  void aStopEndsAfterTheRunningActionAndTakesTheChangeBack() throws Exception {
    List<Action> begun = new ArrayList<>();
    Fleet fleet =
        new Fleet(
            modules(),
            new Cutter(Cut.AFTER, 0),
            event -> {
              if (event instanceof Event.ActionStarted started) {
                begun.add(started.action());
              }
            },
            Waiting.REAL,
            stopsWhen(() -> begun.size() == 1),
            1,
            options("alice@ci", 0));

    HostReport report = apply(fleet);

    assertThat(begun).hasSize(1);
    assertThat(codes(report)).containsExactly("run/interrupted");
    assertThat(report.changes().getFirst().undone()).containsExactly("write /etc/a");
    assertThat(root.resolve("etc/a")).hasContent("old");
    assertThat(root.resolve("var/lib/gpurig/unfinished")).doesNotExist();
  }

  @Test
  void whatCannotBeWrittenAheadIsNotBegun() throws Exception {
    Files.createDirectories(root.resolve("var/lib"));
    Files.writeString(root.resolve("var/lib/gpurig"), "in the way");

    HostReport report = apply(new Cutter(Cut.AFTER, 0), Operator.NONE);

    assertThat(codes(report)).containsExactly("journal/unwritable");
    assertThat(root.resolve("etc/a")).hasContent("old");
  }

  @Test
  void theHostKeepsTwentyRuns() throws Exception {
    for (int i = 0; i < 22; i++) {
      Files.writeString(root.resolve("etc/a"), "old " + i);
      assertThat(apply(new Cutter(Cut.AFTER, 0), Operator.NONE).status()).isEqualTo(Status.CHANGED);
    }
    assertThat(value(care("bob@desk").history(LocalTarget.settings()))).hasSize(20);
  }

  private String unfinished() throws Exception {
    Path file = root.resolve("var/lib/gpurig/unfinished");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static List<String> codes(HostReport report) {
    return report.problems().stream().map(Problem::code).toList();
  }

  private static <T> T value(Answer<T> answer) {
    return switch (answer) {
      case Answer.Of<T>(T value) -> value;
      case Answer.Failed<T>(Problem problem) -> throw new AssertionError(problem);
    };
  }

  private HostCare care(String who) {
    return new HostCare(new Cutter(Cut.AFTER, 0), e -> {}, Waiting.REAL, options(who, 0));
  }

  private static ApplyOptions options(String who, int lockTimeout) {
    return new ApplyOptions(
        who, 7, Duration.ofSeconds(lockTimeout), ApplyOptions.HOST_TIMEOUT, Patience.USUAL);
  }

  private Fleet fleet(Connector connector, Operator operator) {
    return new Fleet(
        modules(),
        connector,
        event -> {},
        Waiting.REAL,
        operator,
        1,
        new ApplyOptions("alice@ci", 7, Duration.ZERO, ApplyOptions.HOST_TIMEOUT, Patience.USUAL));
  }

  private static Operator stopsWhen(BooleanSupplier asked) {
    return new Operator() {
      @Override
      public boolean wantsToStop() {
        return asked.getAsBoolean();
      }

      @Override
      public boolean agrees(String question) {
        return false;
      }
    };
  }

  private HostReport apply(Connector connector, Operator operator) {
    return apply(fleet(connector, operator));
  }

  private HostReport apply(Fleet fleet) {
    try {
      return fleet.apply(List.of(target())).getFirst();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Module<?>> modules() {
    return List.of(new Wanted());
  }

  /** Wants two files that a service reads, and a flag that a command sets. */
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
      return List.of(new Read.File("/etc/a"), new Read.File("/etc/b"), new Read.File("/flag"));
    }

    @Override
    public Diff diff(Section desired, Facts facts) {
      List<Change> changes = new ArrayList<>();
      if (!facts.file("/etc/a").map(FileFact::value).equals(Optional.of("new"))) {
        changes.add(
            change(
                "service x",
                List.of(
                    new Action.WriteFile("/etc/a", "new\n", Optional.empty()),
                    new Action.WriteFile("/etc/b", "b\n", Optional.empty()),
                    new Action.RestartService("x.service")),
                List.of(new Effect.FileBecomes("/etc/a", FileFact.text("new\n")))));
      }
      if (facts.file("/flag").isEmpty()) {
        List<String> set = List.of("sh", "-c", ": >\"$GPURIG_ROOT/flag\"");
        List<String> unset = List.of("sh", "-c", "rm -f \"$GPURIG_ROOT/flag\"");
        changes.add(
            change(
                "flag",
                List.of(new Action.RunCommand(set, unset, 30)),
                List.of(new Effect.FileBecomes("/flag", FileFact.text("")))));
      }
      return new Diff(changes, List.of());
    }

    private static Change change(String target, List<Action> actions, List<Effect> effects) {
      return new Change(
          "driver",
          Change.Kind.UPDATE,
          target,
          "it differs",
          List.of(),
          Disruption.NONE,
          List.of(),
          actions,
          effects);
    }
  }

  private static Target.Live target() {
    return LocalTarget.of("name: Test\nhosts: all\ndriver: {deploy: true}\n");
  }

  /** Connections to a host below a folder, which die at the n-th action; 0 for never. */
  private final class Cutter implements Connector {
    private static final String AHEAD = "working\n) || exit $?\n";

    private final Cut cut;
    private final int at;
    private final Path host = root;
    private int actions;
    private boolean dead;

    Cutter(Cut cut, int at) {
      this.cut = cut;
      this.at = at;
    }

    @Override
    public Connection connect(ConnectionSettings settings) throws ConnectionException {
      return new RootedConnection(settings, host) {
        @Override
        public ExecResult exec(String command, byte[] stdin, Duration deadline)
            throws ConnectionException {
          String script = new String(stdin, UTF_8);
          // an action, or the read that proves, which carries the mark of the last change
          if (script.contains(AHEAD) || script.contains(">/dev/null 2>&1 </dev/null\n# Sent")) {
            actions++;
          }
          boolean here = at > 0 && actions == at;
          if (dead || (here && cut == Cut.BEFORE)) {
            throw dies();
          }
          if (here && cut == Cut.AFTER_THE_WRITE_AHEAD && script.contains(AHEAD)) {
            String ahead = script.substring(0, script.indexOf(AHEAD) + AHEAD.length());
            super.exec(command, ahead.getBytes(UTF_8), deadline);
            throw dies();
          }
          ExecResult result = super.exec(command, stdin, deadline);
          if (here) {
            throw dies();
          }
          return result;
        }

        private ConnectionException dies() {
          dead = true;
          return new ConnectionException(Problem.error("connect/lost", "cut"));
        }
      };
    }
  }
}
