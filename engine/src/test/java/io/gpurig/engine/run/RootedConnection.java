package io.gpurig.engine.run;

import io.gpurig.engine.connect.Connection;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connectors;
import io.gpurig.engine.connect.Duplex;
import io.gpurig.engine.connect.SshEnvironment;
import io.gpurig.engine.fact.Shell;
import java.nio.file.Path;
import java.time.Duration;

/** A connection to a host that is a folder of this machine, whose own programs come first. */
class RootedConnection implements Connection {
  private final Connection local;
  private final String world;

  RootedConnection(ConnectionSettings settings, Path root) throws ConnectionException {
    this.local = new Connectors(SshEnvironment.ofProcess()).connect(settings);
    this.world =
        "export GPURIG_ROOT=%s PATH=%s:$PATH; "
            .formatted(Shell.quote(root.toString()), Shell.quote(root + "/bin"));
  }

  @Override
  public final String user() {
    return local.user();
  }

  @Override
  public ExecResult exec(String command, byte[] stdin, Duration deadline)
      throws ConnectionException {
    return local.exec(world + command, stdin, deadline);
  }

  @Override
  public final Duplex openSocket(String path) throws ConnectionException {
    return local.openSocket(path);
  }

  @Override
  public final Duplex openCommand(String command) throws ConnectionException {
    return local.openCommand(world + command);
  }

  @Override
  public final Traffic traffic() {
    return local.traffic();
  }

  @Override
  public final void close() {
    local.close();
  }
}
