package io.gpurig.engine.inventory;

import io.gpurig.engine.connect.Become;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.ConnectionSettings.Transport;
import io.gpurig.engine.connect.Password;
import io.gpurig.engine.connect.config.SshConfig;
import io.gpurig.engine.problem.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads Ansible's connection variables of one host. */
public final class ConnectionVariables {
  private static final List<String> PASSWORDS =
      List.of("ansible_password", "ansible_ssh_pass", "ansible_ssh_password");
  private static final List<String> SSH_ARGUMENTS =
      List.of("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args");

  /** Options that change nothing here: there is one connection, it carries no terminal and no X. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "addkeystoagent",
          "batchmode",
          "canonicalizehostname",
          "checkhostip",
          "compression",
          "connectionattempts",
          "controlmaster",
          "controlpath",
          "controlpersist",
          "forwardagent",
          "forwardx11",
          "gssapiauthentication",
          "gssapidelegatecredentials",
          "kbdinteractiveauthentication",
          "challengeresponseauthentication",
          "loglevel",
          "numberofpasswordprompts",
          "passwordauthentication",
          "preferredauthentications",
          "pubkeyauthentication",
          "requesttty",
          "sendenv",
          "setenv",
          "tcpkeepalive",
          "updatehostkeys",
          "visualhostkey");

  private final Host host;
  private final Optional<Password> becomePassword;
  private final Problems problems = new Problems();
  private final ConnectionValues values;

  private ConnectionVariables(Host host, Path home, Optional<Password> becomePassword) {
    this.host = host;
    this.becomePassword = becomePassword;
    this.values = new ConnectionValues(host, home, problems);
  }

  /**
   * Returns how to reach a host.
   *
   * @param host the host; {@code ${name}} in its connection variables is replaced
   * @param home the home directory of the user, for {@code ~}
   * @param becomePassword for sudo, on hosts whose variables have none
   * @param problems gets {@code inventory/connection} for values that make no sense and {@code
   *     inventory/unsupported-variable} for what gpurig does not do
   * @return the settings, empty if anything is wrong
   */
  public static Optional<ConnectionSettings> settings(
      Host host, Path home, Optional<Password> becomePassword, Problems problems) {
    ConnectionVariables reader = new ConnectionVariables(host, home, becomePassword);
    ConnectionSettings settings = reader.read();
    problems.addAll(reader.problems.sorted());
    return reader.problems.block() ? Optional.empty() : Optional.of(settings);
  }

  private ConnectionSettings read() {
    refusePasswords();
    SshOptions arguments =
        SshOptions.parse(
            SSH_ARGUMENTS.stream()
                .map(name -> values.text(name).orElse(""))
                .reduce("", (a, b) -> a + " " + b));
    checkArguments(arguments);
    List<String> options = new ArrayList<>(variables());
    arguments.options().stream()
        .filter(option -> SshConfig.KEYWORDS.contains(option.keyword()))
        .forEach(option -> options.add(option.line()));
    return new ConnectionSettings(
        host.name(),
        transport(),
        values.text("ansible_host", "ansible_ssh_host").orElse(host.name()),
        options,
        arguments.configFile().map(file -> values.path(sshArguments(file), file)),
        hostKeys(),
        values.password("ansible_ssh_private_key_passphrase", "ansible_private_key_passphrase"),
        become());
  }

  /** Returns what variables of their own say, as options of OpenSSH. */
  private List<String> variables() {
    List<String> options = new ArrayList<>();
    Optional<Boolean> check =
        values
            .flag("ansible_ssh_host_key_checking")
            .or(() -> values.flag("ansible_host_key_checking"));
    // as with Ansible, which puts this before the other arguments, of which ssh takes the first
    if (check.equals(Optional.of(false))) {
      options.add("StrictHostKeyChecking=no");
    }
    values
        .number(1, 65_535, "ansible_port", "ansible_ssh_port")
        .ifPresent(port -> options.add("Port=" + port));
    values
        .text("ansible_user", "ansible_ssh_user")
        .ifPresent(user -> options.add("User=" + SshOptions.quote(user)));
    String key = values.written("ansible_ssh_private_key_file", "ansible_private_key_file");
    values
        .text(key)
        .map(file -> SshOptions.quote(values.path(key, file).toString()))
        .ifPresent(file -> options.add("IdentityFile=" + file));
    values
        .number(1, 86_400, "ansible_timeout", "ansible_ssh_timeout")
        .ifPresent(seconds -> options.add("ConnectTimeout=" + seconds));
    return options;
  }

  private void refusePasswords() {
    for (String name : PASSWORDS) {
      if (host.variables().containsKey(name)) {
        values.refuse(
            name, "`" + name + "` is not supported", "use a key: `ansible_ssh_private_key_file`");
      }
    }
  }

  private Transport transport() {
    String connection = values.text("ansible_connection").orElse("ssh");
    return switch (connection.replaceFirst("^ansible\\.builtin\\.", "")) {
      case "ssh", "smart" -> Transport.SSH;
      case "local" -> Transport.LOCAL;
      default -> {
        values.refuse(
            "ansible_connection",
            "the connection `" + connection + "` is not supported",
            "set `ansible_connection` to ssh or local");
        yield Transport.SSH;
      }
    };
  }

  private Optional<Become> become() {
    Optional<String> method = values.text("ansible_become_method");
    if (method
        .filter(m -> !m.replaceFirst("^ansible\\.builtin\\.", "").equals("sudo"))
        .isPresent()) {
      values.refuse(
          "ansible_become_method",
          "the become method `" + method.get() + "` is not supported",
          "set `ansible_become_method` to sudo");
    }
    // as with Ansible's sudo plugin, which knows these three names
    Optional<Password> password =
        values.password("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass");
    return values.flag("ansible_become").orElse(false)
        ? Optional.of(
            new Become(
                values.text("ansible_become_user").orElse("root"),
                password.or(() -> becomePassword)))
        : Optional.empty();
  }

  private List<String> hostKeys() {
    List<String> keys =
        values.text("ansible_ssh_host_key").stream()
            .flatMap(text -> Stream.of(text.split("[\n,]")))
            .map(String::strip)
            .filter(key -> !key.isEmpty())
            .toList();
    for (String key : keys) {
      if (!ConnectionSettings.isHostKey(key)) {
        values.wrong("ansible_ssh_host_key", "must be TYPE BASE64, as in known_hosts", key);
      }
    }
    return keys;
  }

  private void checkArguments(SshOptions arguments) {
    for (SshOptions.Option option : arguments.options()) {
      if (!SshConfig.KEYWORDS.contains(option.keyword())
          && !WITHOUT_EFFECT.contains(option.keyword())) {
        refuseArgument(option.keyword());
      }
    }
    // a word without a dash is the value of the option before it
    arguments.refused().stream().filter(word -> word.startsWith("-")).forEach(this::refuseArgument);
    String check = arguments.value("stricthostkeychecking").orElse("ask");
    if (!Set.of("yes", "no", "off", "ask", "accept-new").contains(check.toLowerCase(Locale.ROOT))) {
      values.refuse(
          sshArguments("stricthostkeychecking"),
          "`StrictHostKeyChecking=" + check + "` is not supported",
          "use yes, no, ask or accept-new");
    }
  }

  private void refuseArgument(String argument) {
    values.refuse(
        sshArguments(argument),
        "the SSH option `" + argument + "` is not supported",
        "remove it; docs/inventory.md lists the options that are read");
  }

  /** The variable that has an SSH option in it. */
  private String sshArguments(String option) {
    return SSH_ARGUMENTS.stream()
        .filter(
            name ->
                values
                    .text(name)
                    .orElse("")
                    .toLowerCase(Locale.ROOT)
                    .contains(option.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElse(SSH_ARGUMENTS.getFirst());
  }
}
