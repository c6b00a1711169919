package io.gpurig.hostsuite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Slurm cluster of this one machine: slurmctld, slurmd and a munge of its own, on loopback. */
final class Slurm implements AutoCloseable {
  private static final List<String> PROGRAMS = List.of("munged", "slurmctld", "slurmd", "sbatch");

  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();

  private Slurm(Path folder) {
    this.folder = folder;
  }

  /** Returns why there can be no Slurm here, if so. */
  static Optional<String> impossible() {
    if (!System.getProperty("user.name", "").equals("root")) {
      return Optional.of("Slurm needs root");
    }
    return PROGRAMS.stream()
        .filter(program -> !isInstalled(program))
        .findFirst()
        .map(program -> "there is no " + program);
  }

  private static boolean isInstalled(String program) {
    return List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").stream()
        .anyMatch(at -> Files.isExecutable(Path.of(at, program)));
  }

  /**
   * Starts the cluster and waits until it takes jobs.
   *
   * @param cpus how many jobs run at once, whatever the machine has
   */
  static Slurm start(Path folder, int cpus) throws IOException, InterruptedException {
    Slurm slurm = new Slurm(folder);
    try {
      slurm.start(cpus);
      return slurm;
    } catch (IOException | InterruptedException e) {
      slurm.close();
      throw e;
    }
  }

  private void start(int cpus) throws IOException, InterruptedException {
    Path key = folder.resolve("munge.key");
    byte[] secret = new byte[1024];
    new SecureRandom().nextBytes(secret);
    Files.write(key, secret);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
    Files.createDirectories(folder.resolve("state"));
    Files.createDirectories(folder.resolve("spool"));
    Files.writeString(config(), configuration(cpus));
    // --force: the folder of a test is one that others may look into
    daemon(
        "munged",
        "--force",
        "--foreground",
        "--key-file=" + key,
        "--socket=" + folder.resolve("munge.sock"),
        "--pid-file=" + folder.resolve("munged.pid"),
        "--seed-file=" + folder.resolve("munge.seed"),
        "--log-file=" + folder.resolve("munge.log"));
    until("munged", () -> Files.exists(folder.resolve("munge.sock")));
    daemon("slurmctld", "-D");
    daemon("slurmd", "-D");
    until("an idle node", () -> run("sinfo", "-h", "-o", "%t").out().strip().equals("idle"));
  }

  private String configuration(int cpus) throws IOException {
    String host = Program.run(List.of("hostname", "-s")).out().strip();
    return """
    ClusterName=gpurig
    SlurmctldHost=%1$s(127.0.0.1)
    SlurmUser=root
    SlurmctldPort=%2$d
    SlurmdPort=%3$d
    AuthType=auth/munge
    AuthInfo=socket=%4$s/munge.sock
    StateSaveLocation=%4$s/state
    SlurmdSpoolDir=%4$s/spool
    SlurmctldPidFile=%4$s/slurmctld.pid
    SlurmdPidFile=%4$s/slurmd.pid
    ProctrackType=proctrack/linuxproc
    TaskPlugin=task/none
    SwitchType=switch/none
    MpiDefault=none
    SchedulerType=sched/builtin
    SelectType=select/cons_tres
    SelectTypeParameters=CR_CPU
    JobAcctGatherType=jobacct_gather/none
    SlurmdParameters=config_overrides
    NodeName=%1$s NodeAddr=127.0.0.1 CPUs=%5$d State=UNKNOWN
    PartitionName=all Nodes=%1$s Default=YES MaxTime=INFINITE State=UP
    """
        .formatted(host, freePort(), freePort(), folder, cpus);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path config() {
    return folder.resolve("slurm.conf");
  }

  /** Runs one of Slurm's commands. */
  Program.Result run(String... command) throws IOException {
    return Program.run(List.of(command), Map.of("SLURM_CONF", config().toString()));
  }

  private void daemon(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SLURM_CONF", config().toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(command[0] + ".out").toFile());
    daemons.addFirst(builder.start());
  }

  private interface Check {
    boolean holds() throws IOException;
  }

  private void until(String what, Check check) throws IOException, InterruptedException {
    for (int tenths = 0; tenths < 600; tenths++) {
      if (check.holds()) {
        return;
      }
      Thread.sleep(100);
    }
    StringBuilder said = new StringBuilder();
    for (String daemon : PROGRAMS) {
      Path output = folder.resolve(daemon + ".out");
      said.append(Files.exists(output) ? Files.readString(output) : "");
    }
    throw new IOException("no " + what + " after a minute\n" + said);
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      daemon.destroy();
      if (daemon.onExit().completeOnTimeout(daemon, 10, TimeUnit.SECONDS).join().isAlive()) {
        daemon.destroyForcibly().onExit().join();
      }
    }
  }
}
