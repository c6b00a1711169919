package io.gpurig.modules.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Condition;
import io.gpurig.engine.change.ContainerSpec;
import io.gpurig.engine.change.ContainerSpec.Bind;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.container.ManagedContainer;
import io.gpurig.modules.host.DriverPlace;
import io.gpurig.modules.host.NvidiaCtk;
import io.gpurig.modules.host.NvidiaPci;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The driver container: what the GPU Operator's DaemonSet runs (gpu-operator,
 * assets/state-driver/0500_daemonset.yaml), in Docker's terms. Its mounts of single files below
 * {@code /sys} are left out, because a privileged Docker container sees the host's {@code /sys}
 * writable.
 */
final class DriverContainer {
  static final String NAME = DriverPlace.CONTAINER;

  static final String ROOT = DriverPlace.ROOT;

  static final String MODULE_LOADED = "/sys/module/nvidia/refcnt";
  static final String MODULE_VERSION = "/sys/module/nvidia/version";

  /** Written by images since gpu-driver-container 78094f7; absent with earlier ones. */
  static final String DAEMONS_STATUS = "/run/nvidia/validations/.driver-daemons-status";

  static final List<String> NVIDIA_SMI = List.of("chroot", ROOT, "nvidia-smi", "-L");

  /** What the image compares before it unloads a driver that is there (nvidia-driver init). */
  private static final String DIGEST = "DRIVER_CONFIG_DIGEST";

  /** The operator's terminationGracePeriodSeconds. */
  private static final int STOP_SECONDS = 120;

  private static final Pattern VERSION = Pattern.compile(":(\\d+(?:\\.\\d+)+)");

  private DriverContainer() {}

  static ManagedContainer of(Driver driver, Facts facts) {
    return new ManagedContainer(
        "driver",
        spec(driver),
        ready(driver),
        STOP_SECONDS,
        Set.of("env " + DIGEST),
        effects(driver, facts));
  }

  private static ContainerSpec spec(Driver driver) {
    Map<String, String> env = new HashMap<>();
    // a stable digest lets a restarted container keep the loaded driver and its clients
    env.put(DIGEST, digest(driver));
    env.putAll(driver.env());
    return new ContainerSpec(
        NAME,
        driver.image(),
        List.of(),
        env,
        List.of(
            new Bind("/run/nvidia", "/run/nvidia", false, Optional.of("rshared")),
            Bind.same("/run/nvidia-fabricmanager"),
            Bind.same("/run/nvidia-topologyd"),
            Bind.same("/var/log"),
            new Bind("/etc/os-release", "/host-etc/os-release", true, Optional.empty()),
            new Bind(ROOT + "/lib/firmware", "/lib/firmware", false, Optional.empty())),
        List.of(),
        true,
        Optional.of("host"),
        Optional.empty(),
        Optional.of("runc"),
        "unless-stopped",
        List.of("label=level:s0"),
        Optional.of(STOP_SECONDS),
        ManagedContainer.labels("driver", driver.env()),
        Map.of());
  }

  /** The operator's start-up probe (gpu-operator, assets/state-driver/0400_configmap.yaml). */
  private static Action.WaitFor ready(Driver driver) {
    return new Action.WaitFor(
        "the driver to answer",
        List.of(
            new Condition.FileExists(MODULE_LOADED),
            new Condition.FileSaysIfPresent(DAEMONS_STATUS, "Ready"),
            new Condition.CommandSucceeds(NVIDIA_SMI)),
        Math.toIntExact(driver.readyTimeout().toSeconds()),
        Optional.of(NAME));
  }

  /** Returns whether the same probe holds by the facts; what was not recorded counts for it. */
  static boolean isReady(Facts facts) {
    boolean loaded =
        !facts.files().containsKey(MODULE_LOADED) || facts.file(MODULE_LOADED).isPresent();
    boolean daemons =
        facts.file(DAEMONS_STATUS).map(FileFact::value).map("Ready"::equals).orElse(true);
    boolean answers =
        !facts.missing(List.of(new Read.Command(NVIDIA_SMI))).isEmpty()
            || facts.command(NVIDIA_SMI.toArray(String[]::new)).succeeded();
    return loaded && daemons && answers;
  }

  private static List<Effect> effects(Driver driver, Facts facts) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.FileBecomes(MODULE_LOADED, FileFact.text("0\n")));
    version(driver.image())
        .ifPresent(
            v -> effects.add(new Effect.FileBecomes(MODULE_VERSION, FileFact.text(v + "\n"))));
    if (facts.file(DAEMONS_STATUS).isPresent()) {
      effects.add(new Effect.FileBecomes(DAEMONS_STATUS, FileFact.text("Ready\n")));
    }
    effects.add(new Effect.CommandAnswers(NVIDIA_SMI, new CommandFact(0, "", "")));
    effects.addAll(NvidiaCtk.outdated());
    NvidiaPci.unboundGpus(facts).forEach(bdf -> effects.add(new Effect.PciDriver(bdf, "nvidia")));
    return effects;
  }

  /** Returns the driver's version, which NVIDIA's tags begin with. */
  static Optional<String> version(String image) {
    Matcher matcher = VERSION.matcher(image);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String digest(Driver driver) {
    try {
      String spec = driver.image() + "\n" + new TreeMap<>(driver.env());
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(spec.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
