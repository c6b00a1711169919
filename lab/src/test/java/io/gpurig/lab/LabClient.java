package io.gpurig.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.helpers.AbstractSession;

/** A connection to one host of a lab, by MINA's own client. */
final class LabClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SshClient client;
  private final boolean owned;
  private final ClientSession session;

  private LabClient(SshClient client, boolean owned, ClientSession session) {
    this.client = client;
    this.owned = owned;
    this.session = session;
  }

  /** What a command left behind. */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(int exit, byte[] out, String err) {
    String text() {
      return new String(out, UTF_8).strip();
    }
  }

  /** Makes a client that trusts the hosts of the lab and no others. */
  static SshClient client(Lab lab) {
    SshClient client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier(
        new KnownHostsServerKeyVerifier(RejectAllServerKeyVerifier.INSTANCE, lab.knownHosts()));
    client.setKeyIdentityProvider(new FileKeyPairProvider(lab.userKey()));
    client.start();
    return client;
  }

  static LabClient connect(Lab lab, LabHost host) throws IOException {
    SshClient client = client(lab);
    try {
      return new LabClient(client, true, login(client, host));
    } catch (IOException e) {
      client.stop();
      throw e;
    }
  }

  static LabClient connect(SshClient client, LabHost host) throws IOException {
    return new LabClient(client, false, login(client, host));
  }

  Result exec(String command) throws IOException {
    return exec(command, new byte[0]);
  }

  Result exec(String command, byte[] stdin) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (ChannelExec channel = session.createExecChannel(command)) {
      channel.setIn(new ByteArrayInputStream(stdin));
      channel.setOut(out);
      channel.setErr(err);
      channel.open().verify(PATIENCE);
      channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
      Integer exit = channel.getExitStatus();
      return new Result(exit == null ? -1 : exit, out.toByteArray(), err.toString(UTF_8));
    }
  }

  /** Starts a command and leaves it running. */
  ChannelExec begin(String command) throws IOException {
    ChannelExec channel = session.createExecChannel(command);
    channel.open().verify(PATIENCE);
    return channel;
  }

  /** Opens a stream to a Unix socket of the host. */
  StreamLocalClientChannel stream(String path) throws IOException {
    StreamLocalClientChannel channel = new StreamLocalClientChannel(path);
    ((AbstractSession) session).getService(ConnectionService.class).registerChannel(channel);
    channel.open().verify(PATIENCE);
    return channel;
  }

  DockerClient docker() throws IOException {
    return new DockerClient(stream("/var/run/docker.sock"));
  }

  @Override
  public void close() throws IOException {
    session.close(true);
    if (owned) {
      client.stop();
    }
  }

  private static ClientSession login(SshClient client, LabHost host) throws IOException {
    ClientSession session =
        client.connect("root", "127.0.0.1", host.port()).verify(PATIENCE).getSession();
    try {
      session.auth().verify(PATIENCE);
      return session;
    } catch (IOException e) {
      session.close(true);
      throw e;
    }
  }
}
