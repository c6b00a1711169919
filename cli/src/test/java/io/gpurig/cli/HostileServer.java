package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** An SSH server that lets anybody in and answers what it likes. */
final class HostileServer implements AutoCloseable {
  /** A lock that is given at once. */
  private static final String LOCKED = "locked 2147483647 20261121T150557042Z\n";

  private static final Pattern TOKEN = Pattern.compile("gpurig-lock\\W+([0-9a-f]{16})");

  private final SshServer ssh = SshServer.setUpDefaultServer();
  private final Manner manner;
  private final Path root;

  /** What a host may do to whoever asks it something. */
  enum Manner {
    /** Output that has no end. */
    ENDLESS_OUTPUT,
    /** Lines without end, and nothing in them: small to send, large to keep. */
    ENDLESS_LINE_ENDS,
    ENDLESS_ERRORS,
    /** A line that sends the usual kind of pattern back and forth for hours. */
    SLOW_PATTERN,
    /** Commands to the terminal, to a browser and to a spreadsheet. */
    ESCAPES,
    /** Whoever has the lock has a name without end. */
    ENDLESS_LOCK,
    /** A number that is none. */
    LOCK_WITHOUT_A_NUMBER,
    /** JSON without end in answer to every request. */
    ENDLESS_DOCKER,
    /** Small pieces without end, each of which costs memory. */
    ENDLESS_DOCKER_ARRAY,
    /** Heads without end before the answer. */
    ENDLESS_DOCKER_HEADS,
    /** A journal that asks for what nobody wrote into it. */
    JOURNAL,
    SILENT,
    SILENT_LOCK,
    /** Never silent, and never at the end. */
    SLOW_DOCKER
  }

  HostileServer(Manner manner, Path root) throws IOException, GeneralSecurityException {
    this.manner = manner;
    this.root = root;
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    ssh.setHost("127.0.0.1");
    ssh.setPort(0);
    ssh.setKeyPairProvider(KeyPairProvider.wrap(keys.generateKeyPair()));
    ssh.setPublickeyAuthenticator((user, key, session) -> true);
    ssh.setCommandFactory((channel, command) -> new Answer(command));
    ssh.start();
  }

  int port() {
    return ssh.getPort();
  }

  @Override
  public void close() throws IOException {
    ssh.stop(true);
  }

  private void answer(String command, InputStream in, OutputStream out, OutputStream err)
      throws IOException, InterruptedException {
    if (command.contains("gpurig-lock")) {
      lock(command, in, out);
    } else if (command.contains("dial-stdio")) {
      docker(in, out);
    } else {
      shell(in, out, err);
    }
  }

  private void shell(InputStream in, OutputStream out, OutputStream err)
      throws IOException, InterruptedException {
    switch (manner) {
      case ENDLESS_OUTPUT -> forever(out, "x".repeat(1000));
      case ENDLESS_ERRORS -> forever(err, "x".repeat(1000));
      case ENDLESS_LINE_ENDS -> {
        say(out, "%gpurig 1 base64\n");
        forever(out, "\n".repeat(1000));
      }
      case SLOW_PATTERN -> {
        String stat = "stat: " + "/a".repeat(2_000_000) + "\n";
        String link = "/a/driver -> ".repeat(300_000) + "/\n";
        say(out, "%gpurig 1 base64\n%stat\n" + encoded(stat) + "%pci\n" + encoded(link) + "%end\n");
      }
      case ESCAPES -> {
        String text = "\u001b]0;owned\u0007\u001b[2J\u202e<script>alert(1)</script>,=1+1|`@all`";
        say(out, text + "\n");
        say(err, text + "\n");
      }
      case SILENT -> Thread.sleep(600_000);
      default -> real(in, out);
    }
  }

  private void lock(String command, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    switch (manner) {
      case ENDLESS_LOCK -> {
        say(out, "busy\nwho ");
        forever(out, "x".repeat(1000));
      }
      case LOCK_WITHOUT_A_NUMBER -> say(out, "locked 99999999999999999999999 now\n");
      case SILENT_LOCK -> Thread.sleep(600_000);
      default -> {
        // so that scripts find the lock held
        Matcher token = TOKEN.matcher(command);
        Path file = Files.createDirectories(root.resolve("run")).resolve("gpurig.lock");
        Files.writeString(file, "token " + (token.find() ? token.group(1) : "") + "\n");
        say(out, LOCKED);
        in.readAllBytes();
      }
    }
  }

  private void docker(InputStream in, OutputStream out) throws IOException, InterruptedException {
    String head = "HTTP/1.1 200 OK\r\n\r\n";
    switch (manner) {
      case ENDLESS_DOCKER -> {
        say(out, head + "{\"a\":\"");
        forever(out, "x".repeat(1000));
      }
      case ENDLESS_DOCKER_ARRAY -> {
        say(out, head + "[");
        forever(out, "{},".repeat(1000));
      }
      case ENDLESS_DOCKER_HEADS -> forever(out, "HTTP/1.1 100 Continue\r\n\r\n".repeat(50));
      case SLOW_DOCKER -> {
        say(out, head);
        while (true) {
          say(out, " ");
          Thread.sleep(100);
        }
      }
      // an array where an object should be; each read of the request is a whole one
      case JOURNAL -> {
        byte[] request = new byte[64 * 1024];
        while (in.read(request) > 0) {
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
        }
      }
      default -> in.readAllBytes();
    }
  }

  /** What an honest host answers, below a folder of its own. */
  private void real(InputStream in, OutputStream out) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-s");
    builder.environment().put("GPURIG_ROOT", root.toString());
    Process process = builder.redirectErrorStream(true).start();
    try (OutputStream stdin = process.getOutputStream()) {
      in.transferTo(stdin);
    }
    process.getInputStream().transferTo(out);
    out.flush();
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)) + "\n";
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static void forever(OutputStream out, String text) throws IOException {
    while (true) {
      say(out, text);
    }
  }

  /** One command. */
  private final class Answer implements Command {
    private final String command;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private ExitCallback exit = (status, message, immediately) -> {};

    Answer(String command) {
      this.command = command;
    }

    @Override
    public void setInputStream(InputStream stream) {
      in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
      out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
      err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
      exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  answer(command, in, out, err);
                } catch (IOException | InterruptedException gone) {
                  // the client is
                }
                exit.onExit(0);
              });
    }

    @Override
    public void destroy(ChannelSession channel) {}
  }

  /** Returns all manners but those that need patience. */
  static List<Manner> loud() {
    return List.of(
        Manner.ENDLESS_OUTPUT,
        Manner.ENDLESS_LINE_ENDS,
        Manner.ENDLESS_ERRORS,
        Manner.SLOW_PATTERN,
        Manner.ESCAPES,
        Manner.ENDLESS_LOCK,
        Manner.LOCK_WITHOUT_A_NUMBER,
        Manner.ENDLESS_DOCKER,
        Manner.ENDLESS_DOCKER_ARRAY,
        Manner.ENDLESS_DOCKER_HEADS,
        Manner.JOURNAL);
  }
}
