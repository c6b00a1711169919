package io.gpurig.engine.connect.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The configuration of OpenSSH's client on this machine.
 *
 * <p>Where the files say anything that matters here, {@code ssh -G} is asked about a host, since
 * nobody else understands all of the language; a few are asked at once. Without an ssh program the
 * files are read here. Where they say nothing, as on most machines, no process is started.
 */
public final class SshConfig {
  private static final Path SYSTEM_FOLDER = Path.of("/etc/ssh");
  private static final Path SYSTEM = SYSTEM_FOLDER.resolve("ssh_config");
  private static final long PATIENCE_SECONDS = 20;

  /** The options of OpenSSH that are understood, in lower case (ssh_config(5)). */
  public static final Set<String> KEYWORDS =
      Set.of(
          "hostname",
          "user",
          "port",
          "identityfile",
          "certificatefile",
          "identitiesonly",
          "identityagent",
          "hostkeyalias",
          "userknownhostsfile",
          "globalknownhostsfile",
          "stricthostkeychecking",
          "hashknownhosts",
          "proxyjump",
          "proxycommand",
          "connecttimeout",
          "serveraliveinterval",
          "serveralivecountmax");

  /** What Debian's own file sets for all hosts: no reason to ask ssh. */
  private static final Set<String> USUAL = Set.of("hashknownhosts");

  private final Path home;
  private final String user;
  private final Map<String, String> environment;
  private final ConfigFiles files;
  private final Semaphore processes =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  /**
   * Prepares to look hosts up; nothing is read yet.
   *
   * @param home the home folder of the user
   * @param user the name of the user on this machine
   * @param environment the environment, for {@code PATH} and for variables in the files
   */
  public SshConfig(Path home, String user, Map<String, String> environment) {
    this.home = home;
    this.user = user;
    this.environment = Map.copyOf(environment);
    this.files = new ConfigFiles(home);
  }

  /**
   * Returns what is configured for a host: values by keyword in small letters, in the form in which
   * {@code ssh -G} prints them; file names of keys with their tokens unreplaced.
   *
   * @param host the host as the user names it
   * @param options lines that win over the files, such as {@code Port=22}
   * @param file the file to read instead of the usual two ({@code ssh -F})
   * @throws SshConfigException if the configuration makes no sense
   */
  public Map<String, List<String>> lookup(String host, List<String> options, Optional<Path> file)
      throws IOException, InterruptedException {
    Optional<Path> ssh = saysAnything(file) ? program() : Optional.empty();
    return ssh.isPresent() && (file.isPresent() || isHomeOfProcess())
        ? ask(ssh.get(), host, options, file)
        : read(host, options, file);
  }

  /** The program ssh looks into the home of its user, whatever HOME is. */
  private boolean isHomeOfProcess() {
    return home.equals(Path.of(System.getProperty("user.home")));
  }

  private boolean saysAnything(Optional<Path> file) throws IOException {
    Set<String> keywords = new HashSet<>(KEYWORDS);
    keywords.removeAll(USUAL);
    return file.isPresent()
        ? files.say(file.get(), userFolder(), keywords)
        : files.say(userFolder().resolve("config"), userFolder(), keywords)
            || files.say(SYSTEM, SYSTEM_FOLDER, keywords);
  }

  private Path userFolder() {
    return home.resolve(".ssh");
  }

  private Optional<Path> program() {
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "ssh"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Map<String, List<String>> read(String host, List<String> options, Optional<Path> file)
      throws IOException {
    ConfigReader reader = new ConfigReader(files, host, user);
    reader.options(options);
    if (file.isPresent()) {
      reader.file(file.get(), userFolder());
    } else {
      reader.file(userFolder().resolve("config"), userFolder());
      reader.file(SYSTEM, SYSTEM_FOLDER);
    }
    return complete(reader, host);
  }

  private Map<String, List<String>> complete(ConfigReader reader, String host) {
    Map<String, List<String>> values = reader.values();
    values.put("hostname", List.of(reader.hostname().toLowerCase(Locale.ROOT)));
    values.putIfAbsent("user", List.of(user));
    values.putIfAbsent("port", List.of("22"));
    values.putIfAbsent("stricthostkeychecking", List.of("ask"));
    values.putIfAbsent("userknownhostsfile", List.of("~/.ssh/known_hosts", "~/.ssh/known_hosts2"));
    values.putIfAbsent(
        "globalknownhostsfile", List.of("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"));
    Map<Character, String> tokens =
        tokens(values, host, values.getOrDefault("hostkeyalias", List.of(host)).getFirst());
    values.computeIfPresent(
        "userknownhostsfile",
        (keyword, names) -> names.stream().map(name -> expand(name, tokens)).toList());
    return values;
  }

  /** Returns what stands for tokens in the values of a host. */
  public Map<Character, String> tokens(
      Map<String, List<String>> values, String host, String hostKeyName) {
    Map<Character, String> tokens = new LinkedHashMap<>();
    tokens.put('d', home.toString());
    tokens.put('h', values.getOrDefault("hostname", List.of(host)).getFirst());
    tokens.put('k', hostKeyName);
    tokens.put('n', host);
    tokens.put('p', values.getOrDefault("port", List.of("22")).getFirst());
    tokens.put('r', values.getOrDefault("user", List.of(user)).getFirst());
    tokens.put('u', user);
    return tokens;
  }

  /** Replaces what stands for something else in the name of a file. */
  public String expand(String value, Map<Character, String> tokens) {
    return Tokens.percent(Tokens.variables(Tokens.tilde(value, home), environment), tokens);
  }

  Map<String, List<String>> ask(Path ssh, String host, List<String> options, Optional<Path> file)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ssh.toString(), "-G"));
    file.ifPresent(path -> command.addAll(List.of("-F", path.toString())));
    options.forEach(option -> command.addAll(List.of("-o", option)));
    command.addAll(List.of("--", host));
    processes.acquire();
    try {
      return run(command, host);
    } finally {
      processes.release();
    }
  }

  private Map<String, List<String>> run(List<String> command, String host)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    Path errors = Files.createTempFile("gpurig", ".err");
    try {
      Process process = builder.redirectError(errors.toFile()).start();
      Thread killer = Thread.ofVirtual().start(() -> end(process)); // a `Match exec` may hang
      String text;
      try (InputStream out = process.getInputStream()) {
        text = new String(out.readAllBytes(), UTF_8);
      }
      int exit = process.waitFor();
      killer.interrupt();
      if (exit != 0) {
        String said =
            Files.readString(errors, UTF_8).lines().findFirst().orElse("exit status " + exit);
        throw new SshConfigException("`ssh -G " + host + "`: " + said.strip());
      }
      return parse(text);
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static void end(Process process) {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException ended) {
      // it has ended by itself
    }
  }

  private static Map<String, List<String>> parse(String text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String line : text.split("\n")) {
      String[] parts = line.split(" ", 2);
      if (parts.length == 2 && KEYWORDS.contains(parts[0])) {
        List<String> more =
            parts[0].endsWith("knownhostsfile") ? List.of(parts[1].split(" ")) : List.of(parts[1]);
        values.computeIfAbsent(parts[0], keyword -> new ArrayList<>()).addAll(more);
      }
    }
    return values;
  }
}
