package io.gpurig.engine.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real sshd on a loopback port, which lets the user of the test in. */
final class OpenSshServer implements AutoCloseable {
  static final String PROGRAM = "/usr/sbin/sshd";

  private final Process process;
  private final int port;

  private OpenSshServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static boolean isInstalled() {
    return Files.isExecutable(Path.of(PROGRAM));
  }

  /** Starts a server whose authorized_keys and log lie in the folder. */
  static OpenSshServer start(Path folder, Path hostKey, String... options)
      throws IOException, InterruptedException {
    Files.createDirectories(Path.of("/run/sshd")); // its privilege separation insists on it
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> lines = new ArrayList<>(List.of(options));
    lines.addAll(
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + hostKey,
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin yes",
            "MaxStartups 100",
            "AuthorizedKeysFile " + folder.resolve("authorized_keys")));
    Path config = Files.write(folder.resolve("sshd_config"), lines);
    Process process =
        new ProcessBuilder(PROGRAM, "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    OpenSshServer server = new OpenSshServer(process, port);
    server.await();
    return server;
  }

  private void await() throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        if (i > 200 || !process.isAlive()) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(25);
      }
    }
  }

  int port() {
    return port;
  }

  /** Ends the server and every session of it. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    process.onExit().join();
  }
}
