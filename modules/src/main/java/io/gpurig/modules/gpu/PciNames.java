package io.gpurig.modules.gpu;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that the host's pci.ids (The PCI ID Repository, pci-ids.ucw.cz) has for the GPUs on its
 * bus. The file has 1.5 MB, so the host looks them up: a line an id.
 */
final class PciNames {
  private static final String LOOK_UP =
      """
      ids=
      for device in "${GPURIG_ROOT:-}"/sys/bus/pci/devices/*; do
        read -r vendor <"$device/vendor" && read -r class <"$device/class" && read -r id <"$device/device" || continue
        case "$vendor $class" in "0x10de 0x03"*) ids="$ids /^\t${id#0x}  /s/^\t//p;" ;; esac
      done 2>/dev/null
      [ -n "$ids" ] || exit 0
      for file in /usr/share/misc/pci.ids /usr/share/hwdata/pci.ids /usr/share/pci.ids; do
        file=${GPURIG_ROOT:-}$file
        [ ! -r "$file" ] || exec sed -n "/^10de /,/^[0-9a-f]\\{4\\} /{$ids}" "$file"
      done
      """;

  static final Read.Command READ = Read.Command.of("sh", "-c", LOOK_UP);

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{4}) {2}(\\S.*)");

  private PciNames() {}

  /** Returns the names by device id. */
  static Map<String, String> of(Facts facts) {
    Map<String, String> names = new TreeMap<>();
    for (String line :
        facts.command(READ.argv().toArray(String[]::new)).stdout().lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        names.put(matcher.group(1), matcher.group(2));
      }
    }
    return names;
  }
}
