package io.gpurig.engine.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One command on this machine, from start to end. */
final class LocalExec {
  private final String command;
  private final byte[] stdin;
  private final Outputs outputs;
  private @Nullable Process process;
  private boolean ended;

  LocalExec(String command, byte[] stdin, Consumer<String> lines) {
    this.command = command;
    this.stdin = stdin;
    this.outputs = new Outputs(lines, this::end);
  }

  static ProcessBuilder shell(String command) {
    return new ProcessBuilder("/bin/sh", "-c", command);
  }

  Connection.ExecResult run() throws IOException, InterruptedException {
    Process started = start();
    Thread.ofPlatform().daemon().name("local-stdin").start(() -> feed(started));
    FutureTask<byte[]> errors =
        start("local-stderr", () -> outputs.drain(started.getErrorStream()));
    FutureTask<byte[]> output =
        start("local-stdout", () -> outputs.drain(started.getInputStream()));
    try {
      byte[] stdout = output.get();
      byte[] stderr = errors.get();
      return new Connection.ExecResult(started.waitFor(), stdout, stderr); // 128 + n for signal n
    } catch (ExecutionException e) {
      end();
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private synchronized Process start() throws IOException {
    if (ended) {
      throw new IOException("cut");
    }
    process = shell(command).start();
    return process;
  }

  /** Kills the command and all that it started. */
  synchronized void end() {
    ended = true;
    if (process != null) {
      kill(process);
    }
  }

  static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Reading a pipe holds on to its thread, so these are no virtual ones. */
  private static <T> FutureTask<T> start(String name, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.ofPlatform().daemon().name(name).start(task);
    return task;
  }

  private void feed(Process started) {
    try (OutputStream out = started.getOutputStream()) {
      out.write(stdin);
    } catch (IOException notRead) {
      // a command need not read what it is given
    }
  }
}
