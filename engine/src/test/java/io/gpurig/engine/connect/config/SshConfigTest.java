package io.gpurig.engine.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The own reading of configurations, held against OpenSSH's. */
@SuppressWarnings("NullAway.Init")
final class SshConfigTest {
  private static final Path SSH = Path.of("/usr/bin/ssh");
  private static final List<String> HOSTS = List.of("gpu1", "gpu2.lab", "GPU1", "10.0.0.7", "b");
  @TempDir private Path folder;
  private Path file;
  private SshConfig config;

  static boolean sshIsInstalled() {
    return Files.isExecutable(SSH);
  }

  @BeforeEach
  void start() {
    file = folder.resolve("config");
    config =
        new SshConfig(
            Path.of(System.getProperty("user.home")),
            System.getProperty("user.name"),
            System.getenv());
  }

  @ParameterizedTest
  @EnabledIf("sshIsInstalled")
  @ValueSource(
      strings = {
        "",
        "# nothing\n\n   \n",
        "Host gpu1\n  User a\nHost *\n  User b\n  Port 23\n",
        "host=gpu1\nUSER = \"a b\"\nPort=24\n",
        "Host gpu* !gpu2*\nUser in\nHost !gpu1 *\nUser out\n",
        "Host !gpu1\nUser never\n",
        "Host 10.0.0.? *.lab # comment\nPort 99 # another\n",
        "Host gpu1\nHostName %h.example.com\nMatch host *.example.com\nPort 7\n",
        "Match originalhost gpu1,b\nUser m\nMatch all\nUser n\n",
        "Match user root,ana !host b\nPort 5\nMatch !user nobody\nPort 6\n",
        "User me\nMatch user me\nPort 77\nMatch localuser nobody\nPort 78\n",
        "IdentityFile ~/a\nHost gpu1\nIdentityFile \"~/b c\"\nHost *\nIdentityFile ~/a\n",
        "IdentityFile none\nCertificateFile ~/x-cert.pub\nCertificateFile '/y z'\n",
        "UserKnownHostsFile ~/k1 \"/k 2\" /k/%h/%n\nGlobalKnownHostsFile /g\n",
        "UserKnownHostsFile none\n",
        "HostKeyAlias alias\nUserKnownHostsFile /k/%k\n",
        "ProxyJump a,u@b:23\nProxyCommand never\n",
        "ProxyCommand nc -X 5 %h %p # kept\nProxyJump never\n",
        "ProxyJump none\nProxyJump b\n",
        "ConnectTimeout 2m\nServerAliveInterval 1h30m\nServerAliveCountMax 9\n",
        "StrictHostKeyChecking accept-new\n",
        "StrictHostKeyChecking off\nIdentitiesOnly yes\nHashKnownHosts yes\n",
        "IdentityAgent none\n",
        "IdentityAgent $SOCK\nSendEnv LANG LC_*\nForwardAgent yes\n",
        "Host gpu1\nInclude INCLUDED\nUser after\nHost *\nPort 30\n",
        "Include INCLUDED /nowhere*\nHost b\nUser b\n",
        "Match canonical\nUser never\nHost *\nUser always\n"
      })
  void readsAsOpenSshDoes(String text) throws Exception {
    Path included =
        Files.writeString(
            folder.resolve("included"), "Port 31\nHost gpu2*\nUser two\nHost gpu1\nUser one\n");
    same(text.replace("INCLUDED", included.toString()));
  }

  @Test
  @EnabledIf("sshIsInstalled")
  void readsRandomConfigurationsAsOpenSshDoes() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      same(random(new Random(seed)));
    }
  }

  private static String random(Random random) {
    List<String> lines =
        List.of(
            "Host gpu1",
            "Host gpu* !gpu2.lab",
            "Host *",
            "Host b 10.*",
            "Host=\"gpu2.lab\"",
            "Match host gpu*",
            "Match user ana",
            "Match !originalhost b",
            "Match all",
            "  User ana",
            "User\t\"o k\"",
            "Port 2222",
            "Port=23",
            "HostName %h.lab",
            "hostname 10.9.8.7",
            "IdentityFile ~/.ssh/%r",
            "IdentityFile=/k\\ 2",
            "CertificateFile ~/c",
            "IdentitiesOnly true",
            "ProxyJump a",
            "ProxyJump none",
            "ProxyCommand cat %h",
            "HostKeyAlias al",
            "UserKnownHostsFile ~/x /y",
            "StrictHostKeyChecking ask",
            "StrictHostKeyChecking yes",
            "ConnectTimeout 7",
            "ServerAliveInterval 3m",
            "# nothing",
            "Compression yes");
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(14); i >= 0; i--) {
      text.append(lines.get(random.nextInt(lines.size()))).append('\n');
    }
    return text.toString();
  }

  private void same(String text) throws Exception {
    Files.writeString(file, text);
    config =
        new SshConfig(
            Path.of(System.getProperty("user.home")),
            System.getProperty("user.name"),
            System.getenv());
    for (String host : HOSTS) {
      List<String> options = new ArrayList<>();
      if (host.equals("b")) {
        options.addAll(List.of("Port=1234", "User=\"given\""));
      }
      Map<String, List<String>> asked = config.ask(SSH, host, options, Optional.of(file));
      Map<String, List<String>> read = config.read(host, options, Optional.of(file));
      assertThat(comparable(read)).as("%s of%n%s", host, text).isEqualTo(comparable(asked));
    }
  }

  /** What ssh fills in for the keys that it would try, and for what is off, says nothing. */
  private static Map<String, List<String>> comparable(Map<String, List<String>> values) {
    Map<String, List<String>> rest = new TreeMap<>(values);
    rest.computeIfPresent(
        "identityfile", (key, files) -> files.contains("~/.ssh/id_dsa") ? List.of() : files);
    Map<String, String> off =
        Map.of(
            "identitiesonly", "no",
            "hashknownhosts", "no",
            "serveraliveinterval", "0",
            "serveralivecountmax", "3",
            "connecttimeout", "none",
            "proxyjump", "none");
    rest.entrySet()
        .removeIf(
            entry ->
                entry.getValue().isEmpty()
                    || entry.getValue().equals(List.of(off.getOrDefault(entry.getKey(), "-"))));
    // file names with spaces are not told apart by what ssh prints
    rest.computeIfPresent("userknownhostsfile", (key, files) -> List.of(String.join(" ", files)));
    return rest;
  }

  @Test
  @EnabledIf("sshIsInstalled")
  void asksOpenSshForWhatItAloneUnderstands() throws Exception {
    Files.writeString(file, "Match exec \"test %n = gpu1\"\n  User told\n");
    assertThat(config.lookup("gpu1", List.of(), Optional.of(file)).get("user"))
        .containsExactly("told");
    assertThat(config.lookup("gpu2", List.of(), Optional.of(file)).get("user"))
        .doesNotContain("told");
  }

  @Test
  @EnabledIf("sshIsInstalled")
  void startsNoProcessWhereNothingIsConfigured() throws Exception {
    Path program = folder.resolve("ssh");
    Files.writeString(program, "#!/bin/sh\n: >" + folder.resolve("asked") + "\nexit 1\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    config = new SshConfig(folder, "ana", Map.of("PATH", folder.toString()));

    Files.writeString(file, "Host *\n  SendEnv LANG\n  HashKnownHosts yes\n");
    Map<String, List<String>> values = config.lookup("gpu1", List.of("Port=9"), Optional.of(file));

    assertThat(values.get("port")).containsExactly("9");
    assertThat(values.get("hashknownhosts")).containsExactly("yes");
    assertThat(values.get("user")).containsExactly("ana");
    assertThat(folder.resolve("asked")).doesNotExist();

    Path other = Files.writeString(folder.resolve("other"), "User x\n");
    assertThatThrownBy(() -> config.lookup("gpu1", List.of(), Optional.of(other)))
        .isInstanceOf(SshConfigException.class);
    assertThat(folder.resolve("asked")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Port zero",
        "Port 70000",
        "User",
        "IdentitiesOnly maybe",
        "ConnectTimeout soon",
        "StrictHostKeyChecking perhaps",
        "User \"open",
        "Match exec true",
        "Match host"
      })
  void saysWhereAMistakeIs(String line) throws IOException {
    Files.writeString(file, "# first\n" + line + "\n");
    assertThatThrownBy(() -> config.read("gpu1", List.of(), Optional.of(file)))
        .isInstanceOf(SshConfigException.class)
        .hasMessageStartingWith(file + ":2: ");
  }

  @Test
  void readsTheFilesOfTheUserAndFollowsIncludes() throws Exception {
    Path ssh = Files.createDirectories(folder.resolve(".ssh/more"));
    Files.writeString(folder.resolve(".ssh/config"), "Include more/*.conf\nUser last\n");
    Files.writeString(ssh.resolve("b.conf"), "User b\nPort 2\n");
    Files.writeString(ssh.resolve("a.conf"), "User a\nUserKnownHostsFile ~/kh\n");
    config = new SshConfig(folder, "ana", Map.of("PATH", "/nowhere"));

    Map<String, List<String>> values = config.lookup("gpu1", List.of(), Optional.empty());

    assertThat(values.get("user")).containsExactly("a");
    assertThat(values.get("port")).containsExactly("2");
    assertThat(values.get("userknownhostsfile")).containsExactly(folder + "/kh");
  }
}
