package io.gpurig.cli;

import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.inventory.ConnectionVariables;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.HostPattern;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Fleet.Answer;
import io.gpurig.engine.run.Operator;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.cdi.CdiFacts;
import io.gpurig.modules.cdi.CdiFile;
import io.gpurig.modules.cdi.HostNodes;
import io.gpurig.modules.cdi.gpus.DockerFactsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the cdi commands get spec files from: this machine, or the facts of another. */
final class CdiInput {
  /** The directories of specs; on most systems the last two are one. */
  private static final List<String> DIRECTORIES = List.of("/etc/cdi", "/var/run/cdi", "/run/cdi");

  @Option(
      names = "--facts",
      paramLabel = "FACTS",
      description = "A facts file, or a folder with one: that host instead of this machine.")
  private @Nullable Path facts;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = {
        "A directory of spec files; several are read in this order, and the last one wins"
            + " (default: /etc/cdi, then /var/run/cdi)."
      })
  private List<Path> folders = List.of();

  CdiInput() {}

  /** Returns the recorded facts; empty without them, or if they cannot be read. */
  Optional<Facts> recorded(Problems problems) {
    if (facts == null) {
      return Optional.empty();
    }
    if (!Files.isDirectory(facts)) {
      return FactsFolder.read(facts, problems);
    }
    List<Facts> all = FactsFolder.load(facts, problems);
    if (all.size() > 1) {
      problems.add(
          Problem.error(
                  "facts/several", "%s has the facts of %d hosts".formatted(facts, all.size()))
              .suggest("name the file of one of them"));
    }
    return all.stream().findFirst();
  }

  /** Returns what this machine answers about its Docker. */
  Optional<Facts> local(Console console, Problems problems) {
    Host host =
        HostPattern.select("localhost", Inventory.implicitLocalhost(), Optional.empty(), problems)
            .getFirst();
    Optional<ConnectionSettings> settings =
        ConnectionVariables.settings(host, console.home(), Optional.empty(), problems);
    Connectors connectors = new Connectors(console.ssh(Progress.quiet(console)));
    Fleet fleet = new Fleet(List.of(), connectors, event -> {}, Waiting.REAL, Operator.NONE, 1);
    return settings.flatMap(
        s ->
            switch (fleet.read(s, DockerFactsReader.reads())) {
              case Answer.Read(Facts read) -> Optional.of(read);
              case Answer.Failed(var report) -> {
                problems.addAll(report.problems());
                yield Optional.empty();
              }
            });
  }

  /** Returns whether another host is asked about than this one. */
  boolean isRecorded() {
    return facts != null;
  }

  /**
   * Returns the directories, the one of least priority first.
   *
   * @param recorded the facts, if there are any
   * @param more directories that were named otherwise than with {@code --dir}
   */
  List<CdiDirectory> directories(Optional<Facts> recorded, List<Path> more) {
    List<Path> named = new ArrayList<>(folders);
    named.addAll(more);
    if (recorded.isPresent() && named.isEmpty()) {
      List<String> paths = new DockerFactsReader(recorded.get()).directories();
      return CdiFacts.directories(recorded.get(), paths);
    }
    return local(named.isEmpty() ? DIRECTORIES.stream().map(Path::of).toList() : named);
  }

  /** Returns the directories of this machine that its Docker reads, unless others are named. */
  List<CdiDirectory> directories(DockerFactsReader docker, List<Path> more) {
    List<Path> named = new ArrayList<>(folders);
    named.addAll(more);
    return local(named.isEmpty() ? docker.directories().stream().map(Path::of).toList() : named);
  }

  /** Returns directories of this machine; one that has two names counts once. */
  static List<CdiDirectory> local(List<Path> paths) {
    List<CdiDirectory> directories = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (Path path : paths) {
      if (seen.add(real(path))) {
        directories.add(new CdiDirectory(path.toString(), files(path)));
      }
    }
    return directories;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  private static List<CdiFile> files(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(file -> CdiFile.isNamedLikeOne(file.toString()) && !Files.isDirectory(file))
          .map(CdiInput::file)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      String path = folder + "/(unreadable).yaml";
      return List.of(CdiFile.unreadable(path, unreadable(folder, e)));
    }
  }

  /** Reads a file of this machine. */
  static CdiFile file(Path file) {
    try {
      return CdiFile.read(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      String message = "`" + file + "` does not exist";
      return CdiFile.unreadable(file.toString(), Problem.error("input/not-found", message));
    } catch (IOException e) {
      return CdiFile.unreadable(file.toString(), unreadable(file, e));
    }
  }

  private static Problem unreadable(Path file, IOException e) {
    return Problem.error(
        "input/unreadable", "`%s` cannot be read: %s".formatted(file, e.getMessage()));
  }

  /** The device files of this machine. */
  static Optional<HostNodes.HostNode> lstat(String path) {
    try {
      Map<String, Object> stat =
          Files.readAttributes(Path.of(path), "unix:mode,rdev", LinkOption.NOFOLLOW_LINKS);
      int mode = stat.get("mode") instanceof Integer number ? number : 0;
      long device = stat.get("rdev") instanceof Long number ? number : 0;
      String type = switch (mode & 0170000) { // S_IFMT of stat(2)
            case 0060000 -> "b";
            case 0020000 -> "c";
            case 0010000 -> "p";
            default -> "";
          };
      // gnu_dev_major and gnu_dev_minor of sys/sysmacros.h
      long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & 0xfffff000L);
      long minor = (device & 0xff) | ((device >>> 12) & 0xffffff00L);
      return Optional.of(new HostNodes.HostNode(type, major, minor, mode & 07777));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
