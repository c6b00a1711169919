package io.gpurig.engine.fact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes apart the line-wise listings of {@code read.sh}; lines of another form are passed over. */
final class Listings {
  private static final Pattern FUNCTION =
      Pattern.compile("([0-9a-f:.]+) (0x[0-9a-f]+) (0x[0-9a-f]+) (0x[0-9a-f]+) (-?\\d{1,4}) (.*)");
  private static final Pattern LINK =
      Pattern.compile("/([^/]+)/(driver|iommu_group) -> (?:.*/)?([^/]+)$");
  private static final Pattern PROCESS = Pattern.compile("process (\\d{1,9}) (.*)");
  private static final Pattern CGROUP = Pattern.compile("cgroup .*?([0-9a-f]{64}).*");
  private static final Pattern DEVICE = Pattern.compile("device (/.*)");

  /** Longer than a path may be (PATH_MAX), and short enough for any pattern. */
  private static final int LONGEST = 16 * 1024;

  private Listings() {}

  /** Returns the lines of a listing; those that no tool prints are left out. */
  static List<String> lines(String listing) {
    return listing.lines().filter(line -> line.length() <= LONGEST).toList();
  }

  /** Reads one line a function, then the {@code ls -l} of their links. */
  static Map<String, PciFact> pci(String listing) {
    Map<String, PciFact> functions = new HashMap<>();
    for (String line : lines(listing)) {
      Matcher function = FUNCTION.matcher(line);
      Matcher link = LINK.matcher(line);
      if (function.matches()) {
        Optional<String> override =
            Optional.of(function.group(6)).filter(o -> !o.isBlank() && !o.equals("(null)"));
        functions.put(
            function.group(1),
            new PciFact(
                function.group(2),
                function.group(3),
                function.group(4),
                Optional.empty(),
                Optional.empty(),
                override,
                Optional.of(Integer.parseInt(function.group(5))).filter(node -> node >= 0)));
      } else if (link.find()) {
        Optional<String> target = Optional.of(link.group(3));
        functions.computeIfPresent(
            link.group(1),
            (bdf, pci) ->
                link.group(2).equals("driver")
                    ? pci.withDriver(target)
                    : pci.withIommuGroup(target));
      }
    }
    return functions;
  }

  /** Reads, for each process, its id and name, its control groups and the devices it has open. */
  static List<DeviceUser> users(String listing) {
    List<DeviceUser> users = new ArrayList<>();
    for (String line : lines(listing)) {
      Matcher process = PROCESS.matcher(line);
      Matcher cgroup = CGROUP.matcher(line);
      Matcher device = DEVICE.matcher(line);
      if (process.matches()) {
        users.add(
            new DeviceUser(
                Integer.parseInt(process.group(1)), process.group(2), Optional.empty(), List.of()));
      } else if (cgroup.matches() && !users.isEmpty()) {
        users.add(users.removeLast().inContainer(cgroup.group(1)));
      } else if (device.matches() && !users.isEmpty()) {
        users.add(users.removeLast().using(device.group(1)));
      }
    }
    return users;
  }
}
