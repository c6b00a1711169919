package io.gpurig.modules.toolkit;

import static java.util.function.Predicate.not;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * apt and dpkg. File names are those of NVIDIA's installation guide (cloud-native-docs,
 * container-toolkit/install-guide.md), but for the keyring, which stays ASCII-armored.
 */
final class Apt implements PackageSystem {
  private static final String FILE = AptSource.FOLDER + "/nvidia-container-toolkit.list";
  private static final String KEY = "/usr/share/keyrings/nvidia-container-toolkit-keyring.asc";

  /**
   * Holds what dpkg has not yet entered into its status file; anything but nothing after a kill.
   */
  private static final String JOURNAL = "/var/lib/dpkg/updates";

  private static final String[] STATUS =
      Stream.concat(Stream.of("dpkg-query", "-s"), PackageRequest.NAMES.stream())
          .toArray(String[]::new);
  private static final String[] KNOWN = {"apt-cache", "madison", "nvidia-container-toolkit"};

  static final List<Read> STATE =
      List.of(Read.Command.of(STATUS), new Read.File(FILE), new Read.File(KEY));
  static final List<Read> DETAILS =
      List.of(
          Read.Command.of(KNOWN),
          new Read.File(AptSource.LIST),
          new Read.Folder(AptSource.FOLDER),
          new Read.Folder(JOURNAL));

  @Override
  public String repositoryFile() {
    return FILE;
  }

  @Override
  public String keyFile() {
    return KEY;
  }

  /** From the stanzas of {@code dpkg-query -s}: {@code Status: install ok installed}. */
  @Override
  public Installed installed(Facts facts) {
    Map<String, String> versions = new HashMap<>();
    Set<String> held = new HashSet<>();
    Set<String> broken = new HashSet<>();
    for (String stanza : facts.command(STATUS).stdout().split("\\n\\s*\\n")) {
      Map<String, String> fields = new HashMap<>();
      stanza
          .lines()
          .map(line -> line.split(": ", 2))
          .filter(pair -> pair.length == 2)
          .forEach(pair -> fields.put(pair[0], pair[1]));
      String name = fields.getOrDefault("Package", "");
      String[] status = fields.getOrDefault("Status", "").split(" ");
      boolean there =
          status.length == 3 && !List.of("not-installed", "config-files").contains(status[2]);
      if (there && PackageRequest.NAMES.contains(name)) {
        versions.put(name, fields.getOrDefault("Version", ""));
        if (status[0].equals("hold")) {
          held.add(name);
        }
        if (!status[2].equals("installed")) {
          broken.add(name);
        }
      }
    }
    return new Installed(versions, held, broken);
  }

  @Override
  public List<Finding> findings(PackageRequest request, Facts facts) {
    List<Finding> findings = new ArrayList<>();
    List<AptSource> others = others(request, facts);
    boolean ours =
        isOurs(facts) && sources(request, facts).stream().anyMatch(s -> s.file().equals(FILE));
    for (AptSource other : others) {
      if (ours && !other.signedBy().equals(Optional.of(keyring(request)))) {
        // apt: E:Conflicting values set for option Signed-By regarding source …
        findings.add(
            Finding.error(
                "toolkit/repository-conflict",
                "/toolkit/packages/repository",
                "%s names the same repository with another key, so apt reads neither"
                    .formatted(other.file()),
                "remove that file from the host"));
      }
    }
    if (!ours && !others.isEmpty() && request.key().isPresent()) {
      findings.add(
          Finding.warning(
              "toolkit/repository-of-others",
              "/toolkit/packages/key",
              "%s names this repository already and is left as it is, with its own key"
                  .formatted(others.getFirst().file()),
              "leave the key out, or remove that file from the host"));
    }
    List<String> known =
        facts
            .command(KNOWN)
            .stdout()
            .lines()
            .map(line -> line.split("\\|"))
            .filter(columns -> columns.length > 1)
            .map(columns -> columns[1].strip())
            .distinct()
            .toList();
    if (!known.isEmpty()
        && !known.contains(request.version())
        && !installed(facts).all(request.version())) {
      findings.add(
          Finding.warning(
              "toolkit/version-unknown",
              "/toolkit/packages/version",
              "the host's package lists do not have version %s, but %s"
                  .formatted(request.version(), String.join(", ", known)),
              "they are fetched anew before anything is installed; check the version if it is not"
                  + " quite new"));
    }
    return findings;
  }

  @Override
  public Part repository(PackageRequest request, Facts facts) {
    if (!others(request, facts).isEmpty()) {
      return Part.NOTHING;
    }
    Part key = request.keyPath().isPresent() ? Part.NOTHING : key(request, facts);
    String uri = request.folder("deb") + "/$(ARCH)";
    String content = HEADER + "deb [signed-by=%s] %s /\n".formatted(keyring(request), uri);
    Optional<FileFact> there = facts.file(FILE);
    if (there.filter(f -> f.content().equals(content)).isPresent()) {
      return key;
    }
    Optional<String> before =
        there.map(
            f ->
                AptSource.all(facts).stream()
                    .filter(source -> source.file().equals(FILE))
                    .map(AptSource::uri)
                    .findFirst()
                    .filter(not(uri::equals))
                    .orElse(FILE + " of other content"));
    return Part.both(
        key,
        new Part(
            List.of(new Field("repository", before, Optional.of(uri))),
            List.of(new Action.WriteFile(FILE, content, Optional.of("0644"))),
            List.of(new Effect.FileBecomes(FILE, FileFact.text(content)))));
  }

  private static Part key(PackageRequest request, Facts facts) {
    Optional<FileFact> there = facts.file(KEY);
    Optional<String> wanted = request.keyText();
    boolean good =
        wanted.isPresent()
            ? there.map(FileFact::content).equals(wanted)
            : there.filter(Apt::isWholeKey).isPresent();
    if (good) {
      return Part.NOTHING;
    }
    List<Action> get =
        wanted
            .<List<Action>>map(
                text -> List.of(new Action.WriteFile(KEY, text, Optional.of("0644"))))
            .orElseGet(() -> fetched(request.keyUrl()));
    return new Part(
        List.of(
            new Field(
                "key",
                there.map(f -> "another"),
                Optional.of(wanted.map(text -> "as in the plan").orElse(request.keyUrl())))),
        get,
        List.of(
            new Effect.FileBecomes(KEY, FileFact.text(wanted.orElse(BEGIN + "\n" + END + "\n")))));
  }

  /**
   * By apt's own helper: neither curl nor wget need be there, and it goes through apt's proxy. The
   * file is emptied first, so that what was there before is what comes back.
   */
  private static List<Action> fetched(String url) {
    return List.of(
        new Action.WriteFile(KEY, "", Optional.of("0644")),
        new Action.RunCommand(
            List.of("/usr/lib/apt/apt-helper", "download-file", url, KEY),
            List.of(),
            WORK_SECONDS));
  }

  private static final String BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
  private static final String END = "-----END PGP PUBLIC KEY BLOCK-----";

  /** A download that was cut short has no end (RFC 9580, section 6.2). */
  private static boolean isWholeKey(FileFact file) {
    return file.content().contains(BEGIN) && file.content().contains(END);
  }

  private static String keyring(PackageRequest request) {
    return request.keyPath().orElse(KEY);
  }

  /** Returns those of the host's sources that are the repository asked for. */
  private static List<AptSource> sources(PackageRequest request, Facts facts) {
    String folder = request.folder("deb") + "/";
    return AptSource.all(facts).stream()
        .filter(source -> source.uri().startsWith(folder))
        .filter(source -> source.uri().indexOf('/', folder.length()) < 0)
        .toList();
  }

  /** Returns those of them that somebody else wrote. */
  private List<AptSource> others(PackageRequest request, Facts facts) {
    boolean ours = isOurs(facts);
    return sources(request, facts).stream()
        .filter(source -> !ours || !source.file().equals(FILE))
        .toList();
  }

  @Override
  public Part packages(PackageRequest request, Facts facts) {
    Installed before = installed(facts);
    boolean install = !before.all(request.version());
    List<Field> fields = new ArrayList<>();
    List<Action> actions = new ArrayList<>();
    if (install) {
      fields.addAll(before.lacking(request.version()));
      actions.add(refresh(request, facts));
      if (!facts.folder(JOURNAL).isEmpty()) {
        // apt refuses to work on an interrupted dpkg; given nothing to select it only tidies up
        actions.add(
            new Action.RunCommand(
                Locked.retried(request.lockSeconds(), List.of("dpkg", "--set-selections")),
                List.of(),
                request.lockSeconds() + WORK_SECONDS));
      }
      actions.addAll(released(before));
      actions.add(install(request, before));
    }
    List<String> held = PackageRequest.NAMES.stream().filter(before.held()::contains).toList();
    if (held.size() != (request.hold() ? PackageRequest.NAMES.size() : 0)) {
      String wanted = request.hold() ? "yes" : "no";
      fields.add(Field.of("hold", held.isEmpty() ? "no" : String.join(", ", held), wanted));
    }
    List<String> other =
        PackageRequest.NAMES.stream()
            .filter(name -> (before.held().contains(name) && !install) != request.hold())
            .toList();
    if (!other.isEmpty()) {
      actions.add(request.hold() ? mark("hold", "unhold", other) : mark("unhold", "hold", other));
    }
    return actions.isEmpty()
        ? Part.NOTHING
        : new Part(
            fields,
            actions,
            List.of(answer(PackageRequest.NAMES, request.version(), request.hold())));
  }

  private static Action mark(String what, String undo, List<String> names) {
    return new Action.RunCommand(
        Stream.concat(Stream.of("apt-mark", what), names.stream()).toList(),
        Stream.concat(Stream.of("apt-mark", undo), names.stream()).toList(),
        WORK_SECONDS);
  }

  /** apt takes the hold off what it installs: undone last, this puts it on again. */
  private static List<Action> released(Installed before) {
    return before.held().isEmpty()
        ? List.of()
        : List.of(mark("unhold", "hold", before.held().stream().sorted().toList()));
  }

  /**
   * Only this repository's lists are fetched: what is wrong with others is not ours to stumble
   * over. Without the error mode a list that cannot be verified is a mere warning where there was
   * one before (apt-get(8)). The lock of the lists has no timeout of its own, other than dpkg's.
   */
  private Action refresh(PackageRequest request, Facts facts) {
    String file = others(request, facts).stream().findFirst().map(AptSource::file).orElse(FILE);
    return new Action.RunCommand(
        Locked.retried(
            request.lockSeconds(),
            List.of(
                "apt-get",
                "-q",
                "-o",
                "Dir::Etc::sourcelist=" + file,
                "-o",
                "Dir::Etc::sourceparts=-",
                "-o",
                "APT::Get::List-Cleanup=0",
                "-o",
                "APT::Update::Error-Mode=any",
                "update")),
        List.of(),
        request.lockSeconds() + WORK_SECONDS);
  }

  /** Its undo brings back the versions that were there, and takes away what was not. */
  private static Action install(PackageRequest request, Installed before) {
    List<String> wanted =
        PackageRequest.NAMES.stream().map(name -> name + "=" + request.version()).toList();
    List<String> former =
        PackageRequest.NAMES.stream()
            .map(
                name ->
                    before.versions().containsKey(name)
                        ? name + "=" + before.versions().get(name)
                        : name + "-")
            .toList();
    return new Action.RunCommand(
        install(request.lockSeconds(), wanted),
        before.broken().isEmpty() ? repaired(install(request.lockSeconds(), former)) : List.of(),
        request.lockSeconds() + WORK_SECONDS);
  }

  /**
   * What is taken back may have been killed in the middle, and apt refuses to work on an
   * interrupted dpkg; given nothing to select that only tidies up.
   */
  private static List<String> repaired(List<String> command) {
    String script = "dpkg --set-selections || true; exec \"$@\"";
    return Stream.concat(Stream.of("sh", "-c", script, "repair"), command.stream()).toList();
  }

  private static List<String> install(int lockSeconds, List<String> packages) {
    return Stream.concat(
            Stream.of(
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "-q",
                "-y",
                "-o",
                "DPkg::Lock::Timeout=" + lockSeconds,
                // a configuration file that somebody edited stays as it is
                "-o",
                "Dpkg::Options::=--force-confdef",
                "-o",
                "Dpkg::Options::=--force-confold",
                "--no-install-recommends",
                "--allow-downgrades",
                "--allow-change-held-packages",
                "install"),
            packages.stream())
        .toList();
  }

  /** dpkg itself, which takes away these packages or none, and nothing that depends on them. */
  @Override
  public Part removal(Facts facts, int lockSeconds) {
    Installed before = installed(facts);
    if (before.none()) {
      return Part.NOTHING;
    }
    List<String> remove = new ArrayList<>(List.of("dpkg", "--remove"));
    remove.addAll(before.names());
    List<String> former =
        before.versions().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    List<Action> actions = new ArrayList<>(released(before));
    actions.add(
        new Action.RunCommand(
            Locked.retried(lockSeconds, remove),
            before.broken().isEmpty() ? install(lockSeconds, former) : List.of(),
            lockSeconds + WORK_SECONDS));
    return new Part(
        List.of(new Field("version", before.version(), Optional.empty())),
        actions,
        List.of(answer(List.of(), "", false)));
  }

  private static Effect answer(List<String> names, String version, boolean held) {
    StringBuilder stanzas = new StringBuilder();
    names.forEach(
        name ->
            stanzas.append(
                "Package: %s\nStatus: %s ok installed\nVersion: %s\n\n"
                    .formatted(name, held ? "hold" : "install", version)));
    return new Effect.CommandAnswers(
        List.of(STATUS), new CommandFact(names.isEmpty() ? 1 : 0, stanzas.toString(), ""));
  }
}
