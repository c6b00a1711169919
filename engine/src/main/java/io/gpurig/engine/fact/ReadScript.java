package io.gpurig.engine.fact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * The one POSIX {@code sh} script that carries every read of a host, Docker's apart. It is run as
 * the input of {@code sh -s}, so that nothing of it shows in a process list.
 */
public final class ReadScript {
  private static final String FUNCTIONS = functions();

  private final List<Read> reads;

  private ReadScript(List<Read> reads) {
    this.reads = reads;
  }

  /** Returns a script that carries these reads, each once. */
  public static ReadScript of(Collection<Read> reads) {
    return new ReadScript(reads.stream().filter(r -> !r.asksDocker()).distinct().toList());
  }

  /** Returns the script's text. */
  public String text() {
    StringBuilder script = new StringBuilder(FUNCTIONS);
    List<String> paths =
        reads.stream()
            .filter(Read.File.class::isInstance)
            .map(r -> ((Read.File) r).path())
            .toList();
    if (!paths.isEmpty()) {
      script.append("stats");
      paths.forEach(path -> script.append(' ').append(Shell.path(path)));
      script.append('\n');
    }
    for (int number = 0; number < reads.size(); number++) {
      script.append(call(number, reads.get(number))).append('\n');
    }
    return script.append("echo %end\n").toString();
  }

  private static String call(int number, Read read) {
    return switch (read) {
      case Read.File(String path) -> "file " + number + " " + Shell.path(path);
      case Read.Folder(String path) -> "folder " + number + " " + Shell.path(path);
      // `command` is built into the shell, where timeout cannot run it; it does not hang either
      case Read.Command command ->
          (command.argv().getFirst().equals("command") ? "answer " : "run ")
              + number
              + " "
              + Shell.command(command.argv());
      case Read.Pci() -> "pci";
      case Read.DeviceUsers(String prefix) -> "users " + number + " " + Shell.quote(prefix);
      case Read.Docker _, Read.Image _, Read.ImagesOf _, Read.Distribution _ ->
          throw new IllegalStateException("Docker is read through its API");
    };
  }

  /**
   * Returns the facts that a run of this script answered.
   *
   * @param host the host's inventory name
   * @param output all that the script wrote to its standard output
   * @throws UnreadableAnswerException if that is not a whole answer to this script
   */
  public Facts parse(String host, byte[] output) throws UnreadableAnswerException {
    return new ReadAnswer(host, reads).parse(output);
  }

  private static String functions() {
    try (InputStream script =
        Objects.requireNonNull(ReadScript.class.getResourceAsStream("read.sh"), "read.sh")) {
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
