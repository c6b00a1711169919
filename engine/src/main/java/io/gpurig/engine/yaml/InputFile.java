package io.gpurig.engine.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a file that a user named, or says in one problem why it cannot. */
public final class InputFile {
  static final int MAX_BYTES = 8 << 20;

  private InputFile() {}

  /**
   * Returns the UTF-8 text of a file.
   *
   * @param shownName how problems name it: the path as the user gave it
   * @param problems gets {@code input/...} if the file cannot be read
   */
  public static Optional<String> read(Path file, String shownName, Problems problems) {
    try {
      return Optional.of(text(file, shownName));
    } catch (Unusable e) {
      problems.add(e.problem);
      return Optional.empty();
    }
  }

  private static String text(Path file, String shownName) throws Unusable {
    if (Files.isDirectory(file)) {
      throw new Unusable(
          Problem.error("input/directory", "`" + shownName + "` is a directory")
              .suggest("name a YAML file"));
    }
    byte[] bytes;
    // a size of 0 may be that of a pipe, so what is read is what counts
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new Unusable(missing(file, shownName));
    } catch (AccessDeniedException e) {
      throw new Unusable(
          Problem.error("input/unreadable", "`" + shownName + "` may not be read by this user")
              .suggest("check the permissions of the file and of the folders above it"));
    } catch (IOException e) {
      throw new Unusable(
          Problem.error(
              "input/unreadable", "`" + shownName + "` cannot be read: " + e.getMessage()));
    }
    if (bytes.length > MAX_BYTES) {
      throw new Unusable(tooBig(shownName));
    }
    return decode(bytes, shownName);
  }

  static Problem tooBig(String shownName) {
    return Problem.error(
            "input/too-big", "`" + shownName + "` is larger than " + (MAX_BYTES >> 20) + " MiB")
        .suggest("split it into several files");
  }

  private static Problem missing(Path file, String shownName) {
    Problem problem = Problem.error("input/not-found", "`" + shownName + "` does not exist");
    Path folder = file.toAbsolutePath().getParent();
    Path fileName = file.getFileName();
    if (folder == null || fileName == null || !Files.isDirectory(folder)) {
      return problem;
    }
    try (Stream<Path> siblings = Files.list(folder)) {
      List<String> names =
          siblings.map(path -> path.toString().substring(folder.toString().length())).toList();
      return Nearest.to("/" + fileName, names)
          .map(near -> problem.suggest("did you mean `" + near.replaceFirst("^/", "") + "`?"))
          .orElse(problem);
    } catch (IOException | UncheckedIOException e) {
      return problem; // the suggestion is all that is lost
    }
  }

  private static String decode(byte[] bytes, String shownName) throws Unusable {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
      String start = text.substring(text.lastIndexOf('\n') + 1);
      int column = start.codePointCount(0, start.length()) + 1;
      throw new Unusable(
          Problem.error(
                  "input/not-utf-8",
                  new Source(shownName, line, column, 1, start),
                  String.format("the byte 0x%02x is not UTF-8 text", bytes[in.position()]))
              .suggest("save the file as UTF-8"));
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Unusable(Problem problem) {
      super(problem.message());
      this.problem = problem;
    }
  }
}
