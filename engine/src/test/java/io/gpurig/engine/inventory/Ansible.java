package io.gpurig.engine.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The real Ansible, where it is installed. */
final class Ansible {
  private static final Path DRIVER = Path.of("src/test/resources/ansible/run.py");
  private static final JsonMapper JSON = new JsonMapper();

  private final String python;

  private Ansible(String python) {
    this.python = python;
  }

  /** What a command printed. */
  record Answer(int code, String out, String err) {
    /** Returns the hosts that {@code ansible --list-hosts} printed below its heading. */
    List<String> hosts() {
      return out.lines().filter(line -> line.startsWith("    ")).map(String::strip).toList();
    }

    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(code + " " + err, e);
      }
    }
  }

  /** Returns Ansible with the interpreter that its command names; empty if it is not installed. */
  static Optional<Ansible> installed() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "ansible-inventory"))
        .filter(Files::isExecutable)
        .findFirst()
        .flatMap(Ansible::interpreter)
        .map(Ansible::new)
        .filter(ansible -> ansible.run(List.of()).isPresent());
  }

  static List<String> list(Path inventory) {
    return List.of("ansible-inventory", "-i", inventory.toAbsolutePath().toString(), "--list");
  }

  static List<String> listHosts(Path inventory, String pattern, Optional<String> limit) {
    List<String> command = new ArrayList<>(List.of("ansible", "--list-hosts"));
    command.addAll(List.of("-i", inventory.toAbsolutePath().toString()));
    limit.ifPresent(l -> command.addAll(List.of("--limit", l)));
    command.addAll(List.of("--", pattern));
    return command;
  }

  /** Runs commands, all in one process; empty if they cannot be run. */
  Optional<List<Answer>> run(List<List<String>> commands) {
    try {
      Path in = Files.createTempFile("ansible", ".jobs");
      Path out = Files.createTempFile("ansible", ".answers");
      Path configuration = Files.createTempFile("ansible", ".cfg");
      Files.writeString(in, String.join("\n", commands.stream().map(Ansible::line).toList()));
      ProcessBuilder builder =
          new ProcessBuilder(python, DRIVER.toAbsolutePath().toString())
              .directory(Path.of("/").toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().keySet().removeIf(name -> name.startsWith("ANSIBLE_"));
      builder.environment().put("ANSIBLE_CONFIG", configuration.toString());
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      List<Answer> answers = new ArrayList<>();
      for (String line : Files.readAllLines(out, UTF_8)) {
        answers.add(JSON.readValue(line, Answer.class));
      }
      Files.delete(in);
      Files.delete(out);
      Files.delete(configuration);
      return ended && process.exitValue() == 0 ? Optional.of(answers) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String line(List<String> command) {
    var array = JsonNodeFactory.instance.arrayNode();
    command.forEach(array::add);
    return array.toString();
  }

  private static Optional<String> interpreter(Path command) {
    try (Stream<String> lines = Files.lines(command)) {
      return lines
          .findFirst()
          .filter(line -> line.startsWith("#!"))
          .map(line -> line.substring(2).strip());
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }
}
