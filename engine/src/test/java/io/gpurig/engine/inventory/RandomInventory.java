package io.gpurig.engine.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes inventories that nobody thought of: INI, YAML or a directory of both, with variables. */
final class RandomInventory {
  private static final List<String> VALUES =
      List.of(
          "1",
          "-7",
          "1.50",
          "0777",
          "0x1F",
          "true",
          "True",
          "None",
          "yes",
          "off",
          "'a b'",
          "[1,2]",
          "\"['x', 2]\"",
          "\"{'k': [1, None]}\"",
          "1e3",
          "10.0.0.1",
          "22:30",
          "a=b",
          "''",
          "1_000",
          "x\\y",
          "~",
          "null",
          "1,2",
          "\"'q'\"");
  private static final List<String> YAML_VALUES =
      List.of(
          "1",
          "-7",
          "1.50",
          "0777",
          "0x1F",
          "true",
          "yes",
          "Off",
          "'a b'",
          "[1, yes]",
          "{k: no}",
          "1e3",
          "10.0.0.1",
          "22:30",
          "''",
          "1_000",
          "~",
          "null",
          "",
          "\"x\\ty\"",
          "08",
          ".5");

  private final Random random;
  private final int groups;

  RandomInventory(long seed) {
    random = new Random(seed);
    groups = 1 + random.nextInt(6);
  }

  /** Writes the inventory into an empty folder and returns its path. */
  Path write(Path folder) throws IOException {
    Path source =
        switch (random.nextInt(4)) {
          case 0 -> Files.writeString(folder.resolve("hosts.yml"), yaml());
          case 1 -> directory(folder.resolve("hosts"));
          default -> Files.writeString(folder.resolve("hosts"), ini());
        };
    Path base = Files.isDirectory(source) ? source : folder;
    for (int i = random.nextInt(4); i > 0; i--) {
      variables(base.resolve("group_vars"), pick(List.of("all", "ungrouped", group(), group())));
      variables(base.resolve("host_vars"), host());
    }
    return source;
  }

  /** Returns a pattern that may fit the inventory. */
  String pattern() {
    return IntStream.rangeClosed(0, random.nextInt(3))
        .mapToObj(i -> pick(List.of("", "", "!", "&")) + word())
        .collect(Collectors.joining(pick(List.of(":", ","))));
  }

  private String word() {
    return switch (random.nextInt(7)) {
      case 0 -> host();
      case 1 -> "all";
      case 2 -> "h?";
      case 3 -> "~[hg][1-3]";
      case 4 -> "*" + random.nextInt(4);
      default -> group();
    };
  }

  private Path directory(Path directory) throws IOException {
    Files.createDirectory(directory);
    Files.writeString(directory.resolve("1"), ini());
    Files.writeString(directory.resolve("2.yml"), yaml());
    Files.writeString(directory.resolve("3.ini"), "[ignored]\n");
    return directory;
  }

  private String ini() {
    StringBuilder text = new StringBuilder(lines(this::hostLine));
    Set<String> declared = new LinkedHashSet<>();
    for (int i = 0; i < groups + 2; i++) {
      int number = random.nextInt(groups);
      declared.add("g" + number);
      text.append("[g").append(number).append("]\n").append(lines(this::hostLine));
    }
    for (int i = 0; i < groups; i++) {
      int parent = random.nextInt(groups);
      text.append("[g").append(parent).append(":children]\n");
      declared.add("g" + parent);
      for (int child = parent + 1; child < groups; child++) {
        if (random.nextInt(3) == 0) {
          declared.add("g" + child);
          text.append("g").append(child).append("\n");
        }
      }
    }
    declared.forEach(
        name ->
            text.append("[" + name + "]\n[" + name + ":vars]\n").append(lines(this::iniVariable)));
    return text.append("[all:vars]\n").append(lines(this::iniVariable)).toString();
  }

  private String hostLine() {
    String range =
        pick(List.of(host(), host(), "h[0:3]", "h[1:5:2]", host() + ":2" + random.nextInt(9)));
    return range + " " + (random.nextBoolean() ? variable() + "=" + pick(VALUES) : "# none");
  }

  private String iniVariable() {
    return variable() + pick(List.of("=", " = ")) + pick(VALUES) + pick(List.of("", "", " # c"));
  }

  private String yaml() {
    StringBuilder text = new StringBuilder("all:\n  hosts:\n    h9:\n");
    for (int i = 0; i < groups; i++) {
      text.append("g").append(i).append(":\n  hosts:\n");
      for (String host : Set.of(host(), "h[2:3]")) {
        text.append("    ").append(host).append(": {").append(variable()).append(": x}\n");
      }
      text.append("  vars:\n    zz: 1\n");
      Set<String> names = new LinkedHashSet<>(List.of(variable(), variable()));
      names.forEach(n -> text.append("    " + n + ": " + pick(YAML_VALUES) + "\n"));
      text.append("  children:\n");
      for (int child = i + 1; child < groups; child++) {
        if (random.nextInt(3) == 0) {
          text.append("    g").append(child).append(":\n");
        }
      }
    }
    return text.toString();
  }

  private void variables(Path folder, String name) throws IOException {
    String file = name + pick(List.of("", ".yml", ".yaml", ".json"));
    boolean nested = random.nextInt(3) == 0 && !Files.exists(folder.resolve(name));
    Path path = nested ? folder.resolve(name).resolve(file) : folder.resolve(file);
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path.getParent() == null ? folder : path.getParent());
      Set<String> names = new LinkedHashSet<>(List.of(variable(), variable()));
      List<String> lines = new ArrayList<>();
      names.forEach(n -> lines.add(n + ": " + pick(YAML_VALUES)));
      Files.write(path, lines);
    }
  }

  private interface Line {
    String write();
  }

  private String lines(Line line) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i -> line.write() + "\n")
        .collect(Collectors.joining());
  }

  private String host() {
    return "h" + random.nextInt(7);
  }

  private String group() {
    return "g" + random.nextInt(groups);
  }

  private String variable() {
    return pick(List.of("a", "b", "c", "ansible_user", "ansible_port"));
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
