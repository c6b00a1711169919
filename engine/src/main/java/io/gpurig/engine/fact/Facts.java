package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The answers of one host. Immutable; {@code with…} methods return changed copies.
 *
 * <p>A read that has no answer here is taken for "there is none": the file is absent, the command
 * does not exist. {@link #missing} names such reads, so that a plan from recorded facts can say on
 * what it did not rest.
 *
 * @param host the host's inventory name
 * @param files by path; empty where there is no such file
 * @param commands by command line, as {@link Read.Command#line} gives it
 * @param pci by BDF, the address {@code 0000:3b:00.0}
 * @param deviceUsers by the prefix that was asked for
 * @param docker Docker's state, if it was asked for
 * @param basis notes what modules look at: {@link #file}, {@link #folder}, {@link #command}, {@link
 *     #pciFunctions}, {@link #usersOf} and {@link #dockerState}
 */
public record Facts(
    String host,
    Map<String, Optional<FileFact>> files,
    Map<String, CommandFact> commands,
    Optional<Map<String, PciFact>> pci,
    Map<String, List<DeviceUser>> deviceUsers,
    Optional<DockerFacts> docker,
    Basis basis) {

  public Facts {
    requireNonNull(host, "host is null");
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    commands = Collections.unmodifiableMap(new TreeMap<>(commands));
    pci = pci.map(map -> Collections.unmodifiableMap(new TreeMap<>(map)));
    deviceUsers = Collections.unmodifiableMap(new TreeMap<>(deviceUsers));
    requireNonNull(docker, "docker is null");
    requireNonNull(basis, "basis is null");
  }

  /** Creates facts that note nothing. */
  public Facts(
      String host,
      Map<String, Optional<FileFact>> files,
      Map<String, CommandFact> commands,
      Optional<Map<String, PciFact>> pci,
      Map<String, List<DeviceUser>> deviceUsers,
      Optional<DockerFacts> docker) {
    this(host, files, commands, pci, deviceUsers, docker, Basis.NONE);
  }

  /** Returns the same facts, and notes from now on what is looked at; so do changed copies. */
  public Facts noting(Basis notes) {
    return new Facts(host, files, commands, pci, deviceUsers, docker, notes);
  }

  /** Returns facts that know nothing of a host. */
  public static Facts none(String host) {
    return new Facts(host, Map.of(), Map.of(), Optional.empty(), Map.of(), Optional.empty());
  }

  /** Returns the file at a path, if there is one. */
  public Optional<FileFact> file(String path) {
    Optional<FileFact> file = files.getOrDefault(path, Optional.empty());
    basis.file(path, file);
    return file;
  }

  /** Returns the regular files in a folder by name, in the order of their names. */
  public SortedMap<String, FileFact> folder(String path) {
    String prefix = path + "/";
    SortedMap<String, FileFact> found = new TreeMap<>();
    files.forEach(
        (at, file) -> {
          String name = at.startsWith(prefix) ? at.substring(prefix.length()) : "/";
          if (name.indexOf('/') < 0) {
            file.filter(f -> f.type() == FileFact.Type.FILE).ifPresent(f -> found.put(name, f));
          }
        });
    basis.folder(path, found);
    return found;
  }

  /** Returns what a command answered. */
  public CommandFact command(String... argv) {
    String line = Shell.join(List.of(argv));
    CommandFact answer = commands.getOrDefault(line, CommandFact.NOT_FOUND);
    basis.command(line, answer);
    return answer;
  }

  /**
   * Returns what a command answered, and notes of it only what counts: an answer with a clock or a
   * thermometer in it would otherwise make every saved plan stale.
   *
   * @param counts picks that out of the answer
   */
  public CommandFact command(List<String> argv, Function<CommandFact, String> counts) {
    String line = Shell.join(argv);
    CommandFact answer = commands.getOrDefault(line, CommandFact.NOT_FOUND);
    if (basis.notes()) {
      String exact = counts.apply(answer);
      basis.note("command `" + line + "`", exact, exact);
    }
    return answer;
  }

  /** Returns the functions on the PCI bus by BDF. */
  public Map<String, PciFact> pciFunctions() {
    Map<String, PciFact> functions = pci.orElse(Map.of());
    basis.pci(functions);
    return functions;
  }

  /** Returns the processes that have device files open whose path starts with a prefix. */
  public List<DeviceUser> usersOf(String prefix) {
    List<DeviceUser> users = deviceUsers.getOrDefault(prefix, List.of());
    basis.users(prefix, users);
    return users;
  }

  /** Returns Docker's state; a host whose Docker was not asked has none. */
  public DockerFacts dockerState() {
    return docker.orElseGet(() -> DockerFacts.unreachable("Docker was not read")).noting(basis);
  }

  /** Returns those of the reads that these facts hold no answer to. */
  public List<Read> missing(List<Read> reads) {
    return reads.stream().filter(read -> !holds(read)).toList();
  }

  private boolean holds(Read read) {
    return switch (read) {
      case Read.File(String path) -> files.containsKey(path);
      case Read.Folder(String path) ->
          files.containsKey(path)
              || files.keySet().stream().anyMatch(file -> file.startsWith(path + "/"));
      case Read.Command command -> commands.containsKey(command.line());
      case Read.Pci() -> pci.isPresent();
      case Read.DeviceUsers(String prefix) -> deviceUsers.containsKey(prefix);
      case Read.Docker() -> docker.isPresent();
      case Read.Image(String reference) ->
          docker.filter(state -> state.images().containsKey(reference)).isPresent();
      case Read.ImagesOf(String label) ->
          docker
              .filter(state -> state.imagesOf(label).stream().allMatch(state.images()::containsKey))
              .isPresent();
      case Read.Distribution(String reference) ->
          docker.filter(state -> state.distributions().containsKey(reference)).isPresent();
    };
  }

  /** Returns a copy with a file, or with its absence. */
  public Facts withFile(String path, Optional<FileFact> file) {
    Map<String, Optional<FileFact>> changed = new HashMap<>(files);
    changed.put(path, file);
    return new Facts(host, changed, commands, pci, deviceUsers, docker, basis);
  }

  /** Returns a copy in which a command answers this. */
  public Facts withCommand(List<String> argv, CommandFact answer) {
    Map<String, CommandFact> changed = new HashMap<>(commands);
    changed.put(Shell.join(argv), answer);
    return new Facts(host, files, changed, pci, deviceUsers, docker, basis);
  }

  /** Returns a copy with a function of the PCI bus replaced. */
  public Facts withPci(String bdf, PciFact function) {
    Map<String, PciFact> changed = new HashMap<>(pci.orElse(Map.of()));
    changed.put(bdf, function);
    return new Facts(host, files, commands, Optional.of(changed), deviceUsers, docker, basis);
  }

  /** Returns a copy in which these processes have device files open. */
  public Facts withDeviceUsers(String prefix, List<DeviceUser> users) {
    Map<String, List<DeviceUser>> changed = new HashMap<>(deviceUsers);
    changed.put(prefix, List.copyOf(users));
    return new Facts(host, files, commands, pci, changed, docker, basis);
  }

  /** Returns a copy with this state of Docker. */
  public Facts withDocker(DockerFacts state) {
    return new Facts(host, files, commands, pci, deviceUsers, Optional.of(state), basis);
  }
}
