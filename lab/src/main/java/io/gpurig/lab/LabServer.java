package io.gpurig.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.jspecify.annotations.Nullable;

/** The SSH server behind the ports of all hosts: a host is known by the port it is reached on. */
final class LabServer {
  private static final Pattern DIAL_STDIO =
      Pattern.compile("\\s*(sudo\\s+(-n\\s+)?)?docker\\s+system\\s+dial-stdio\\s*");

  private final ManyPorts ssh = new ManyPorts();
  private final Processes processes;
  private final Map<Integer, LabHost> hosts = new ConcurrentHashMap<>();

  LabServer(LabKeys keys, Processes processes) {
    this.processes = processes;
    ServerBuilder.builder().factory(() -> ssh).build();
    ssh.setKeyPairProvider(KeyPairProvider.wrap(keys.host()));
    ssh.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    ssh.setPublickeyAuthenticator(
        (user, key, session) ->
            user.equals("root") && KeyUtils.compareKeys(key, keys.user().getPublic()));
    ssh.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    ssh.setChannelFactories(
        List.of(ChannelSessionFactory.INSTANCE, new StreamLocalChannel.Factory(this)));
    ssh.setCommandFactory(this::command);
    ssh.setShellFactory(channel -> shell(channel, List.of("/bin/sh")));
    CoreModuleProperties.IDLE_TIMEOUT.set(ssh, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(ssh, Duration.ZERO);
    // a client that thinks for a minute is slow, not gone
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(ssh, Duration.ofHours(1));
    CoreModuleProperties.TCP_NODELAY.set(ssh, true);
    CoreModuleProperties.SOCKET_BACKLOG.set(ssh, 64);
  }

  /** Starts to listen and returns the ports. */
  List<Integer> start(int count) throws IOException {
    return ssh.start(count);
  }

  void add(LabHost host) {
    hosts.put(host.port(), host);
  }

  void listen(int port) throws IOException {
    ssh.listen(port);
  }

  void refuse(int port) {
    ssh.refuse(port);
    drop(port);
  }

  void drop(int port) {
    for (AbstractSession session : ssh.getActiveSessions()) {
      if (port(session) == port) {
        session.close(true);
      }
    }
  }

  void close() throws IOException {
    ssh.stop(true);
  }

  /** Returns the host that a session was opened to. */
  LabHost host(Session session) throws IOException {
    LabHost host = hosts.get(port(session));
    if (host == null) {
      throw new IOException("no host at port " + port(session));
    }
    return host;
  }

  private Command command(ChannelSession channel, String command) throws IOException {
    if (DIAL_STDIO.matcher(command).matches()) {
      return new DialStdioCommand(host(channel.getSession()));
    }
    return shell(channel, List.of("/bin/sh", "-c", command));
  }

  private Command shell(ChannelSession channel, List<String> command) throws IOException {
    return new ShellCommand(command, host(channel.getSession()).root(), processes);
  }

  private static int port(Session session) {
    @Nullable IoSession io = session.getIoSession();
    return io != null && io.getLocalAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : -1;
  }
}
