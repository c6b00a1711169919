package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a report goes, and in which form.
 *
 * @param format the form
 * @param file the file; without one the report goes to standard output
 */
record Output(Format format, Optional<Path> file) {

  /** Reads {@code FORMAT[=FILE]}. */
  static final class Converter implements ITypeConverter<Output> {
    Converter() {}

    @Override
    public Output convert(String value) {
      int sign = value.indexOf('=');
      String word = sign < 0 ? value : value.substring(0, sign);
      String file = sign < 0 ? "" : value.substring(sign + 1);
      if (!Format.words().contains(word.toLowerCase(Locale.ROOT))) {
        throw new TypeConversionException(unknown(word));
      }
      if (sign >= 0 && file.isEmpty()) {
        throw new TypeConversionException("%s= names no file".formatted(word));
      }
      Format format = Format.valueOf(word.toUpperCase(Locale.ROOT));
      return new Output(format, Optional.of(file).filter(f -> !f.isEmpty()).map(Path::of));
    }

    private static String unknown(String word) {
      String near =
          Nearest.to(word, Format.words()).map(n -> "; did you mean " + n + "?").orElse("");
      return "no format is named `%s`%s (there are %s)"
          .formatted(word, near, String.join(", ", Format.words()));
    }
  }

  /** Returns why the file cannot be written; asked before anything is done to a host. */
  Optional<Problem> problem() {
    return file.flatMap(path -> problem(path, format.word()));
  }

  /** Returns why a file named after {@code --format WORD=} cannot be written. */
  static Optional<Problem> problem(Path path, String word) {
    Path folder = folder(path);
    if (Files.isDirectory(path)) {
      return Optional.of(Problem.error("output/is-a-folder", path + " is a folder"));
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      return Optional.of(
          Problem.error("output/no-such-folder", "cannot write to the folder " + folder)
              .suggest("make it, or name another file after --format " + word + "="));
    }
    return Optional.empty();
  }

  /** Replaces the file at once: a reader sees the old one or the new one, never a half. */
  static void replace(Path file, String content) throws IOException {
    Path draft = Files.createTempFile(folder(file), ".gpurig", ".part");
    try {
      Files.writeString(draft, content, UTF_8);
      // a temporary file is its owner's alone; what CI picks up is often read by another
      draft.toFile().setReadable(true, false);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static Path folder(Path file) {
    return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
  }
}
