package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.ReportJson;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the report of the last apply of a plan is kept, for {@code --limit @failed}: below {@code
 * $XDG_STATE_HOME/gpurig/reports}, a file for each plan and inventory. It is the JSON report, which
 * has no secrets in it, and its owner's alone.
 *
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG base
 *     directories</a>
 */
final class LastReport {
  private static final int LETTERS = 16;

  /** How many are kept: who applies from a new folder each time leaves one each time. */
  static final int MOST = 200;

  private LastReport() {}

  /** Returns the file for a plan as it is applied to an inventory. */
  static Path file(Console console, Path plan, Optional<Path> inventory) {
    Path state =
        Optional.ofNullable(console.environment().get("XDG_STATE_HOME"))
            .map(Path::of)
            .filter(Path::isAbsolute) // the specification: a relative path is to be ignored
            .orElse(console.home().resolve(".local/state"));
    String key = absolute(plan) + "\n" + inventory.map(LastReport::absolute).orElse("");
    String name = digest(key) + "-" + plan.getFileName() + ".json";
    return state.resolve("gpurig/reports").resolve(name);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, LETTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** Keeps a report in place of the one before; returns a warning if that cannot be done. */
  static Optional<Problem> keep(Path file, Report report) {
    try {
      Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
      Files.createDirectories(folder, mode("rwx------"));
      Path draft = Files.createTempFile(folder, ".report", ".part", mode("rw-------"));
      try {
        Files.writeString(draft, ReportJson.render(report));
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft);
      }
      removeOldest(folder);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          Problem.warning(
                  "limit/not-kept",
                  "the report could not be kept, so --limit @failed will not know of this run: "
                      + e)
              .suggest("set XDG_STATE_HOME to a folder that can be written to"));
    }
  }

  private static void removeOldest(Path folder) {
    List<Path> reports = new ArrayList<>();
    Map<Path, FileTime> changed = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path report : files) {
        reports.add(report);
        changed.put(report, Files.getLastModifiedTime(report));
      }
      reports.sort(Comparator.comparing(changed::get));
      for (Path old : reports.subList(0, Math.max(0, reports.size() - MOST))) {
        Files.deleteIfExists(old);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // another run tidies up at this moment, or the next one will
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }
}
