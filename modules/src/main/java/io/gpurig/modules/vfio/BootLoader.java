package io.gpurig.modules.vfio;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Effect;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.yaml.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a host boots with.
 *
 * @param words what the host printed, by the first word of the line
 */
record BootLoader(Map<String, String> words) {
  private static final Read.Command LOOK =
      Read.Command.of("sh", "-c", Resources.text(BootLoader.class, "boot.sh"), "boot-loader");

  /** Debian's and Ubuntu's grub-mkconfig reads what lies beside the file. */
  private static final String DROP_IN = "/etc/default/grub.d/90-gpurig-vfio.cfg";

  private static final String GRUB = "/etc/default/grub";
  private static final String SYSTEMD_BOOT = "/etc/kernel/cmdline";
  private static final Pattern LINE =
      Pattern.compile("(?m)^(GRUB_CMDLINE_LINUX=)([\"']?)(.*?)\\2\\s*$");
  private static final int SECONDS = 300;

  /** Installs every kernel once more, with the command line as it is now. */
  private static final String INSTALL =
      "for modules in /lib/modules/*; do version=${modules##*/}; for image in \"$modules/vmlinuz\""
          + " \"/boot/vmlinuz-$version\"; do [ ! -e \"$image\" ] || { kernel-install add"
          + " \"$version\" \"$image\" || exit 1; break; }; done; done";

  static final List<Read> READS =
      List.of(LOOK, new Read.File(DROP_IN), new Read.File(GRUB), new Read.File(SYSTEMD_BOOT));

  BootLoader {
    words = Map.copyOf(words);
  }

  static BootLoader of(Facts facts) {
    Map<String, String> words = new TreeMap<>();
    for (String line :
        facts.command(LOOK.argv().toArray(String[]::new)).stdout().lines().toList()) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        words.putIfAbsent(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return new BootLoader(words);
  }

  boolean isIntel() {
    return words.getOrDefault("cpu", "").equals("GenuineIntel");
  }

  boolean isKnown() {
    return words.containsKey("loader");
  }

  private String loader() {
    return words.getOrDefault("loader", "");
  }

  String describe() {
    return switch (loader()) {
      case "grubby" -> "all entries, by grubby";
      case "systemd-boot" -> "systemd-boot, " + SYSTEMD_BOOT;
      case "update-grub" -> "GRUB, " + DROP_IN;
      default -> "GRUB, " + GRUB;
    };
  }

  /**
   * Returns what adds parameters to the command line of the next boot. The running kernel may have
   * one that the boot loader does not know, as whoever starts it can write one there by hand.
   */
  List<Action> add(List<String> parameters, Facts facts) {
    String text = String.join(" ", parameters);
    if (loader().equals("grubby")) {
      List<String> fresh = new ArrayList<>(parameters);
      fresh.removeAll(KernelCommandLine.parameters(facts));
      return List.of(
          new Action.RunCommand(
              List.of("grubby", "--update-kernel=ALL", "--args=" + text),
              List.of("grubby", "--update-kernel=ALL", "--remove-args=" + String.join(" ", fresh)),
              SECONDS));
    }
    return written(new Action.WriteFile(path(), changed(text, facts), Optional.empty()));
  }

  /** Returns what the facts are when the parameters are added. */
  List<Effect> added(List<String> parameters, Facts facts) {
    return loader().equals("grubby")
        ? List.of()
        : List.of(
            new Effect.FileBecomes(
                path(), FileFact.text(changed(String.join(" ", parameters), facts))));
  }

  private String path() {
    return switch (loader()) {
      case "systemd-boot" -> SYSTEMD_BOOT;
      case "update-grub" -> DROP_IN;
      default -> GRUB;
    };
  }

  private String changed(String parameters, Facts facts) {
    return switch (loader()) {
      case "systemd-boot" ->
          facts.file(SYSTEMD_BOOT).map(FileFact::content).orElse("").strip()
              + " "
              + parameters
              + "\n";
      case "update-grub" ->
          """
          # Made by gpurig: the kernel uses the IOMMU.
          GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX %s"
          """
              .formatted(parameters);
      default -> inLine(facts.file(GRUB).map(FileFact::content).orElse(""), parameters);
    };
  }

  private static String inLine(String text, String parameters) {
    Matcher line = LINE.matcher(text);
    return line.find()
        ? line.replaceFirst(
            Matcher.quoteReplacement(
                "%s\"%s\"".formatted(line.group(1), (line.group(3) + " " + parameters).strip())))
        : text + "GRUB_CMDLINE_LINUX=\"" + parameters + "\"\n";
  }

  /**
   * Returns what makes the boot loader read a file when it is changed, and once more when it is
   * taken back: for that the loader's command stands before it too, with nothing to do.
   */
  private List<Action> written(Action file) {
    List<String> command = command();
    String program = command.getFirst().equals("sh") ? "kernel-install" : command.getFirst();
    List<String> present = List.of("sh", "-c", "command -v \"$1\" >/dev/null", "look-for", program);
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.RunCommand(present, command, SECONDS));
    actions.add(file);
    actions.add(new Action.RunCommand(command, List.of(), SECONDS));
    return actions;
  }

  private List<String> command() {
    String[] parts = loader().split(" ", 2);
    return switch (parts[0]) {
      case "systemd-boot" -> List.of("sh", "-c", INSTALL, "kernel-install", "all");
      case "update-grub" -> List.of("update-grub");
      default -> List.of(parts[0], "-o", parts[parts.length - 1]);
    };
  }

  /** Returns what takes our own file away, if it is there. */
  List<Action> remove(Facts facts) {
    return facts.file(DROP_IN).isPresent() && loader().equals("update-grub")
        ? written(new Action.RemoveFile(DROP_IN))
        : List.of();
  }

  static Effect removed() {
    return new Effect.FileGone(DROP_IN);
  }
}
