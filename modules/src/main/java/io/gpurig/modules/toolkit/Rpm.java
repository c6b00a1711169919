package io.gpurig.modules.toolkit;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * dnf, yum and zypper. The repository file is NVIDIA's own (libnvidia-container,
 * stable/rpm/nvidia-container-toolkit.repo); dnf and yum hold versions by its {@code includepkgs},
 * for which no plugin need be there, zypper by its locks.
 *
 * @param tool which of them
 */
record Rpm(Tool tool) implements PackageSystem {
  private static final String NAME = "nvidia-container-toolkit";
  private static final String YUM_FILE = "/etc/yum.repos.d/" + NAME + ".repo";
  private static final String ZYPP_FILE = "/etc/zypp/repos.d/" + NAME + ".repo";
  private static final String KEY = "/etc/pki/rpm-gpg/RPM-GPG-KEY-" + NAME;

  /** zypper's locks, in stanzas (libzypp, zypp/Locks.cc). */
  private static final String LOCKS = "/etc/zypp/locks";

  private static final String[] QUERY =
      Stream.concat(Stream.of("rpm", "-q"), PackageRequest.NAMES.stream()).toArray(String[]::new);
  private static final Pattern ANSWER = Pattern.compile("([a-z0-9-]+)-(\\d\\S*-\\S+)\\.(\\w+)");

  static final List<Read> STATE =
      List.of(
          Read.Command.of(QUERY),
          new Read.File(YUM_FILE),
          new Read.File(ZYPP_FILE),
          new Read.File(KEY));
  static final List<Read> DETAILS = List.of(new Read.File(LOCKS));

  enum Tool {
    DNF,
    YUM,
    ZYPPER
  }

  @Override
  public String repositoryFile() {
    return tool == Tool.ZYPPER ? ZYPP_FILE : YUM_FILE;
  }

  @Override
  public String keyFile() {
    return KEY;
  }

  /** From the lines of {@code rpm -q}: name, version, release and architecture. */
  @Override
  public Installed installed(Facts facts) {
    Map<String, String> versions = new HashMap<>();
    facts
        .command(QUERY)
        .stdout()
        .lines()
        .map(line -> ANSWER.matcher(line.strip()))
        .filter(Matcher::matches)
        .filter(found -> PackageRequest.NAMES.contains(found.group(1)))
        .forEach(found -> versions.put(found.group(1), found.group(2)));
    return new Installed(versions, tool == Tool.ZYPPER ? locked(facts) : Set.of(), Set.of());
  }

  private static Set<String> locked(Facts facts) {
    Set<String> names = new HashSet<>();
    facts
        .file(LOCKS)
        .map(FileFact::content)
        .orElse("")
        .lines()
        .filter(line -> line.startsWith("solvable_name:"))
        .map(line -> line.substring("solvable_name:".length()).strip())
        .filter(PackageRequest.NAMES::contains)
        .forEach(names::add);
    return names;
  }

  @Override
  public List<Finding> findings(PackageRequest request, Facts facts) {
    return List.of();
  }

  @Override
  public Part repository(PackageRequest request, Facts facts) {
    List<Field> fields = new ArrayList<>();
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    request
        .keyText()
        .filter(key -> !facts.file(KEY).map(FileFact::content).equals(Optional.of(key)))
        .ifPresent(
            key -> {
              Optional<String> before = facts.file(KEY).map(f -> "another");
              fields.add(new Field("key", before, Optional.of("as in the plan")));
              actions.add(new Action.WriteFile(KEY, key, Optional.of("0644")));
              effects.add(new Effect.FileBecomes(KEY, FileFact.text(key)));
            });
    String content = content(request);
    Optional<FileFact> there = facts.file(repositoryFile());
    if (there.filter(f -> f.content().equals(content)).isEmpty()) {
      Optional<String> before = there.map(f -> value("baseurl", f.content()));
      String after = value("baseurl", content);
      fields.add(
          new Field(
              "repository",
              before.map(b -> b.equals(after) ? b + " with other settings" : b),
              Optional.of(after)));
      actions.add(new Action.WriteFile(repositoryFile(), content, Optional.of("0644")));
      effects.add(new Effect.FileBecomes(repositoryFile(), FileFact.text(content)));
    }
    return new Part(fields, actions, effects);
  }

  private static String value(String key, String content) {
    return content
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("(no " + key + ")");
  }

  private String content(PackageRequest request) {
    String key =
        request
            .keyPath()
            .or(() -> request.keyText().map(text -> KEY))
            .map(path -> "file://" + path)
            .orElse(request.keyUrl());
    String hold =
        request.hold() && tool != Tool.ZYPPER
            ? "includepkgs=" + String.join(" ", versioned(request.version())) + "\n"
            : "";
    return HEADER
        + """
        [%s]
        name=%s
        baseurl=%s/$basearch
        repo_gpgcheck=1
        gpgcheck=0
        enabled=1
        gpgkey=%s
        """
            .formatted(NAME, NAME, request.folder("rpm"), key)
        + hold;
  }

  private static List<String> versioned(String version) {
    return PackageRequest.NAMES.stream().map(name -> name + "-" + version).toList();
  }

  @Override
  public Part packages(PackageRequest request, Facts facts) {
    Installed before = installed(facts);
    List<Field> fields = new ArrayList<>();
    List<Action> actions = new ArrayList<>();
    boolean install = !before.all(request.version());
    List<String> held = PackageRequest.NAMES.stream().filter(before.held()::contains).toList();
    if (install) {
      fields.addAll(before.lacking(request.version()));
      if (!held.isEmpty()) {
        actions.add(lock("removelock", "addlock", held, request));
      }
      actions.addAll(install(request, before));
    }
    boolean hold = tool == Tool.ZYPPER && request.hold();
    List<String> other =
        PackageRequest.NAMES.stream()
            .filter(name -> (before.held().contains(name) && !install) != hold)
            .toList();
    if (tool == Tool.ZYPPER && !other.isEmpty() && (hold || !install)) {
      if (held.size() != (hold ? 4 : 0)) {
        fields.add(
            Field.of("hold", held.isEmpty() ? "no" : String.join(", ", held), hold ? "yes" : "no"));
      }
      actions.add(
          hold
              ? lock("addlock", "removelock", other, request)
              : lock("removelock", "addlock", other, request));
    }
    List<Effect> effects = new ArrayList<>();
    if (!actions.isEmpty()) {
      effects.add(answer(PackageRequest.NAMES, request.version()));
      if (tool == Tool.ZYPPER) {
        effects.add(locks(hold, facts));
      }
    }
    return new Part(fields, actions, effects);
  }

  private Action lock(String what, String undo, List<String> names, PackageRequest request) {
    return new Action.RunCommand(
        zypper(request.lockSeconds(), what, names),
        zypper(request.lockSeconds(), undo, names),
        request.lockSeconds() + WORK_SECONDS);
  }

  private static Effect locks(boolean hold, Facts facts) {
    StringBuilder content = new StringBuilder();
    for (String stanza : facts.file(LOCKS).map(FileFact::content).orElse("").split("\\n\\s*\\n")) {
      if (!stanza.isBlank()
          && PackageRequest.NAMES.stream()
              .noneMatch(n -> stanza.lines().anyMatch(("solvable_name: " + n)::equals))) {
        content.append(stanza.strip()).append("\n\n");
      }
    }
    if (hold) {
      PackageRequest.NAMES.forEach(
          name ->
              content.append(
                  "type: package\nmatch_type: glob\ncase_sensitive: on\nsolvable_name: %s\n\n"
                      .formatted(name)));
    }
    return new Effect.FileBecomes(LOCKS, FileFact.text(content.toString()));
  }

  /** What goes down needs a command of its own with dnf and yum; its undo goes the other way. */
  private List<Action> install(PackageRequest request, Installed before) {
    List<String> wanted = versioned(request.version());
    boolean down =
        before.versions().values().stream()
            .anyMatch(there -> VersionOrder.INSTANCE.compare(there, request.version()) > 0);
    boolean up =
        before.versions().values().stream()
            .anyMatch(there -> VersionOrder.INSTANCE.compare(there, request.version()) < 0);
    List<String> former =
        before.versions().entrySet().stream().map(e -> e.getKey() + "-" + e.getValue()).toList();
    int seconds = request.lockSeconds();
    if (before.none()) {
      return List.of(run(request, install(seconds, wanted), remove(seconds, PackageRequest.NAMES)));
    }
    if (!down) {
      List<String> undo = up ? downgrade(seconds, former) : remove(seconds, before.absent());
      return List.of(run(request, install(seconds, wanted), undo));
    }
    List<Action> actions = new ArrayList<>();
    List<String> there =
        before.names().stream().map(name -> name + "-" + request.version()).toList();
    actions.add(run(request, downgrade(seconds, there), install(seconds, former)));
    if (!before.absent().isEmpty()) {
      actions.add(run(request, install(seconds, wanted), remove(seconds, before.absent())));
    }
    return actions;
  }

  private static Action run(PackageRequest request, List<String> argv, List<String> undo) {
    return new Action.RunCommand(argv, undo, request.lockSeconds() + WORK_SECONDS);
  }

  private List<String> install(int seconds, List<String> packages) {
    return switch (tool) {
      case ZYPPER ->
          zypper(
              seconds,
              "install",
              Stream.concat(Stream.of("--oldpackage"), packages.stream()).toList());
      case DNF, YUM -> dnf(seconds, "install", packages);
    };
  }

  private List<String> downgrade(int seconds, List<String> packages) {
    return tool == Tool.ZYPPER ? install(seconds, packages) : dnf(seconds, "downgrade", packages);
  }

  /** dnf.conf(5), exit_on_lock: so that the wait has an end. */
  private List<String> dnf(int seconds, String verb, List<String> packages) {
    List<String> argv = new ArrayList<>();
    argv.add(tool == Tool.YUM ? "yum" : "dnf");
    argv.addAll(List.of("-y", "--setopt=exit_on_lock=True", verb));
    argv.addAll(packages);
    return Locked.retried(seconds, argv);
  }

  /** zypper(8), ZYPP_LOCK_TIMEOUT. */
  private static List<String> zypper(int seconds, String verb, List<String> words) {
    List<String> argv = new ArrayList<>();
    argv.addAll(
        List.of(
            "env",
            "ZYPP_LOCK_TIMEOUT=" + seconds,
            "zypper",
            "--non-interactive",
            "--gpg-auto-import-keys",
            verb));
    argv.addAll(words);
    return argv;
  }

  /** rpm itself, which takes away these packages or none, and nothing that depends on them. */
  private static List<String> remove(int seconds, List<String> names) {
    return Locked.retried(seconds, Stream.concat(Stream.of("rpm", "-e"), names.stream()).toList());
  }

  @Override
  public Part removal(Facts facts, int lockSeconds) {
    Installed before = installed(facts);
    if (before.none()) {
      return Part.NOTHING;
    }
    List<Action> actions = new ArrayList<>();
    List<Effect> effects = new ArrayList<>(List.of(answer(List.of(), "")));
    List<String> held = PackageRequest.NAMES.stream().filter(before.held()::contains).toList();
    if (!held.isEmpty()) {
      actions.add(
          new Action.RunCommand(
              zypper(lockSeconds, "removelock", held),
              zypper(lockSeconds, "addlock", held),
              lockSeconds + WORK_SECONDS));
      effects.add(locks(false, facts));
    }
    List<String> former =
        before.versions().entrySet().stream().map(e -> e.getKey() + "-" + e.getValue()).toList();
    actions.add(
        new Action.RunCommand(
            remove(lockSeconds, before.names()),
            install(lockSeconds, former),
            lockSeconds + WORK_SECONDS));
    return new Part(
        List.of(new Field("version", before.version(), Optional.empty())), actions, effects);
  }

  private static Effect answer(List<String> names, String version) {
    StringBuilder lines = new StringBuilder();
    PackageRequest.NAMES.forEach(
        name ->
            lines.append(
                names.contains(name)
                    ? "%s-%s.x86_64\n".formatted(name, version)
                    : "package %s is not installed\n".formatted(name)));
    return new Effect.CommandAnswers(
        List.of(QUERY), new CommandFact(names.isEmpty() ? 4 : 0, lines.toString(), ""));
  }
}
