package io.gpurig.engine.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in to a real sshd: keys, agents, certificates and host keys. */
@EnabledIf("sshdIsInstalled")
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class SshLoginTest {
  @TempDir static Path keys;
  @TempDir Path folder;
  private OpenSshServer server;
  private Path known;

  static boolean sshdIsInstalled() {
    return OpenSshServer.isInstalled();
  }

  @BeforeAll
  static void makeKeys() throws Exception {
    Tool.key(keys, "host", "", "-t", "ed25519");
    Tool.key(keys, "host-ecdsa", "", "-t", "ecdsa", "-b", "256");
    Tool.key(keys, "host-rsa", "", "-t", "rsa", "-b", "2048");
    Tool.key(keys, "authority", "", "-t", "ed25519");
    Tool.key(keys, "ed25519", "", "-t", "ed25519");
    Tool.key(keys, "rsa", "", "-t", "rsa", "-b", "2048");
    Tool.key(keys, "other", "", "-t", "ed25519");
    for (String size : new String[] {"256", "384", "521"}) {
      Tool.key(keys, "ecdsa" + size, "", "-t", "ecdsa", "-b", size);
      Tool.key(keys, "ecdsa" + size + "-pem", "", "-t", "ecdsa", "-b", size, "-m", "PEM");
      Tool.key(keys, "ecdsa" + size + "-pkcs8", "", "-t", "ecdsa", "-b", size, "-m", "PKCS8");
    }
    Tool.key(keys, "rsa-pem", "", "-t", "rsa", "-b", "2048", "-m", "PEM");
    Tool.key(keys, "rsa-pkcs8", "", "-t", "rsa", "-b", "2048", "-m", "PKCS8");
    Tool.key(keys, "locked", "secret", "-t", "ed25519");
    Tool.key(keys, "locked-pem", "secret", "-t", "rsa", "-b", "2048", "-m", "PEM");
    Tool.key(keys, "locked-pkcs8", "secret", "-t", "rsa", "-b", "2048", "-m", "PKCS8");
    Tool.key(keys, "locked-ecdsa", "secret", "-t", "ecdsa", "-b", "256");
  }

  @BeforeEach
  void start() throws Exception {
    known = folder.resolve("known_hosts");
    serve("host");
  }

  private void serve(String hostKey, String... options) throws Exception {
    stop();
    Files.writeString(folder.resolve("authorized_keys"), "");
    server = OpenSshServer.start(folder, keys.resolve(hostKey), options);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void authorize(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(
          folder.resolve("authorized_keys"),
          Files.readString(keys.resolve(name + ".pub")),
          StandardOpenOption.APPEND);
    }
  }

  private TestSettings settings() {
    return new TestSettings().port(server.port());
  }

  private static void connect(TestSettings settings) throws ConnectionException {
    try (Connection connection =
        new SshConnector(SshEnvironment.ofProcess()).connect(settings.ssh())) {
      assertThat(connection.exec("true", new byte[0], Duration.ofSeconds(20)).exit()).isZero();
    }
  }

  private static Problem problem(TestSettings settings) {
    ConnectionException refused =
        catchThrowableOfType(ConnectionException.class, () -> connect(settings));
    assertThat(refused).isNotNull();
    assertThat(refused.problem().message()).doesNotContain("Exception", "sshj", "\n");
    return refused.problem();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ed25519",
        "rsa",
        "rsa-pem",
        "rsa-pkcs8",
        "ecdsa256",
        "ecdsa384",
        "ecdsa521",
        "ecdsa256-pem",
        "ecdsa384-pem",
        "ecdsa521-pem",
        "ecdsa256-pkcs8",
        "ecdsa384-pkcs8",
        "ecdsa521-pkcs8"
      })
  void logsInWithAKeyFile(String name) throws Exception {
    authorize(name);
    connect(settings().identities(keys.resolve(name)));
  }

  @Test
  void triesOneKeyAfterTheOther() throws Exception {
    authorize("rsa");
    connect(
        settings().identities(keys.resolve("other"), keys.resolve("none"), keys.resolve("rsa")));
  }

  @Test
  void ignoresAPublicKeyFileOfAnotherKey() throws Exception {
    authorize("ed25519");
    Path copy = Files.copy(keys.resolve("ed25519"), folder.resolve("id"));
    Files.copy(keys.resolve("other.pub"), folder.resolve("id.pub"));
    connect(settings().identities(copy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa", "ecdsa521"})
  void logsInWithTheCertificateBesideTheKey(String name) throws Exception {
    serve("host", "TrustedUserCAKeys " + keys.resolve("authority.pub"));
    Path key = certified(name, System.getProperty("user.name"));
    connect(settings().identities(key));
  }

  @Test
  void fallsBackFromACertificateToItsKey() throws Exception {
    authorize("ed25519");
    connect(settings().identities(certified("ed25519", "nobody")));
  }

  private Path certified(String name, String principal) throws Exception {
    Path key = Files.copy(keys.resolve(name), folder.resolve(name));
    Path blob = Files.copy(keys.resolve(name + ".pub"), folder.resolve(name + ".pub"));
    Tool.run(
        "ssh-keygen",
        "-q",
        "-s",
        keys.resolve("authority").toString(),
        "-I",
        "test",
        "-n",
        principal,
        blob.toString());
    return key;
  }

  @ParameterizedTest
  @CsvSource({"ed25519", "rsa", "ecdsa256"})
  void logsInThroughTheAgent(String name) throws Exception {
    authorize(name);
    try (Agent agent = new Agent(folder)) {
      agent.add(keys.resolve("other"));
      agent.add(keys.resolve(name));
      connect(settings().agent(agent.socket));
    }
  }

  @Test
  void usesTheAgentForALockedKey() throws Exception {
    authorize("ed25519");
    Path key = Files.copy(keys.resolve("ed25519"), folder.resolve("id"));
    try (Agent agent = new Agent(folder)) {
      agent.add(key);
      Tool.run("ssh-keygen", "-q", "-p", "-N", "secret", "-f", key.toString());
      connect(settings().agent(agent.socket).identities(key));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa"})
  void usesACertificateInTheAgent(String name) throws Exception {
    serve("host", "TrustedUserCAKeys " + keys.resolve("authority.pub"));
    Path key = certified(name, System.getProperty("user.name"));
    try (Agent agent = new Agent(folder)) {
      agent.add(key); // adds the certificate beside it too
      Files.delete(key);
      connect(settings().agent(agent.socket));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"locked", "locked-pem"})
  void saysThatAKeyNeedsAPassphrase(String name) {
    Problem problem = problem(settings().identities(keys.resolve(name)));
    assertThat(problem.code()).isEqualTo("connect/key-passphrase");
    assertThat(problem.message()).contains("needs a passphrase", keys.resolve(name).toString());
    assertThat(problem.suggestion()).contains("run `ssh-add " + keys.resolve(name) + "`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"locked", "locked-pem", "locked-pkcs8", "locked-ecdsa"})
  void opensAKeyWithItsPassphrase(String name) throws Exception {
    authorize(name);
    connect(settings().identities(keys.resolve(name)).passphrase("secret"));
    Problem problem = problem(settings().identities(keys.resolve(name)).passphrase("wrong"));
    assertThat(problem.code()).isEqualTo("connect/key-passphrase");
    assertThat(problem.message()).contains("does not open it").doesNotContain("wrong");
  }

  /** A user at a terminal. */
  private static final class User implements Prompt {
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final Deque<String> passphrases = new ArrayDeque<>();
    private final Answer answer;

    User(Answer answer, String... passphrases) {
      this.answer = answer;
      this.passphrases.addAll(List.of(passphrases));
    }

    @Override
    public Optional<Password> passphrase(Path key, boolean again) {
      asked.add(key.getFileName() + (again ? " again" : ""));
      return Optional.ofNullable(passphrases.poll()).map(Password::new);
    }

    @Override
    public Answer hostKeys(List<UnknownHost> hosts) {
      hosts.forEach(host -> asked.add(host.host() + " " + host.fingerprint()));
      return answer;
    }

    SshConnector connector() {
      return new SshConnector(
          new SshEnvironment(Path.of(System.getProperty("user.home")), System.getenv(), this));
    }
  }

  @Test
  void asksForAPassphraseOnceForAllHosts() throws Exception {
    authorize("locked");
    User user = new User(Prompt.Answer.NO, "oops", "secret");
    SshConnector connector = user.connector();
    for (int i = 0; i < 3; i++) {
      connector.connect(settings().identities(keys.resolve("locked")).ssh()).close();
    }
    assertThat(user.asked).containsExactly("locked", "locked again");
  }

  @Test
  void asksAboutAnUnknownHostAndRemembersIt() throws Exception {
    TestSettings settings = checked(HostKeyCheck.ASK).option("HashKnownHosts=yes");
    assertThat(problem(settings).code()).isEqualTo("connect/host-key-unknown"); // nobody to ask

    User unwilling = new User(Prompt.Answer.NO);
    assertThat(
            catchThrowableOfType(
                    ConnectionException.class, () -> unwilling.connector().connect(settings.ssh()))
                .problem()
                .code())
        .isEqualTo("connect/host-key-unknown");
    assertThat(known).doesNotExist();

    User willing = new User(Prompt.Answer.YES);
    willing.connector().connect(settings.ssh()).close();
    String print =
        Tool.run("ssh-keygen", "-l", "-f", keys.resolve("host").toString()).split(" ")[1];
    assertThat(willing.asked).containsExactly("gpu1 (127.0.0.1:" + server.port() + ") " + print);
    assertThat(known).content().startsWith("|1|").hasLineCount(1);
    connect(checked(HostKeyCheck.STRICT));
    String found =
        Tool.run("ssh-keygen", "-F", "[127.0.0.1]:" + server.port(), "-f", known.toString());
    assertThat(found).contains("found: line 1");
  }

  @Test
  void acceptsOnlyPinnedKeys() throws Exception {
    know(hostLine("host")); // is not looked at
    String pinned = hostLine("host").split(" ", 2)[1].strip();
    String other = hostLine("other").split(" ", 2)[1].strip();
    connect(checked(HostKeyCheck.STRICT).pinned(other, pinned));
    Problem problem = problem(checked(HostKeyCheck.ACCEPT_NEW).pinned(other));
    assertThat(problem.code()).isEqualTo("connect/host-key-changed");
    know("@revoked * " + pinned + "\n");
    assertThat(problem(checked(HostKeyCheck.STRICT).pinned(pinned)).code())
        .isEqualTo("connect/host-key-revoked");
  }

  @Test
  void looksForTheAliasOfAHost() throws Exception {
    know("alias " + hostLine("host").split(" ", 2)[1]);
    connect(checked(HostKeyCheck.STRICT).option("HostKeyAlias=alias"));
    assertThat(problem(checked(HostKeyCheck.STRICT)).code()).isEqualTo("connect/host-key-unknown");
  }

  @Test
  void acceptsACertificateForTheAliasOfAHost() throws Exception {
    serveCertified("host", "-h", "alias");
    know("@cert-authority alias " + hostLine("authority").split(" ", 2)[1]);
    connect(checked(HostKeyCheck.STRICT).option("HostKeyAlias=alias"));
  }

  @Test
  void usesACertificateFromAnywhere() throws Exception {
    serve("host", "TrustedUserCAKeys " + keys.resolve("authority.pub"));
    Path key = certified("ed25519", System.getProperty("user.name"));
    Path elsewhere = folder.resolve("signed");
    Files.move(folder.resolve("ed25519-cert.pub"), elsewhere);
    assertThat(problem(settings().identities(key)).code()).isEqualTo("connect/refused-key");
    connect(settings().identities(key).option("CertificateFile=" + elsewhere));
    try (Agent agent = new Agent(folder)) {
      agent.add(key);
      Files.delete(key);
      connect(settings().agent(agent.socket).option("CertificateFile=" + elsewhere));
    }
  }

  @Test
  void leavesTheOtherKeysOfTheAgentAlone() throws Exception {
    authorize("rsa");
    try (Agent agent = new Agent(folder)) {
      agent.add(keys.resolve("rsa"));
      agent.add(keys.resolve("other"));
      Path named = Files.copy(keys.resolve("other.pub"), folder.resolve("named.pub"));
      TestSettings settings = settings().agent(agent.socket).identities(named);
      connect(settings);
      Problem problem = problem(settings.option("IdentitiesOnly=yes"));
      assertThat(problem.message()).contains("named.pub (ssh-ed25519").doesNotContain("ssh-rsa");
    }
  }

  @Test
  void goesThroughACommand() throws Exception {
    authorize("ed25519");
    TestSettings settings = settings().identities(keys.resolve("ed25519"));
    String relay = "exec 3<>/dev/tcp/127.0.0.1/%p; cat <&3 & cat >&3";
    connect(settings.address("nowhere.invalid").option("ProxyCommand=bash -c '" + relay + "'"));
    Problem problem =
        problem(settings().identities(keys.resolve("ed25519")).option("ProxyCommand=exec false"));
    assertThat(problem.code()).isEqualTo("connect/unreachable");
  }

  @Test
  void saysWhoWasRefusedWithWhichKeys() throws Exception {
    Path agentless = folder.resolve("no-agent");
    Problem problem =
        problem(
            settings().identities(keys.resolve("other"), keys.resolve("missing")).agent(agentless));
    assertThat(problem.code()).isEqualTo("connect/refused-key");
    String print =
        Tool.run("ssh-keygen", "-l", "-f", keys.resolve("other").toString()).split(" ")[1];
    assertThat(problem.message())
        .contains(
            "as " + System.getProperty("user.name"),
            "tried " + keys.resolve("other") + " (ssh-ed25519 " + print + ")",
            keys.resolve("missing") + " (no such file)",
            "the agent at " + agentless);
  }

  @Test
  void saysThatThereIsNoKey() {
    assertThat(problem(settings()).message()).contains("there is no key to try");
  }

  @Test
  void saysThatTheServerGaveUp() throws Exception {
    serve("host", "MaxAuthTries 1");
    Problem problem =
        problem(settings().identities(keys.resolve("other"), keys.resolve("ed25519")));
    assertThat(problem.code()).isEqualTo("connect/refused-key");
    assertThat(problem.message()).contains("allows no more attempts");
  }

  private TestSettings checked(HostKeyCheck check) throws IOException {
    Files.writeString(
        folder.resolve("authorized_keys"), Files.readString(keys.resolve("ed25519.pub")));
    return settings().identities(keys.resolve("ed25519")).knownHosts(check, known);
  }

  private String hostLine(String name) throws IOException {
    String[] words = Files.readString(keys.resolve(name + ".pub")).split(" ");
    return "[127.0.0.1]:%d %s %s\n".formatted(server.port(), words[0], words[1]);
  }

  private void know(String... lines) throws IOException {
    Files.writeString(known, String.join("", lines));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "host-ecdsa", "host-rsa"})
  void acceptsAKnownHost(String name) throws Exception {
    serve(name);
    know("# comment\n", "\n", hostLine("other"), hostLine(name));
    connect(checked(HostKeyCheck.STRICT));
  }

  @Test
  void prefersTheAlgorithmOfTheKnownKey() throws Exception {
    serve("host", "HostKey " + keys.resolve("host-rsa"));
    know(hostLine("host-rsa"));
    connect(checked(HostKeyCheck.STRICT));
  }

  @Test
  void acceptsAHashedName() throws Exception {
    know(hostLine("host"));
    Tool.run("ssh-keygen", "-q", "-H", "-f", known.toString());
    assertThat(Files.readString(known)).startsWith("|1|");
    connect(checked(HostKeyCheck.STRICT));
  }

  @Test
  void refusesAnUnknownHostWithTheCommandThatAddsIt() throws Exception {
    Problem problem = problem(checked(HostKeyCheck.STRICT));
    assertThat(problem.code()).isEqualTo("connect/host-key-unknown");
    String print =
        Tool.run("ssh-keygen", "-l", "-f", keys.resolve("host").toString()).split(" ")[1];
    assertThat(problem.message()).contains("gpu1 (127.0.0.1:" + server.port() + ")", print);

    String suggestion = problem.suggestion().orElseThrow();
    String command = suggestion.substring(suggestion.indexOf('`') + 1, suggestion.lastIndexOf('`'));
    Tool.run("sh", "-c", command + " 2>/dev/null");
    connect(checked(HostKeyCheck.STRICT));
  }

  @Test
  void remembersAnUnknownHostOnce() throws Exception {
    know("other.example ssh-ed25519 broken");
    connect(checked(HostKeyCheck.ACCEPT_NEW));
    connect(checked(HostKeyCheck.ACCEPT_NEW));
    connect(checked(HostKeyCheck.STRICT));
    assertThat(Files.readString(known))
        .isEqualTo("other.example ssh-ed25519 broken\n" + hostLine("host"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "rsa"}) // of the same type, and of another
  void refusesAChangedHostAndSaysWhere(String name) throws Exception {
    know("# first line\n", hostLine(name));
    String before = Files.readString(known);
    for (HostKeyCheck check : new HostKeyCheck[] {HostKeyCheck.STRICT, HostKeyCheck.ACCEPT_NEW}) {
      Problem problem = problem(checked(check));
      assertThat(problem.code()).isEqualTo("connect/host-key-changed");
      assertThat(problem.message()).contains(known + ":2");
      assertThat(problem.suggestion().orElseThrow()).contains("ssh-keygen -f " + known + " -R");
    }
    assertThat(Files.readString(known)).isEqualTo(before);
    connect(checked(HostKeyCheck.OFF));
  }

  @Test
  void refusesARevokedKeyThoughItIsListed() throws Exception {
    know(hostLine("host"), "@revoked * " + hostLine("host").split(" ", 2)[1]);
    for (HostKeyCheck check : HostKeyCheck.values()) {
      Problem problem = problem(checked(check));
      assertThat(problem.code()).isEqualTo("connect/host-key-revoked");
      assertThat(problem.message()).contains(known + ":2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "host-rsa", "host-ecdsa"})
  void acceptsACertifiedHost(String name) throws Exception {
    serveCertified(name, "-h", "127.0.0.1");
    know("@cert-authority * " + hostLine("authority").split(" ", 2)[1]);
    connect(checked(HostKeyCheck.STRICT));

    know("@cert-authority !127.0.0.1,![127.*,* " + hostLine("authority").split(" ", 2)[1]);
    assertThat(problem(checked(HostKeyCheck.STRICT)).code()).isEqualTo("connect/host-key-unknown");

    String authority = hostLine("authority").split(" ", 2)[1];
    know("@cert-authority * " + authority, "@revoked * " + authority);
    assertThat(problem(checked(HostKeyCheck.STRICT)).code()).isEqualTo("connect/host-key-revoked");
  }

  @Test
  void refusesACertificateForAnotherHost() throws Exception {
    serveCertified("host", "-h", "10.9.8.7");
    know("@cert-authority * " + hostLine("authority").split(" ", 2)[1]);
    Problem problem = problem(checked(HostKeyCheck.STRICT));
    assertThat(problem.code()).isEqualTo("connect/host-certificate");
    assertThat(problem.message()).contains("10.9.8.7");
  }

  private void serveCertified(String name, String kind, String principal) throws Exception {
    Path copy =
        Files.copy(
            keys.resolve(name + ".pub"),
            folder.resolve(name + ".pub"),
            StandardCopyOption.REPLACE_EXISTING);
    Tool.run(
        "ssh-keygen",
        "-q",
        "-s",
        keys.resolve("authority").toString(),
        "-I",
        "test",
        kind,
        "-n",
        principal,
        copy.toString());
    serve(name, "HostCertificate " + folder.resolve(name + "-cert.pub"));
  }
}
