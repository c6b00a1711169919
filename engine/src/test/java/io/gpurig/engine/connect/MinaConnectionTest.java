package io.gpurig.engine.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.AcceptAllPublickeyAuthenticator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in this process: not OpenSSH, and there on every machine. */
@SuppressWarnings("NullAway.Init")
class MinaConnectionTest extends ConnectionContract {
  @TempDir static Path folder;
  private static SshServer server;
  private static Path key;

  @BeforeAll
  static void start() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String pem =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    key =
        Files.writeString(
            folder.resolve("id"),
            "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
    server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setKeyPairProvider(KeyPairProvider.wrap(generator.generateKeyPair()));
    server.setPublickeyAuthenticator(AcceptAllPublickeyAuthenticator.INSTANCE);
    server.setCommandFactory((channel, command) -> new ShellCommand(command));
    server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop(true);
  }

  @Override
  Connection connect() throws Exception {
    return new SshConnector(SshEnvironment.ofProcess())
        .connect(
            new TestSettings()
                .port(server.getPort())
                .identities(key)
                .knownHosts(HostKeyCheck.ACCEPT_NEW, folder.resolve("known_hosts"))
                .ssh());
  }

  @Test
  void countsItsTraffic() throws Exception {
    assertThat(connection().exec("true", new byte[0], LONG).exit()).isZero();
    assertThat(connection().traffic()).isEqualTo(new Connection.Traffic(1, 1, 0));
  }
}
