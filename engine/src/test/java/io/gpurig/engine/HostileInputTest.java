package io.gpurig.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.Duplex;
import io.gpurig.engine.connect.config.SshConfig;
import io.gpurig.engine.connect.config.SshConfigException;
import io.gpurig.engine.docker.DockerEngine;
import io.gpurig.engine.docker.DockerException;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.fact.ReadScript;
import io.gpurig.engine.fact.UnreadableAnswerException;
import io.gpurig.engine.fact.XmlElement;
import io.gpurig.engine.journal.LockHolder;
import io.gpurig.engine.journal.RunRecord;
import io.gpurig.engine.journal.UndoPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What hosts and files say, damaged: an answer or a refusal, soon, and nothing else. */
final class HostileInputTest {
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final List<Read> READS =
      List.of(
          new Read.File("/etc/a"),
          new Read.Folder("/etc/d"),
          Read.Command.of("nvidia-smi"),
          new Read.Pci(),
          new Read.DeviceUsers("/dev/nvidia"));

  private static final String ANSWER =
      "%gpurig 1 base64\n%root\n"
          + encoded("/root")
          + "%stat\n"
          + encoded("644 0:0 /root/etc/a\nstat: cannot statx '/root/x': Permission denied\n")
          + "%file 0\n"
          + encoded("content\n")
          + "%directory 1\n%stat\n"
          + encoded("600 0:0 /root/etc/d/e\n")
          + "%entry 1\n"
          + encoded("re\ncontent")
          + "%command 2\n"
          + encoded("out\nCjA=\n4")
          + "%pci\n"
          + encoded("0000:01:00.0 0x10de 0x2330 0x030200 0 (null)\nx/0000:01:00.0/driver -> ../n\n")
          + "%users 4\n"
          + encoded("process 7 python\ncgroup 0::/docker/" + "a".repeat(64) + "\ndevice /dev/x\n")
          + "%end\n";

  private static final String LOG =
      """
      {"run":"20261121T000000000Z-abcdef","who":"a@b","pid":1,"plan":"p","digest":"d","at":"t"}
      {"step":1,"change":"c","action":"a","touches":["file /x"],"undo":["b"],"docker":[],\
      "spare":null,"script":"UNDO","finish":[],"at":"t"}
      {"changed":1,"at":"t"}
      {"closed":"changed","at":"t"}
      """;

  private static final String INSPECT =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "10\r\n{\"Id\":\"0123abcd\"\r\n2\r\n}\n\r\n0\r\n\r\n"
          + "HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n{\"message\":\"x\"}"
          + "HTTP/1.1 204 No Content\r\n\r\n"
          + "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"
          + "HTTP/1.1 500 Server Error\r\nContent-Length: 2\r\n\r\n{}";

  private static final String CONFIG =
      """
      Host gpu* !gpu9 "a b"
        HostName %h.lab
        Port 2222
        User root
        IdentityFile ~/.ssh/%r_%u
        ProxyJump user@jump:22,[::1]:23
      Match host x exec "true"
        ConnectTimeout 5
      Include conf.d/*
      Host *
        StrictHostKeyChecking accept-new
        ServerAliveInterval 15
      """;

  private static String encoded(String text) {
    return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(text.getBytes(UTF_8)) + "\n";
  }

  /** Something that may refuse. */
  private interface Attempt {
    void run() throws Exception;
  }

  private static void quickly(Attempt attempt) throws Exception {
    long began = System.nanoTime();
    attempt.run();
    if (System.nanoTime() - began > LONGEST.toNanos()) {
      began = System.nanoTime(); // the machine may have been busy
      attempt.run();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    }
  }

  /** Returns bytes with a few of them turned, taken out, doubled or cut off. */
  private static byte[] damaged(String good, Random random) {
    byte[] bytes = good.getBytes(UTF_8);
    for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 1; i--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + 1 + random.nextInt(60));
      byte[] head = Arrays.copyOf(bytes, at);
      byte[] part = Arrays.copyOfRange(bytes, at, to);
      byte[] tail = Arrays.copyOfRange(bytes, to, bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes = joined(head, tail);
        case 1 -> bytes = joined(head, part, part, tail);
        case 2 -> bytes = head;
        case 3 -> bytes = joined(head, Integer.toString(random.nextInt()).getBytes(UTF_8), tail);
        case 4 -> {
          part[0] = (byte) random.nextInt(256);
          bytes = joined(head, part, tail);
        }
        default ->
            bytes =
                joined(
                    head,
                    new byte[] {(byte) "%/\n \0'\"{}[]:*\\".charAt(random.nextInt(14))},
                    part,
                    tail);
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Example
  void theGoodAnswerIsOne() throws Exception {
    Facts facts = ReadScript.of(READS).parse("h", ANSWER.getBytes(UTF_8));
    assertThat(facts.files()).containsKeys("/etc/a", "/etc/d", "/etc/d/e");
    assertThat(facts.pciFunctions()).containsKey("0000:01:00.0");
    assertThat(RunRecord.parse(LOG)).hasSize(1);
  }

  @Property(tries = 4000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void answers(@ForAll long seed) throws Exception {
    byte[] bad = damaged(ANSWER, new Random(seed));
    quickly(
        () -> {
          try {
            Facts facts = ReadScript.of(READS).parse("h", bad);
            // nothing that was not asked for, wherever it claims to be
            assertThat(facts.files().keySet())
                .allMatch(path -> path.matches("/etc/(a|d(/[^/]+)?)"));
          } catch (UnreadableAnswerException e) {
            assertThat(e.reason()).hasSizeLessThan(500);
          }
        });
  }

  @Property(tries = 2000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void journals(@ForAll long seed) throws Exception {
    String bad = new String(damaged(LOG, new Random(seed)), UTF_8);
    quickly(
        () -> {
          List<RunRecord> runs = RunRecord.parse(bad);
          runs.forEach(run -> assertThat(UndoPlan.of(run, runs).steps()).hasSizeLessThan(3));
          runs.forEach(run -> assertThat(run.open()).hasSizeLessThan(3));
          assertThat(LockHolder.parse(bad.lines().toList()).describe()).isNotBlank();
        });
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void configurations(@ForAll long seed) throws Exception {
    Path home = Files.createTempDirectory("home");
    Path file = Files.write(home.resolve("config"), damaged(CONFIG, new Random(seed)));
    // without an ssh program in PATH the files are read here
    SshConfig config = new SshConfig(home, "me", Map.of("PATH", "/nonexistent"));
    try {
      quickly(
          () -> {
            try {
              var values = config.lookup("gpu1", List.of(), Optional.of(file));
              assertThat(config.tokens(values, "gpu1", "gpu1")).isNotEmpty();
            } catch (SshConfigException e) {
              assertThat(e.getMessage()).isNotBlank();
            }
          });
    } finally {
      Files.delete(file);
      Files.delete(home);
    }
  }

  @Example
  void anIncludeThatNamesNoFile() throws Exception {
    Path home = Files.createTempDirectory("home");
    Path file = Files.writeString(home.resolve("config"), "Include a\0b/*\n");
    try {
      SshConfig config = new SshConfig(home, "me", Map.of("PATH", "/nonexistent"));
      assertThatThrownBy(() -> config.lookup("gpu1", List.of(), Optional.of(file)))
          .isInstanceOf(SshConfigException.class);
    } finally {
      Files.delete(file);
      Files.delete(home);
    }
  }

  @Property(tries = 1500, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void docker(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] bad = damaged(INSPECT, random);
    int what = random.nextInt(6);
    quickly(
        () -> {
          try (DockerEngine engine =
              DockerEngine.over(new Canned(bad), Optional.empty(), Duration.ofMillis(500))) {
            for (int i = 0; i < 3; i++) {
              ask(engine, what);
            }
          } catch (DockerException e) {
            assertThat(e.problem().message())
                .doesNotContain("Exception")
                .hasSizeLessThan(10_100)
                .isNotBlank();
          }
        });
  }

  private static void ask(DockerEngine engine, int what) throws DockerException {
    switch (what) {
      case 0 -> assertThat(engine.info().isObject()).isTrue();
      case 1 -> assertThat(engine.containers()).allMatch(c -> c.isObject());
      case 2 -> assertThat(engine.container("x")).isNotNull();
      case 3 -> engine.start("x");
      case 4 -> engine.remove("x");
      default -> engine.pull("x:y", text -> assertThat(text).hasSizeLessThan(500));
    }
  }

  /** A host whose Docker socket says the same whatever it is asked. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Canned(byte[] answer) implements Connection {
    @Override
    public ExecResult exec(String command, byte[] stdin, Duration deadline) {
      return new ExecResult(1, new byte[0], new byte[0]);
    }

    @Override
    public Duplex openSocket(String path) {
      InputStream in = new ByteArrayInputStream(answer);
      return new Duplex() {
        @Override
        public InputStream input() {
          return in;
        }

        @Override
        public OutputStream output() {
          return OutputStream.nullOutputStream();
        }

        @Override
        public boolean isOpen() {
          return true;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Duplex openCommand(String command) {
      return openSocket(command);
    }

    @Override
    public String user() {
      return "root";
    }

    @Override
    public Traffic traffic() {
      return new Traffic(1, 0, 0);
    }

    @Override
    public void close() {}
  }

  /** Of 16 Mi characters each: what is small to send and large to keep, or quick to say. */
  @Example
  void largeAnswers() throws Exception {
    String start = "%gpurig 1 base64\n";
    for (String large :
        List.of(
            "\n".repeat(16 << 20),
            start + "\n".repeat(16 << 20),
            start + "%root\n".repeat(2 << 20),
            start + "%stat\n" + encoded("stat: " + "/a".repeat(3 << 20) + "\n"),
            start + "%pci\n" + encoded("/a/driver -> ".repeat(400_000) + "/\n"),
            start + "%users 4\n" + encoded("cgroup " + "a".repeat(6 << 20) + "\n"))) {
      byte[] bytes = large.getBytes(UTF_8);
      quickly(
          () ->
              assertThatThrownBy(() -> ReadScript.of(READS).parse("h", bytes))
                  .isInstanceOf(UnreadableAnswerException.class)
                  .message()
                  .hasSizeLessThan(1000));
    }
  }

  @Example
  void bombsOfXml() throws Exception {
    StringBuilder entities = new StringBuilder("<!DOCTYPE a [<!ENTITY e0 \"xxxxxxxxxx\">");
    for (int i = 1; i < 12; i++) {
      entities.append("<!ENTITY e%d \"%s\">".formatted(i, ("&e" + (i - 1) + ";").repeat(10)));
    }
    for (String bomb :
        List.of(
            entities + "]><a>&e11;</a>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
            "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a>&x;</a>",
            "<a>" + "<b/>".repeat(400_000) + "</a>",
            "<a>".repeat(1_000_000),
            "<a " + "x=\"\" ".repeat(100_000) + ">")) {
      quickly(
          () ->
              assertThatThrownBy(() -> XmlElement.parse(bomb))
                  .isInstanceOf(UnreadableAnswerException.class));
    }
  }

  @Example
  void whatHasBeenReadIsNotOpened() throws IOException {
    assertThatThrownBy(
            () -> XmlElement.parse("<!DOCTYPE a [<!ENTITY x SYSTEM \"/etc/hostname\">]><a>&x;</a>"))
        .hasMessageNotContaining(Files.readString(Path.of("/etc/hostname")).strip());
  }
}
