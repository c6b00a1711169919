package io.gpurig.engine.connect;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An ssh-agent of the test's own. */
final class Agent implements AutoCloseable {
  final Path socket;
  private final Process process;

  Agent(Path folder) throws Exception {
    socket = folder.resolve("agent");
    process =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("agent.log").toFile())
            .start();
    for (int i = 0; i < 200 && !Files.exists(socket); i++) {
      TimeUnit.MILLISECONDS.sleep(25);
    }
  }

  void add(Path key) throws Exception {
    Tool.run(Map.of("SSH_AUTH_SOCK", socket.toString()), "ssh-add", "-q", key.toString());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
