package io.gpurig.engine.connect.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Configuration files, each read once in a run and shared by all hosts. */
final class ConfigFiles {
  private static final int DEPTH = 16;

  private final Path home;
  private final ConcurrentHashMap<Path, List<ConfigLine>> read = new ConcurrentHashMap<>();

  ConfigFiles(Path home) {
    this.home = home;
  }

  /** Returns the lines of a file that may be missing. */
  List<ConfigLine> lines(Path file) throws IOException {
    List<ConfigLine> known = read.get(file);
    if (known == null) {
      known = parse(file);
      read.put(file, known);
    }
    return known;
  }

  private static List<ConfigLine> parse(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<ConfigLine> lines = new ArrayList<>();
    int number = 0;
    for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      number++;
      ConfigLine.parse(line, file + ":" + number).ifPresent(lines::add);
    }
    return List.copyOf(lines);
  }

  /** Returns the files that a name in {@code Include} stands for, in order. */
  List<Path> matching(String name, Path base) throws IOException {
    try {
      Path path = base.resolve(Tokens.tilde(name, home));
      List<Path> found = List.of(path.getRoot());
      for (Path part : path) {
        found = below(found, part.toString());
      }
      return found.stream().filter(Files::isRegularFile).toList();
    } catch (IllegalArgumentException e) { // of Path and of PathMatcher
      throw new SshConfigException("Include cannot be used: " + e.getMessage());
    }
  }

  private static List<Path> below(List<Path> folders, String pattern) throws IOException {
    if (!pattern.matches(".*[*?\\[].*")) {
      return folders.stream().map(folder -> folder.resolve(pattern)).filter(Files::exists).toList();
    }
    PathMatcher matcher =
        FileSystems.getDefault()
            .getPathMatcher("glob:" + pattern.replace("{", "\\{").replace("}", "\\}"));
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> entries = Files.list(folder)) {
          entries
              .filter(
                  entry ->
                      matcher.matches(entry.getFileName())
                          && (pattern.startsWith(".")
                              || !entry.getFileName().toString().startsWith(".")))
              .sorted()
              .forEach(found::add);
        }
      }
    }
    return found;
  }

  /** Returns whether a file, or one that it includes, has a line of interest. */
  boolean say(Path file, Path base, Set<String> keywords) throws IOException {
    return say(file, base, keywords, 0);
  }

  private boolean say(Path file, Path base, Set<String> keywords, int depth) throws IOException {
    for (ConfigLine line : depth > DEPTH ? List.<ConfigLine>of() : lines(file)) {
      if (keywords.contains(line.keyword())) {
        return true;
      }
      if (line.keyword().equals("include")) {
        for (String name : line.arguments()) {
          for (Path included : matching(name, base)) {
            if (say(included, base, keywords, depth + 1)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }
}
