package io.gpurig.engine.connect;

import io.gpurig.engine.connect.Destination.Jump;
import io.gpurig.engine.connect.Destination.Verification;
import io.gpurig.engine.connect.config.SshConfig;
import io.gpurig.engine.connect.config.SshConfigException;
import io.gpurig.engine.connect.config.Tokens;
import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds out how hosts are reached, by the inventory and by the configuration of OpenSSH. */
final class Destinations {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10); // as Ansible's
  private static final Duration ALIVE = Duration.ofSeconds(15);
  private static final int MOST_JUMPS = 8;
  private static final Set<String> USUAL_KEYS =
      Set.of(
          "id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa");
  private static final Pattern SPEC =
      Pattern.compile("(?:ssh://)?(?:(.+)@)?(\\[[^]]+]|[^:@/]+)(?::([0-9]{1,5}))?/?");

  private final SshEnvironment environment;
  private final SshConfig config;

  Destinations(SshEnvironment environment) {
    this.environment = environment;
    this.config = new SshConfig(environment.home(), environment.user(), environment.variables());
  }

  /** Returns how a host is reached. */
  Destination of(ConnectionSettings host) throws ConnectionException {
    return new Lookup(
            host.name(), host.address(), host.options(), host.configFile(), host.passphrase(), 0)
        .destination(host.hostKeys());
  }

  /** Returns how a host on the way is reached. */
  Destination of(Jump jump, Optional<Password> passphrase) throws ConnectionException {
    Matcher spec = SPEC.matcher(jump.spec());
    if (!spec.matches()) {
      throw bad("ProxyJump", "\"" + jump.spec() + "\" is not [user@]host[:port]");
    }
    if (jump.depth() > MOST_JUMPS) {
      throw bad("ProxyJump", "the jump hosts before " + jump.spec() + " lead in a circle");
    }
    String host = spec.group(2).replaceAll("^\\[|]$", "");
    List<String> options = new ArrayList<>();
    Optional.ofNullable(spec.group(1)).ifPresent(user -> options.add("User=" + user));
    Optional.ofNullable(spec.group(3)).ifPresent(port -> options.add("Port=" + port));
    if (!jump.before().isEmpty()) {
      options.add("ProxyJump=" + jump.before());
    }
    return new Lookup(
            "the jump host " + host, host, options, jump.configFile(), passphrase, jump.depth())
        .destination(List.of());
  }

  private static ConnectionException bad(String what, String why) {
    return new ConnectionException(
        Problem.error("connect/ssh-config", what + " cannot be used: " + why)
            .suggest(
                "correct the configuration of OpenSSH, or the SSH arguments in the inventory"));
  }

  /** One host, looked up. */
  private final class Lookup {
    private final String name;
    private final String host;
    private final Optional<Path> configFile;
    private final Optional<Password> passphrase;
    private final int depth;
    private final Map<String, List<String>> values;
    private final Map<Character, String> tokens;

    Lookup(
        String name,
        String host,
        List<String> options,
        Optional<Path> configFile,
        Optional<Password> passphrase,
        int depth)
        throws ConnectionException {
      this.name = name;
      this.host = host;
      this.configFile = configFile;
      this.passphrase = passphrase;
      this.depth = depth;
      this.values = look(options);
      this.tokens = config.tokens(values, host, text("hostkeyalias").orElse(host));
    }

    private Map<String, List<String>> look(List<String> options) throws ConnectionException {
      try {
        return config.lookup(host, options, configFile);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConnectionException(Failures.cancelled(name));
      } catch (SshConfigException e) {
        throw Failures.exception(
            Problem.error("connect/ssh-config", Failures.reason(e))
                .suggest("correct the configuration of OpenSSH, or the inventory"),
            e);
      } catch (IOException e) {
        throw bad("the configuration of OpenSSH", Failures.reason(e));
      }
    }

    private Optional<String> text(String keyword) {
      return values.getOrDefault(keyword, List.of()).stream()
          .findFirst()
          .filter(value -> !value.equals("none"));
    }

    private boolean isSet(String keyword) {
      return text(keyword).filter(value -> value.equals("yes")).isPresent();
    }

    private Duration seconds(String keyword, Duration otherwise) {
      return text(keyword)
          .filter(value -> !value.equals("0"))
          .map(value -> Duration.ofSeconds(Long.parseLong(value)))
          .orElse(otherwise);
    }

    Destination destination(List<String> pinned) throws ConnectionException {
      Optional<Jump> jump = jump();
      return new Destination(
          name,
          text("hostname").orElse(host),
          text("port").map(Integer::valueOf).orElse(22),
          text("user").orElseGet(environment::user),
          identities(),
          files("certificatefile"),
          isSet("identitiesonly"),
          agent(),
          passphrase,
          new Verification(
              check(), text("hostkeyalias"), knownHosts(), isSet("hashknownhosts"), pinned),
          jump,
          text("proxycommand").map(command -> Tokens.percent(command, tokens)),
          seconds("connecttimeout", USUAL_TIMEOUT),
          // the kernel's own probes reach no further than the first host on the way, and are not
          // sent while data waits for its acknowledgement: it gives up on that after 15 minutes
          seconds("serveraliveinterval", ALIVE),
          text("serveralivecountmax").map(Integer::valueOf).orElse(3));
    }

    private Optional<Jump> jump() {
      return text("proxyjump")
          .map(
              jumps -> {
                int last = jumps.lastIndexOf(',');
                return new Jump(
                    jumps.substring(last + 1).strip(),
                    last < 0 ? "" : jumps.substring(0, last).strip(),
                    configFile,
                    depth + 1);
              });
    }

    private List<Path> files(String keyword) throws ConnectionException {
      List<Path> files = new ArrayList<>();
      for (String value : values.getOrDefault(keyword, List.of())) {
        if (!value.equals("none")) {
          files.add(path(config.expand(value, tokens)));
        }
      }
      return files;
    }

    private Path path(String file) throws ConnectionException {
      try {
        return Path.of(file);
      } catch (InvalidPathException e) {
        throw bad("a file name", e.getReason());
      }
    }

    /** The usual keys are only those that exist; what somebody names is missed aloud. */
    private List<Path> identities() throws ConnectionException {
      Path folder = environment.home().resolve(".ssh");
      if (!values.containsKey("identityfile")) {
        return Stream.of("id_ed25519", "id_ecdsa", "id_rsa")
            .map(folder::resolve)
            .filter(Files::exists)
            .toList();
      }
      return files("identityfile").stream()
          .filter(
              file ->
                  Files.exists(file)
                      || !folder.equals(file.getParent())
                      || !USUAL_KEYS.contains(String.valueOf(file.getFileName())))
          .toList();
    }

    private Optional<Path> agent() throws ConnectionException {
      List<String> written = values.getOrDefault("identityagent", List.of("SSH_AUTH_SOCK"));
      String agent = written.getFirst();
      if (agent.equals("none")) {
        return Optional.empty();
      }
      boolean named = agent.startsWith("$") && !agent.startsWith("${");
      String socket =
          named || agent.equals("SSH_AUTH_SOCK")
              ? environment.variables().getOrDefault(agent.replaceFirst("^\\$", ""), "")
              : config.expand(agent, tokens);
      return socket.isBlank() ? Optional.empty() : Optional.of(path(socket));
    }

    private HostKeyCheck check() {
      return switch (text("stricthostkeychecking").orElse("ask")) {
        case "true", "yes" -> HostKeyCheck.STRICT;
        case "false", "no", "off" -> HostKeyCheck.OFF;
        case "accept-new" -> HostKeyCheck.ACCEPT_NEW;
        default -> HostKeyCheck.ASK;
      };
    }

    private List<Path> knownHosts() throws ConnectionException {
      List<Path> files = new ArrayList<>(files("userknownhostsfile"));
      files.addAll(files("globalknownhostsfile"));
      return files;
    }
  }
}
