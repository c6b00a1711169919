package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.connect.Connection.ExecResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real sudo behind a real sshd, in a mount namespace with users and rules of its own: asker must
 * give the password, lucky need not, wired must have a terminal, nobody1 has no rule.
 */
@EnabledIf("sudoIsInstalled")
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class SudoTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String PASSWORD = "echo leaked; it's \"$HOME\"";
  private static final List<String> USERS = List.of("asker", "lucky", "wired", "nobody1");
  @TempDir static Path folder;
  private static Process server;
  private static int port;

  static boolean sudoIsInstalled() throws Exception {
    return OpenSshServer.isInstalled()
        && Tool.exists("sudo")
        && Tool.exists("openssl")
        && new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
  }

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectories(Path.of("/run/sshd"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Tool.key(folder, "id", "", "-t", "ed25519");
    Tool.key(folder, "host", "", "-t", "ed25519");
    Files.copy(folder.resolve("id.pub"), folder.resolve("authorized_keys"));
    String hash = Tool.run("openssl", "passwd", "-6", PASSWORD).strip();
    StringBuilder passwd = new StringBuilder(Files.readString(Path.of("/etc/passwd")));
    StringBuilder shadow = new StringBuilder(Files.readString(Path.of("/etc/shadow")));
    int id = 54_321;
    for (String user : USERS) {
      passwd.append("%s:x:%d:65534::/:/bin/sh\n".formatted(user, id++));
      shadow.append("%s:%s:19000:0:99999:7:::\n".formatted(user, hash));
    }
    Files.writeString(folder.resolve("passwd"), passwd);
    Files.writeString(folder.resolve("shadow"), shadow);
    Files.writeString(
        folder.resolve("sudoers"),
        """
        Defaults use_pty
        Defaults:wired requiretty
        root ALL=(ALL:ALL) ALL
        asker ALL=(ALL:ALL) ALL
        wired ALL=(ALL:ALL) ALL
        lucky ALL=(ALL:ALL) NOPASSWD: ALL
        """);
    Files.setPosixFilePermissions(
        folder.resolve("sudoers"), PosixFilePermissions.fromString("r--r-----"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.write(
        folder.resolve("sshd_config"),
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + folder.resolve("host"),
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "AuthorizedKeysFile " + folder.resolve("authorized_keys")));
    String script =
        """
        for f in passwd shadow sudoers; do mount --bind "$0/$f" /etc/$f; done
        mkdir -p /run/sudo /var/lib/sudo
        mount -t tmpfs tmpfs /run/sudo
        mount -t tmpfs tmpfs /var/lib/sudo
        exec /usr/sbin/sshd -D -e -f "$0/sshd_config"
        """;
    server =
        new ProcessBuilder("unshare", "-m", "sh", "-ec", script, folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    for (int i = 0; ; i++) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(probe.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        if (i > 200 || !server.isAlive()) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(25);
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly().waitFor();
  }

  private static Connection connect(String user) throws ConnectionException {
    return new SshConnector(SshEnvironment.ofProcess())
        .connect(
            new TestSettings()
                .option("User=" + user)
                .port(port)
                .identities(folder.resolve("id"))
                .ssh());
  }

  private static Become become(String user, String password) {
    return new Become(user, Optional.of(new Password(password)));
  }

  private static ExecResult sh(Connection connection, Become become, String script)
      throws ConnectionException {
    return connection.exec(become.command("sh -s"), become.stdin(script.getBytes(UTF_8)), LONG);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"asker", "lucky"}) // sudo reads the password of the one only
  void runsAScriptAsAnotherUserAndNeverThePassword(String user) throws Exception {
    try (Connection connection = connect(user)) {
      for (String whom : List.of("root", "nobody1")) {
        for (int i = 0; i < 2; i++) { // the second time sudo may remember
          ExecResult result = sh(connection, become(whom, PASSWORD), "id -un\necho stdin\n");
          assertThat(text(result.stderr())).isEmpty();
          assertThat(text(result.stdout())).isEqualTo(whom + "\nstdin\n");
          assertThat(result.exit()).isZero();
        }
      }
      assertThat(sh(connection, become("root", PASSWORD), "exit 7").exit()).isEqualTo(7);
    }
  }

  @Test
  void showsThePasswordInNoArgument() throws Exception {
    Become become = become("root", PASSWORD);
    assertThat(become.command("sh -s")).doesNotContain("leaked");
    assertThat(become.toString()).doesNotContain("leaked");
    try (Connection connection = connect("asker")) {
      String script =
          "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; tr '\\0' ' ' <$p/environ; done"
              + " 2>/dev/null | grep -c 'echo lea[k]ed'; true";
      // this very program has it in its class files, not in its arguments
      assertThat(text(sh(connection, become, script).stdout()).strip()).isEqualTo("0");
    }
  }

  @Test
  void triesAWrongPasswordOnceAndEnds() throws Exception {
    try (Connection connection = connect("asker")) {
      ExecResult result = sh(connection, become("root", "wrong"), "echo ran; id\n");
      assertThat(result.exit()).isEqualTo(1);
      assertThat(text(result.stdout())).isEmpty();
      assertThat(text(result.stderr()))
          .contains("1 incorrect password attempt")
          .doesNotContain("wrong\n");
    }
  }

  @Test
  void saysWhatSudoWants() throws Exception {
    try (Connection connection = connect("wired")) {
      assertThat(text(sh(connection, become("root", PASSWORD), "id").stderr()))
          .contains("must have a tty");
    }
    try (Connection connection = connect("nobody1")) {
      assertThat(text(sh(connection, become("root", PASSWORD), "id").stderr()))
          .contains("not in the sudoers file");
    }
    try (Connection connection = connect("asker")) {
      ExecResult result = sh(connection, new Become("root", Optional.empty()), "id");
      assertThat(text(result.stderr())).contains("password is required");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"asker", "lucky"})
  void carriesAStreamBothWays(String user) throws Exception {
    Become become = become("root", PASSWORD);
    try (Connection connection = connect(user);
        Duplex stream = connection.openCommand(become.command("sh -c 'id -u; exec cat'"))) {
      OutputStream out = stream.output();
      out.write(become.stdin(new byte[0]));
      out.flush();
      assertThat(text(stream.input().readNBytes(2))).isEqualTo("0\n");
      for (int i = 0; i < 3; i++) { // at once, not when the stream ends
        out.write(("ping " + i + "\n").getBytes(UTF_8));
        out.flush();
        assertThat(text(stream.input().readNBytes(7))).isEqualTo("ping " + i + "\n");
      }
      byte[] much = new byte[1_000_000];
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (out) {
                      out.write(much);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      stream.input().transferTo(got);
      writer.join();
      assertThat(got.size()).isEqualTo(much.length);
    }
  }
}
