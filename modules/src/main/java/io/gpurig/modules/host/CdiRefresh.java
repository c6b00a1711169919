package io.gpurig.modules.host;

import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service of toolkit 1.18 and later that writes the CDI spec when the driver or the toolkit is
 * installed and at boot, but not when GPUs are divided (nvidia-container-toolkit,
 * deployments/systemd; cloud-native-docs, cdi-support.md).
 */
public final class CdiRefresh {
  /** Its name. */
  public static final String SERVICE = "nvidia-cdi-refresh.service";

  private static final String OPTIONS = "/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env";
  private static final String OUTPUT = "NVIDIA_CTK_CDI_OUTPUT_FILE_PATH";
  private static final List<String> ENABLED = List.of("systemctl", "is-enabled", SERVICE);

  /** What it runs, with its options, but for the file that it writes to. */
  static final List<String> GENERATE =
      List.of(
          "sh",
          "-c",
          "systemctl -q is-enabled %s || exit 3; set -a; [ ! -f %s ] || . %s; unset %s;"
                  .formatted(SERVICE, OPTIONS, OPTIONS, OUTPUT)
              + " exec nvidia-ctk cdi generate --format=yaml");

  private static final Pattern PATH =
      Pattern.compile("(?m)^\\s*%s=[\"']?(/[^\"'\\s]+)[\"']?\\s*$".formatted(OUTPUT));
  private static final Pattern VERSION = Pattern.compile("(?:\\d+:)?1\\.(\\d+)\\..*");

  /** The reads that tell. */
  public static final List<Read> READS =
      List.of(new Read.Command(ENABLED), new Read.Command(GENERATE), new Read.File(OPTIONS));

  private CdiRefresh() {}

  /** Returns whether the host has it, and has it started at boot. */
  public static boolean isEnabled(Facts facts) {
    CommandFact answer = facts.command(ENABLED.toArray(String[]::new));
    return answer.succeeded() && answer.stdout().strip().equals("enabled");
  }

  /** Returns the path of the file that it writes. */
  public static String output(Facts facts) {
    String options = facts.file(OPTIONS).map(FileFact::content).orElse("");
    Matcher path = PATH.matcher(options);
    return path.find() ? path.group(1) : "/var/run/cdi/nvidia.yaml";
  }

  /** Returns the spec that it would write now. */
  public static CommandFact answer(Facts facts) {
    return NvidiaCtk.answer(GENERATE, facts);
  }

  /** Returns that it writes this from now on. */
  public static Effect writes(CommandFact answer) {
    return new Effect.CommandAnswers(GENERATE, answer);
  }

  /** Returns whether there is one with the packages of a version. */
  static Effect comes(String version) {
    Matcher matcher = VERSION.matcher(version);
    boolean there = matcher.matches() && Integer.parseInt(matcher.group(1)) >= 18;
    return new Effect.CommandAnswers(
        ENABLED,
        there ? new CommandFact(0, "enabled\n", "") : new CommandFact(1, "", "not found\n"));
  }
}
