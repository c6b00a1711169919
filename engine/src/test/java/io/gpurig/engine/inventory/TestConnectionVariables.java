package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.ConnectionSettings.HostKeyCheck;
import io.gpurig.engine.connect.ConnectionSettings.Transport;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import io.gpurig.engine.yaml.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestConnectionVariables {
  private static final Path GLOBAL = Path.of("/etc/ssh/ssh_known_hosts");

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>(Map.of("USER", "ana"));
  private final Problems problems = new Problems();

  @Test
  void defaultsAreThoseOfOpenSsh() throws IOException {
    Path ssh = Files.createDirectory(home.resolve(".ssh"));
    Files.createFile(ssh.resolve("id_rsa"));
    Files.createFile(ssh.resolve("id_ed25519"));
    environment.put("SSH_AUTH_SOCK", "/run/agent");
    assertThat(settings("{}"))
        .isEqualTo(
            new ConnectionSettings(
                "gpu01",
                Transport.SSH,
                "gpu01",
                22,
                "ana",
                List.of(ssh.resolve("id_ed25519"), ssh.resolve("id_rsa")),
                Optional.of(Path.of("/run/agent")),
                List.of(ssh.resolve("known_hosts"), GLOBAL),
                HostKeyCheck.STRICT,
                false,
                "root",
                Duration.ofSeconds(10)));
  }

  @Test
  void everyVariableIsRead() {
    String variables =
        """
        rack: 7
        ansible_connection: smart
        ansible_host: 10.0.${rack}.1
        ansible_port: "2222"
        ansible_user: ops
        ansible_ssh_private_key_file: ~/keys/gpu
        ansible_become: "yes"
        ansible_become_user: admin
        ansible_become_method: ansible.builtin.sudo
        ansible_timeout: 30
        ansible_python_interpreter: /usr/bin/python3
        ansible_ssh_common_args: -o UserKnownHostsFile=/tmp/kh -oStrictHostKeyChecking=accept-new
        """;
    assertThat(settings(variables))
        .isEqualTo(
            new ConnectionSettings(
                "gpu01",
                Transport.SSH,
                "10.0.7.1",
                2222,
                "ops",
                List.of(home.resolve("keys/gpu")),
                Optional.empty(),
                List.of(Path.of("/tmp/kh"), GLOBAL),
                HostKeyCheck.ACCEPT_NEW,
                true,
                "admin",
                Duration.ofSeconds(30)));
  }

  @Test
  void otherSpellingsAreUnderstood() {
    ConnectionSettings settings =
        settings("{ansible_ssh_host: h, ansible_ssh_port: 23, ansible_ssh_user: u}");
    assertThat(settings.address() + settings.port() + settings.user()).isEqualTo("h23u");
    assertThat(settings("{ansible_connection: ansible.builtin.local}").transport())
        .isEqualTo(Transport.LOCAL);
    environment.remove("USER");
    environment.put("LOGNAME", "log");
    assertThat(settings("{}").user()).isEqualTo("log");
    environment.clear();
    assertThat(settings("{}").user()).isEqualTo(System.getProperty("user.name"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '%',
      quoteCharacter = '`',
      value = {
        "{ansible_host_key_checking: false} % OFF",
        "{ansible_ssh_host_key_checking: 'no'} % OFF",
        "{ansible_host_key_checking: true} % STRICT",
        "{ansible_ssh_common_args: '-o StrictHostKeyChecking=no'} % OFF",
        "{ansible_ssh_extra_args: '-oStrictHostKeyChecking=off'} % OFF",
        "{ansible_ssh_extra_args: '-o \"stricthostkeychecking accept-new\"'} % ACCEPT_NEW",
        "{ansible_host_key_checking: true, ansible_ssh_args: '-o StrictHostKeyChecking=no'} % OFF",
        "{ansible_host_key_checking: no, ansible_ssh_args: '-oStrictHostKeyChecking=yes'} % OFF",
        "{ansible_ssh_common_args: '-oStrictHostKeyChecking=yes -oStrictHostKeyChecking=no'} %"
            + " STRICT"
      })
  void hostKeysAreChecked(String variables, HostKeyCheck expected) {
    assertThat(settings(variables).hostKeyCheck()).isEqualTo(expected);
  }

  @Test
  void knownHostsMayBeSeveral() {
    assertThat(
            settings("{ansible_ssh_args: '-o UserKnownHostsFile=\"/dev/null ~/kh\"'}").knownHosts())
        .containsExactly(Path.of("/dev/null"), home.resolve("kh"), GLOBAL);
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    Host host =
        host(
            """
            ansible_connection: docker
            ansible_password: x
            ansible_become_pass: x
            ansible_become_method: su
            ansible_ssh_common_args: -J jump -o ProxyJump=jump -o StrictHostKeyChecking=ask -C
            """);
    assertThat(ConnectionVariables.settings(host, environment, home, problems)).isEmpty();
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/unsupported-variable]: host `gpu01`: `StrictHostKeyChecking=ask` is not supported
              = use yes, no or accept-new
            error[inventory/unsupported-variable]: host `gpu01`: `ansible_become_pass` is not supported
              = let the user run sudo without a password
            error[inventory/unsupported-variable]: host `gpu01`: `ansible_password` is not supported
              = use a key: `ansible_ssh_private_key_file`
            error[inventory/unsupported-variable]: host `gpu01`: the SSH option `-C` is not supported
              = remove it; only UserKnownHostsFile and StrictHostKeyChecking are read
            error[inventory/unsupported-variable]: host `gpu01`: the SSH option `-J` is not supported
              = remove it; only UserKnownHostsFile and StrictHostKeyChecking are read
            error[inventory/unsupported-variable]: host `gpu01`: the SSH option `proxyjump` is not supported
              = remove it; only UserKnownHostsFile and StrictHostKeyChecking are read
            error[inventory/unsupported-variable]: host `gpu01`: the become method `su` is not supported
              = set `ansible_become_method` to sudo
            error[inventory/unsupported-variable]: host `gpu01`: the connection `docker` is not supported
              = set `ansible_connection` to ssh or local
            """);
  }

  @Test
  void valuesThatMakeNoSenseAreNamed() {
    Host host =
        host(
            """
            ansible_port: 70000
            ansible_timeout: soon
            ansible_become: perhaps
            ansible_user: [a]
            ansible_host: ${nope}
            ansible_ssh_private_key_file: "a\\0b"
            """);
    assertThat(ConnectionVariables.settings(host, environment, home, problems)).isEmpty();
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/connection]: host `gpu01`: "a\\0b" is not a file name
            error[inventory/connection]: host `gpu01`: `ansible_become` must be true or false, found "perhaps"
            error[inventory/connection]: host `gpu01`: `ansible_host` cannot be used: unknown variable `nope`
            error[inventory/connection]: host `gpu01`: `ansible_port` must be a whole number from 1 to 65535, found "70000"
            error[inventory/connection]: host `gpu01`: `ansible_timeout` must be a whole number from 1 to 86400, found "soon"
            error[inventory/connection]: host `gpu01`: `ansible_user` must be one value, found a list
            """);
  }

  @Test
  void problemsStandWhereTheVariableIsWrittenAndOnceForAllHosts() throws IOException {
    Path hosts = Files.writeString(home.resolve("hosts"), "[gpu]\nh[1:2]\n");
    Path vars = Files.createDirectory(home.resolve("group_vars"));
    Files.writeString(
        vars.resolve("gpu.yml"), "ansible_port: 0\nansible_ssh_common_args: -o Compression=yes\n");
    Inventory inventory = Inventory.load(hosts, "hosts", problems).orElseThrow();
    inventory
        .hosts()
        .forEach(host -> ConnectionVariables.settings(host, environment, home, problems));
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            group_vars/gpu.yml:1:15: error[inventory/connection]: `ansible_port` must be a whole number from 1 to 65535, found "0"
              | ansible_port: 0
              |               ^
            group_vars/gpu.yml:2:26: error[inventory/unsupported-variable]: the SSH option `compression` is not supported
              | ansible_ssh_common_args: -o Compression=yes
              |                          ^^^^^^^^^^^^^^^^^^
              = remove it; only UserKnownHostsFile and StrictHostKeyChecking are read
            """);
  }

  private ConnectionSettings settings(String variables) {
    ConnectionSettings settings =
        ConnectionVariables.settings(host(variables), environment, home, problems).orElseThrow();
    assertThat(Rendered.of(problems)).isEmpty();
    return settings;
  }

  private static Host host(String variables) {
    JsonNode tree = Document.parse("x", variables, new Problems()).orElseThrow().tree();
    Map<String, JsonNode> map = new HashMap<>();
    tree.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return new Host("gpu01", map);
  }
}
