package io.gpurig.engine.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.fact.Shell;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lock's script under each shell that it must run under, with and without flock. */
final class LockScriptTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path root = Path.of("");

  /** A shell, and whether its machine has flock. */
  record Host(String shell, boolean flock) {}

  static Stream<Host> hosts() {
    return Stream.of("/bin/dash", "/bin/bash", "/bin/busybox")
        .filter(shell -> Files.isExecutable(Path.of(shell)))
        .flatMap(shell -> Stream.of(new Host(shell, true), new Host(shell, false)));
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void oneHasItTheOtherIsToldWhoAndTheEndOfTheInputFreesIt(Host host) throws Exception {
    Process first = hold(host, "one", LONG);
    BufferedReader said = first.inputReader(UTF_8);
    assertThat(said.readLine()).startsWith("locked 2147483647 ");

    Process second = hold(host, "two", LONG);
    assertThat(new String(second.getInputStream().readAllBytes(), UTF_8))
        .startsWith("busy\ntoken one\nwho alice@ci\npid 42\nplan GPU nodes\nsince 20")
        .endsWith("\n.\n");
    assertThat(second.waitFor()).isEqualTo(1);

    first.getOutputStream().close();
    assertThat(said.readLine()).isNull();
    Process third = hold(host, "three", LONG);
    assertThat(third.inputReader(UTF_8).readLine()).matches("locked [0-9]{1,2} .*");
    end(third);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void oneWhoIsKilledOrSilentHasItNoMore(Host host) throws Exception {
    Process killed = hold(host, "killed", LONG);
    assertThat(killed.inputReader(UTF_8).readLine()).startsWith("locked ");
    killed.destroyForcibly().waitFor();

    // the network is cut: the input is open, and nothing comes
    Process silent = hold(host, "silent", Duration.ofSeconds(1));
    BufferedReader said = silent.inputReader(UTF_8);
    assertThat(said.readLine()).startsWith("locked 0 ");
    assertThat(said.readLine()).isNull();

    Process next = hold(host, "next", LONG);
    assertThat(next.inputReader(UTF_8).readLine()).startsWith("locked ");
    end(next);
  }

  /** Its connection is gone, and the host has not heard of it. */
  @ParameterizedTest
  @MethodSource("hosts")
  void oneThatLostItsConnectionIsNoHindranceToItsOwner(Host host) throws Exception {
    Process lost = hold(host, "lost", LONG);
    assertThat(lost.inputReader(UTF_8).readLine()).startsWith("locked ");

    Process stranger = hold(host, "stranger", LONG);
    assertThat(stranger.inputReader(UTF_8).readLine()).isEqualTo("busy");
    stranger.destroyForcibly().waitFor();
    Process again = start(host, command(host, "again", Duration.ZERO, LONG, LONG, "lost"));

    assertThat(again.inputReader(UTF_8).readLine()).startsWith("locked 0 ");
    assertThat(lost.waitFor(1, TimeUnit.MINUTES)).isTrue();
    end(again);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void itIsShownAndBroken(Host host) throws Exception {
    assertThat(look(host, false)).isEqualTo("free\n");
    Process holder = hold(host, "one", LONG);
    assertThat(holder.inputReader(UTF_8).readLine()).startsWith("locked ");

    assertThat(look(host, false)).startsWith("busy\ntoken one\n").endsWith("\n.\n");
    assertThat(look(host, true)).endsWith(".\nbroken\n");
    assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(look(host, false)).isEqualTo("free\n");
  }

  /** What is heard last of the one who makes a change. */
  enum Last {
    /** He was killed. */
    NOTHING,
    /** The network is cut. */
    SILENCE,
    /** He ended in order, though not the change. */
    END
  }

  static Stream<Arguments> lasts() {
    return hosts().flatMap(host -> Stream.of(Last.values()).map(last -> Arguments.of(host, last)));
  }

  @ParameterizedTest
  @MethodSource("lasts")
  void aGuardedChangeIsTakenBackWhenNobodyIsHeardOfAnyMore(Host host, Last last) throws Exception {
    Path journal = unfinished("guarded yes\n");

    silenced(host, last);

    boolean back = last != Last.END;
    assertThat(Files.exists(root.resolve("back3"))).isEqualTo(back);
    assertThat(root.resolve("back2")).doesNotExist();
    assertThat(Files.exists(journal.resolve("unfinished"))).isEqualTo(!back);
    String log = Files.readString(journal.resolve("runs/r1/log"));
    RunRecord run = RunRecord.parse(log).getFirst();
    assertThat(run.undone()).as(log).isEqualTo(back ? Set.of(3) : Set.of());
    assertThat(run.outcome()).isEqualTo(back ? Optional.of("taken-back") : Optional.empty());
    assertThat(Files.readString(root.resolve("run/gpurig.lock"))).startsWith("free ");
    assertThat(look(host, false)).isEqualTo("free\n");
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void anyOtherChangeIsLeftToTheNextRun(Host host) throws Exception {
    Path journal = unfinished("");

    silenced(host, Last.NOTHING);

    assertThat(root.resolve("back3")).doesNotExist();
    assertThat(journal.resolve("unfinished")).exists();
  }

  @Test
  void whoeverComesInTimeMendsItHimself() throws Exception {
    Path journal = unfinished("guarded yes\n");
    Host host = new Host("/bin/dash", true);
    Process first = hold(host, "one", LONG, Duration.ofSeconds(5));
    assertThat(first.inputReader(UTF_8).readLine()).startsWith("locked ");
    Process second = hold(host, "two", Duration.ofMinutes(1), LONG, Duration.ZERO);
    BufferedReader said = second.inputReader(UTF_8);
    assertThat(said.readLine()).isEqualTo("busy");

    first.getOutputStream().close();
    assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(said.lines().dropWhile(line -> !line.equals(".")).skip(1).findFirst().orElse(""))
        .startsWith("locked ");
    assertThat(root.resolve("back3")).doesNotExist();
    assertThat(journal.resolve("unfinished")).exists();
    second.getOutputStream().write("end\n".getBytes(UTF_8));
    end(second);
  }

  @Test
  void whatTheHostCannotTakeBackStaysUnfinished() throws Exception {
    Path journal = unfinished("guarded yes\n");
    Files.writeString(journal.resolve("runs/r1/3.undo"), "echo no docker >&2; exit 1\n");

    silenced(new Host("/bin/dash", true), Last.NOTHING);

    assertThat(journal.resolve("unfinished")).exists();
    assertThat(journal.resolve("runs/r1/guard"))
        .content()
        .contains("no docker", "step 3 could not");
  }

  private void silenced(Host host, Last last) throws Exception {
    Duration silence = last == Last.SILENCE ? Duration.ofSeconds(1) : LONG;
    Process holder = hold(host, "one", silence, Duration.ZERO);
    assertThat(holder.inputReader(UTF_8).readLine()).startsWith("locked ");
    if (last == Last.END) {
      holder.getOutputStream().write("end\n".getBytes(UTF_8));
    }
    if (last != Last.SILENCE) {
      holder.getOutputStream().close();
    }
    assertThat(holder.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  /** Makes a journal with the real script, of a run whose change from step 3 on is open. */
  private Path unfinished(String more) throws IOException {
    Path journal = root.resolve("var/lib/gpurig");
    Path run = Files.createDirectories(journal.resolve("runs/r1"));
    Files.writeString(run.resolve("undo"), Resource.text("undo.sh"));
    Files.writeString(run.resolve("log"), "{\"run\":\"r1\"}\n");
    for (int step = 2; step <= 3; step++) {
      Files.writeString(run.resolve(step + ".undo"), ": >" + root.resolve("back" + step) + "\n");
    }
    Files.writeString(journal.resolve("unfinished"), "run r1\nfrom 3\nchange service x\n" + more);
    return journal;
  }

  private Process hold(Host host, String token, Duration silence) throws IOException {
    return hold(host, token, silence, LONG);
  }

  private Process hold(Host host, String token, Duration silence, Duration grace)
      throws IOException {
    return hold(host, token, Duration.ZERO, silence, grace);
  }

  private Process hold(Host host, String token, Duration patience, Duration silence, Duration grace)
      throws IOException {
    return start(host, command(host, token, patience, silence, grace, ""));
  }

  private static List<String> command(
      Host host, String token, Duration patience, Duration silence, Duration grace, String lost) {
    Owner owner = new Owner("alice@ci", 42, "GPU nodes");
    String command = LockScript.hold(token, owner, patience, silence, grace, lost);
    // `exec`, so that the process that is started here is the one that holds the lock
    String shell = host.shell().equals("/bin/busybox") ? "/bin/busybox ash" : host.shell();
    return List.of("/bin/sh", "-c", command.replaceFirst("^sh ", "exec " + shell + " "));
  }

  private String look(Host host, boolean force) throws IOException {
    Process process = start(host, List.of("/bin/sh", "-c", LockScript.look(force)));
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  private Process start(Host host, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GPURIG_ROOT", root.toString());
    if (!host.flock()) {
      builder.environment().put("PATH", withoutFlock().toString());
    }
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private Path withoutFlock() throws IOException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    for (String tool :
        "sh mkdir rm mv cat cut sed date sleep head timeout id true tr kill grep ls sort dirname sync"
            .split(" ")) {
      Path there = Path.of("/bin", tool);
      if (Files.exists(there) && !Files.exists(bin.resolve(tool))) {
        Path script =
            Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + there + " \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
      }
    }
    return bin;
  }

  private static void end(Process process) throws Exception {
    process.getOutputStream().close();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void wordsOfAnOwnerStayWords() {
    Owner owner = new Owner("a\nholder 1", 1, "it's $HOME\u0007");
    assertThat(owner.who()).isEqualTo("a holder 1");
    assertThat(LockScript.hold("t", owner, Duration.ZERO, LONG, LONG, ""))
        .contains(Shell.quote("it's $HOME"));
  }
}
