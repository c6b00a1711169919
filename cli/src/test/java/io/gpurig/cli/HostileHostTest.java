package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import io.gpurig.cli.HostileServer.Manner;
import io.gpurig.engine.run.Patience;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts that want to harm whoever connects to them. They can make their own row of the report fail,
 * and nothing else: not the memory of the controller, not its time, not its terminal, and not the
 * honest host beside them.
 */
final class HostileHostTest {
  private static final String PLAN =
      "name: Test\nhosts: all\nruntime: {path: /usr/bin/nvidia-container-runtime}\n";

  private static final String INSECURE =
      "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null";

  @TempDir private Path folder = Path.of("");
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void writePlan() throws IOException {
    Files.writeString(folder.resolve("plan.yaml"), PLAN);
  }

  private Lab start(List<Manner> manners) throws Exception {
    Lab lab = Lab.start(folder.resolve("lab"), 1);
    open.add(lab);
    ports.put("honest", lab.hosts().getFirst().port());
    for (Manner manner : manners) {
      String name = manner.name().toLowerCase(java.util.Locale.ROOT);
      Path root = Files.createDirectories(folder.resolve("root-" + name));
      if (manner == Manner.JOURNAL) {
        writeJournal(root);
      }
      HostileServer server = new HostileServer(manner, root);
      open.add(server);
      ports.put(name, server.port());
    }
    return lab;
  }

  /** The undo of steps that no run of ours has made, with times that have no end. */
  private static void writeJournal(Path root) throws IOException {
    Path journal = Files.createDirectories(root.resolve("var/lib/gpurig"));
    Path run = Files.createDirectories(journal.resolve("runs/20261121T000000000Z-aaaaaa"));
    Files.writeString(
        journal.resolve("unfinished"),
        "run 20261121T000000000Z-aaaaaa\nwho x\nplan y\nfrom 1\nchange z\n");
    Files.writeString(
        run.resolve("log"),
        """
        {"run":"20261121T000000000Z-aaaaaa","who":"x","plan":"y","at":"now"}
        {"step":1,"change":"z","action":"a","touches":[],"undo":["b"],"docker":[\
        {"action":"write-file","path":"/etc/passwd","content":"x","mode":null,"owner":null,\
        "validate":[]},{"action":"stop-container","name":"c","timeoutSeconds":2147483647}],\
        "spare":null,"script":"UNDO","finish":[]}
        """);
  }

  private void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  /** The honest host has all the time that it needs beside the others, on a slow machine too. */
  private Path inventory(Lab lab) throws IOException {
    StringBuilder hosts = new StringBuilder();
    ports.forEach(
        (name, port) ->
            hosts.append(
                "    %s: {ansible_port: %d%s}\n"
                    .formatted(
                        name,
                        port,
                        name.equals("honest") ? ", ansible_ssh_common_args: " + INSECURE : "")));
    return Files.writeString(
        folder.resolve("inventory.yaml"),
        """
        all:
          vars:
            ansible_host: 127.0.0.1
            ansible_user: root
            ansible_ssh_private_key_file: %s
            ansible_ssh_common_args: %s -o ConnectTimeout=3 -o ServerAliveInterval=2
          hosts:
        %s\
        """
            .formatted(lab.userKey(), INSECURE, hosts));
  }

  @Test
  void noneCanEatTheMemoryOfTheController() throws Exception {
    try {
      Lab lab = start(HostileServer.loud());
      List<String> words =
          List.of(
              Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Xmx256m",
              "-cp",
              System.getProperty("java.class.path", ""),
              Main.class.getName(),
              "apply",
              folder.resolve("plan.yaml").toString(),
              "-i",
              inventory(lab).toString());
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
      Process process =
          builder
              .redirectError(folder.resolve("err").toFile())
              .redirectOutput(folder.resolve("out").toFile())
              .start();
      try {
        assertThat(process.waitFor(150, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      String out = Files.readString(folder.resolve("out"), UTF_8);
      String err = Files.readString(folder.resolve("err"), UTF_8);

      assertThat(err).doesNotContain("Exception", "Error:", "\tat ");
      isHarmless(new Result(process.exitValue(), out, err));
      assertThat(Files.size(folder.resolve("out"))).isLessThan(200_000);
      assertThat(out)
          .contains(
              "connect/too-large",
              "Docker answers with more than gpurig takes",
              "lock/unavailable",
              "read/unreadable",
              "the journal of journal asks for what is no undo");
    } finally {
      close();
    }
  }

  @Test
  void noneCanKeepTheControllerWaiting() throws Exception {
    try (Raw silent = new Raw(new byte[0]);
        Raw line = new Raw("x".repeat(1000).getBytes(UTF_8));
        Raw noise = new Raw(noise());
        Raw farewell = new Raw(farewell())) {
      Lab lab = start(List.of(Manner.SILENT, Manner.SILENT_LOCK, Manner.SLOW_DOCKER));
      ports.put("says_nothing", silent.port());
      ports.put("says_one_line", line.port());
      ports.put("says_noise", noise.port());
      ports.put("says_farewell", farewell.port());
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      Console console =
          new Console(
              new PrintWriter(out),
              new PrintWriter(err),
              false,
              Map.of("XDG_STATE_HOME", folder.resolve("state").toString()),
              Path.of("/nonexistent"),
              Terminal.NONE,
              new Patience(20));
      long began = System.nanoTime();
      int exit =
          Gpurig.run(
              console,
              "apply",
              folder.resolve("plan.yaml").toString(),
              "-i",
              inventory(lab).toString());

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
      isHarmless(new Result(exit, out.toString(), err.toString()));
    } finally {
      close();
    }
  }

  private void isHarmless(Result result) {
    assertThat(result.exit()).as(result.all()).isEqualTo(1);
    assertThat(result.out())
        .as(result.all())
        .containsPattern("honest: .*changed")
        .endsWith(
            "%d hosts: 1 changed and proven, %d failed\n"
                .formatted(ports.size(), ports.size() - 1));
    assertThat(result.all()).doesNotContain("bug in gpurig", "\u001b", "\u0007", "\u202e");
  }

  /** Bytes that claim to be the packets of an SSH server. */
  private static byte[] noise() {
    byte[] noise = new byte[200_000];
    new Random(1).nextBytes(noise);
    byte[] name = "SSH-2.0-OpenSSH_9.2\r\n".getBytes(UTF_8);
    System.arraycopy(name, 0, noise, 0, name.length);
    return noise;
  }

  /** SSH_MSG_DISCONNECT (RFC 4253, 11.1), whose words are meant to be shown. */
  private static byte[] farewell() {
    byte[] text = "\u001b]0;owned\u0007 bye".getBytes(UTF_8);
    int length = 1 + 1 + 4 + 4 + text.length + 4 + 8;
    byte[] name = "SSH-2.0-x\r\n".getBytes(UTF_8);
    return ByteBuffer.allocate(name.length + 4 + length)
        .put(name)
        .putInt(length)
        .put((byte) 8)
        .put((byte) 1)
        .putInt(2)
        .putInt(text.length)
        .put(text)
        .putInt(0)
        .put(new byte[8])
        .array();
  }

  /** A TCP server that says one thing again and again. */
  private static final class Raw implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    private final byte[] text;

    Raw(byte[] text) throws IOException {
      this.text = text;
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = server.accept();
          Thread.ofVirtual().start(() -> talk(socket));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private void talk(Socket socket) {
      try (socket) {
        OutputStream out = socket.getOutputStream();
        while (text.length > 0) {
          out.write(text);
        }
        socket.getInputStream().readAllBytes();
      } catch (IOException gone) {
        // the client is
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
