package io.gpurig.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.connect.Become;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.ConnectionSettings.Transport;
import io.gpurig.engine.connect.Password;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import io.gpurig.engine.yaml.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestConnectionVariables {
  @TempDir private Path home;
  private final Problems problems = new Problems();

  @Test
  void withoutVariablesTheConfigurationOfOpenSshDecides() {
    assertThat(settings("{}"))
        .isEqualTo(
            new ConnectionSettings(
                "gpu01",
                Transport.SSH,
                "gpu01",
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty()));
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
        ansible_ssh_private_key_passphrase: open
        ansible_become: "yes"
        ansible_become_user: admin
        ansible_become_method: ansible.builtin.sudo
        ansible_become_password: sesame
        ansible_timeout: 30
        ansible_python_interpreter: /usr/bin/python3
        ansible_ssh_host_key: |
          ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGWk8h5Yx0z0nq0q4b3y1Vn0s6m5x1d0mZ6f0Qp0h7yG
        ansible_ssh_common_args: -o UserKnownHostsFile=/tmp/kh -oStrictHostKeyChecking=accept-new -J a,b -F ~/c
        ansible_ssh_args: -C -o ControlMaster=auto -o ControlPersist=60s
        """;
    assertThat(settings(variables))
        .isEqualTo(
            new ConnectionSettings(
                "gpu01",
                Transport.SSH,
                "10.0.7.1",
                List.of(
                    "Port=2222",
                    "User=ops",
                    "IdentityFile=" + SshOptions.quote(home.resolve("keys/gpu").toString()),
                    "ConnectTimeout=30",
                    "userknownhostsfile=/tmp/kh",
                    "stricthostkeychecking=accept-new",
                    "proxyjump=a,b"),
                Optional.of(home.resolve("c")),
                List.of(
                    "ssh-ed25519"
                        + " AAAAC3NzaC1lZDI1NTE5AAAAIGWk8h5Yx0z0nq0q4b3y1Vn0s6m5x1d0mZ6f0Qp0h7yG"),
                Optional.of(new Password("open")),
                Optional.of(new Become("admin", Optional.of(new Password("sesame"))))));
  }

  @Test
  void passwordsShowThemselvesToNobody() {
    ConnectionSettings settings = settings("{ansible_become: true, ansible_sudo_pass: s3same}");
    assertThat(settings.toString()).doesNotContain("s3same");
    assertThat(settings.become().orElseThrow().password().orElseThrow().reveal())
        .isEqualTo("s3same");
  }

  @Test
  void thePasswordOfTheCommandLineIsForHostsWithoutOne() {
    Optional<Password> given = Optional.of(new Password("given"));
    for (String own : List.of("", ", ansible_become_pass: own")) {
      Become become =
          ConnectionVariables.settings(
                  host("{ansible_become: true" + own + "}"), home, given, problems)
              .orElseThrow()
              .become()
              .orElseThrow();
      assertThat(become.password().orElseThrow().reveal())
          .isEqualTo(own.isEmpty() ? "given" : "own");
    }
  }

  @Test
  void otherSpellingsAreUnderstood() {
    ConnectionSettings settings =
        settings("{ansible_ssh_host: h, ansible_ssh_port: 23, ansible_ssh_user: u v}");
    assertThat(settings.address()).isEqualTo("h");
    assertThat(settings.options()).containsExactly("Port=23", "User=\"u v\"");
    assertThat(settings("{ansible_connection: ansible.builtin.local}").transport())
        .isEqualTo(Transport.LOCAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '%',
      quoteCharacter = '`',
      value = {
        "{ansible_host_key_checking: false} % StrictHostKeyChecking=no",
        "{ansible_ssh_host_key_checking: 'no'} % StrictHostKeyChecking=no",
        "{ansible_host_key_checking: true} % ``",
        "{ansible_ssh_common_args: '-o StrictHostKeyChecking=no'} % stricthostkeychecking=no",
        "{ansible_ssh_extra_args: '-o \"stricthostkeychecking accept-new\"'} %"
            + " stricthostkeychecking=accept-new",
        "{ansible_host_key_checking: no, ansible_ssh_args: '-oStrictHostKeyChecking=yes'} %"
            + " StrictHostKeyChecking=no stricthostkeychecking=yes",
        "{ansible_ssh_args: '-oUserKnownHostsFile=\"/dev/null ~/kh\"'} %"
            + " userknownhostsfile=/dev/null ~/kh",
        "{ansible_ssh_args: '-p 23 -luser -i \"a b\"'} % port=23 user=user identityfile=\"a b\""
      })
  void argumentsOfSshBecomeOptions(String variables, String expected) {
    assertThat(String.join(" ", settings(variables).options())).isEqualTo(expected);
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    Host host =
        host(
            """
            ansible_connection: docker
            ansible_password: x
            ansible_become_method: su
            ansible_ssh_host_key: SHA256:abc
            ansible_ssh_common_args: -W x -o Ciphers=none -o StrictHostKeyChecking=maybe -C
            """);
    assertThat(ConnectionVariables.settings(host, home, Optional.empty(), problems)).isEmpty();
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            error[inventory/connection]: host `gpu01`: `ansible_ssh_host_key` must be TYPE BASE64, as in known_hosts, found "SHA256:abc"
            error[inventory/unsupported-variable]: host `gpu01`: `StrictHostKeyChecking=maybe` is not supported
              = use yes, no, ask or accept-new
            error[inventory/unsupported-variable]: host `gpu01`: `ansible_password` is not supported
              = use a key: `ansible_ssh_private_key_file`
            error[inventory/unsupported-variable]: host `gpu01`: the SSH option `-W` is not supported
              = remove it; docs/inventory.md lists the options that are read
            error[inventory/unsupported-variable]: host `gpu01`: the SSH option `ciphers` is not supported
              = remove it; docs/inventory.md lists the options that are read
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
    assertThat(ConnectionVariables.settings(host, home, Optional.empty(), problems)).isEmpty();
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
        vars.resolve("gpu.yml"), "ansible_port: 0\nansible_ssh_common_args: -o Ciphers=3des\n");
    Inventory inventory = Inventory.load(hosts, "hosts", problems).orElseThrow();
    inventory
        .hosts()
        .forEach(host -> ConnectionVariables.settings(host, home, Optional.empty(), problems));
    assertThat(Rendered.of(problems))
        .isEqualTo(
            """
            group_vars/gpu.yml:1:15: error[inventory/connection]: `ansible_port` must be a whole number from 1 to 65535, found "0"
              | ansible_port: 0
              |               ^
            group_vars/gpu.yml:2:26: error[inventory/unsupported-variable]: the SSH option `ciphers` is not supported
              | ansible_ssh_common_args: -o Ciphers=3des
              |                          ^^^^^^^^^^^^^^^
              = remove it; docs/inventory.md lists the options that are read
            """);
  }

  private ConnectionSettings settings(String variables) {
    ConnectionSettings settings =
        ConnectionVariables.settings(host(variables), home, Optional.empty(), problems)
            .orElseThrow();
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
