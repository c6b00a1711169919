package io.gpurig.engine.connect.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Evaluates configuration lines for one host: the first value of a keyword counts, as in OpenSSH's
 * readconf.c. The result has the form in which {@code ssh -G} prints it.
 */
final class ConfigReader {
  private static final int DEPTH = 16; // readconf.c, READCONF_MAX_DEPTH
  private static final Pattern TIME =
      Pattern.compile("([0-9]+)([smhdw]?)", Pattern.CASE_INSENSITIVE);
  private static final Set<String> LISTS = Set.of("identityfile", "certificatefile");

  /** Keywords of one value each that is taken as it is written. */
  private static final Set<String> PLAIN =
      Set.of("hostname", "user", "hostkeyalias", "identityagent");

  private final ConfigFiles files;
  private final String host;
  private final String localUser;
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private boolean active = true;

  ConfigReader(ConfigFiles files, String host, String localUser) {
    this.files = files;
    this.host = host;
    this.localUser = localUser;
  }

  Map<String, List<String>> values() {
    return values;
  }

  /** Reads lines from the command line, which are about every host. */
  void options(List<String> lines) throws IOException {
    for (String line : lines) {
      var parsed = ConfigLine.parse(line, "-o " + line);
      if (parsed.isPresent()) {
        set(parsed.get());
      }
    }
  }

  /**
   * Reads a file that may be missing.
   *
   * @param base the folder that names in {@code Include} are relative to
   */
  void file(Path file, Path base) throws IOException {
    active = true;
    read(file, base, 0, true);
  }

  private void read(Path file, Path base, int depth, boolean possible) throws IOException {
    if (depth > DEPTH) {
      throw new SshConfigException(file + ": too many levels of Include");
    }
    for (ConfigLine line : files.lines(file)) {
      switch (line.keyword()) {
        case "host" -> active = possible && isHost(line);
        case "match" -> active = possible && isMatch(line);
        case "include" -> {
          boolean before = active;
          for (String name : line.arguments()) {
            for (Path included : files.matching(name, base)) {
              read(included, base, depth + 1, before && possible);
              active = before;
            }
          }
        }
        default -> {
          if (active) {
            set(line);
          }
        }
      }
    }
  }

  private boolean isHost(ConfigLine line) {
    boolean found = false;
    for (String pattern : line.arguments()) {
      boolean negated = pattern.startsWith("!");
      if (Patterns.matches(negated ? pattern.substring(1) : pattern, host)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private boolean isMatch(ConfigLine line) throws SshConfigException {
    List<String> words = line.arguments();
    boolean matches = true;
    for (int i = 0; i < words.size(); i++) {
      boolean negated = words.get(i).startsWith("!");
      String attribute = words.get(i).substring(negated ? 1 : 0).toLowerCase(Locale.ROOT);
      boolean result;
      switch (attribute) {
        case "all" -> result = true;
        case "canonical" -> result = false; // names are never made canonical here
        case "host", "originalhost", "user", "localuser" -> {
          if (++i == words.size()) {
            throw new SshConfigException(
                "%s: `Match %s` needs a pattern".formatted(line.place(), attribute));
          }
          result = matches(attribute, words.get(i));
        }
        default -> {
          if (!matches) {
            return false;
          }
          throw new SshConfigException(
              "%s: `Match %s` is understood by OpenSSH's ssh alone, which is not here"
                  .formatted(line.place(), attribute));
        }
      }
      matches &= result != negated;
    }
    return matches;
  }

  private boolean matches(String attribute, String patterns) {
    return switch (attribute) {
      case "host" -> Patterns.hostMatches(patterns, hostname());
      case "originalhost" -> Patterns.hostMatches(patterns, host);
      case "user" -> Patterns.listMatches(patterns, first("user", localUser));
      default -> Patterns.listMatches(patterns, localUser);
    };
  }

  /** Returns the name to connect to, as far as it is known. */
  String hostname() {
    return Tokens.percent(first("hostname", host), Map.of('h', host));
  }

  String first(String keyword, String otherwise) {
    List<String> known = values.getOrDefault(keyword, List.of());
    return known.isEmpty() ? otherwise : known.getFirst();
  }

  private void set(ConfigLine line) throws SshConfigException {
    String keyword = line.keyword();
    if (LISTS.contains(keyword)) {
      List<String> list = values.computeIfAbsent(keyword, key -> new ArrayList<>());
      if (!list.contains(argument(line))) {
        list.add(argument(line));
      }
    } else if (PLAIN.contains(keyword)) {
      once(keyword, argument(line));
    } else {
      setTyped(line, keyword);
    }
  }

  private void setTyped(ConfigLine line, String keyword) throws SshConfigException {
    switch (keyword) {
      case "port" -> once(keyword, number(line, 1, 65_535));
      case "serveralivecountmax" -> once(keyword, number(line, 0, Integer.MAX_VALUE));
      case "connecttimeout", "serveraliveinterval" -> once(keyword, time(line));
      case "identitiesonly", "hashknownhosts" -> once(keyword, flag(line));
      case "stricthostkeychecking" -> once(keyword, check(line));
      case "userknownhostsfile", "globalknownhostsfile" -> {
        argument(line);
        if (!values.containsKey(keyword)) {
          values.put(keyword, line.arguments());
        }
      }
      case "proxyjump", "proxycommand" -> {
        if (line.rest().isEmpty()) {
          throw missing(line);
        }
        proxy(keyword, line.rest());
      }
      default -> {
        // of no use here
      }
    }
  }

  /** Whichever of the two comes first counts. */
  private void proxy(String keyword, String value) {
    if (!values.containsKey("proxyjump") && !values.containsKey("proxycommand")) {
      values.put(keyword, List.of(value));
    }
  }

  private void once(String keyword, String value) {
    values.putIfAbsent(keyword, List.of(value));
  }

  private static String argument(ConfigLine line) throws SshConfigException {
    if (line.first().isEmpty()) {
      throw missing(line);
    }
    return line.first();
  }

  private static SshConfigException missing(ConfigLine line) {
    return new SshConfigException(line.place() + ": " + line.keyword() + " needs a value");
  }

  private static SshConfigException wrong(ConfigLine line, String expected) {
    return new SshConfigException(
        "%s: %s must be %s, found \"%s\""
            .formatted(line.place(), line.keyword(), expected, line.first()));
  }

  private static String number(ConfigLine line, int least, int most) throws SshConfigException {
    String text = argument(line);
    if (!text.matches("[0-9]{1,10}")
        || Long.parseLong(text) < least
        || Long.parseLong(text) > most) {
      throw wrong(line, "a number");
    }
    return Long.toString(Long.parseLong(text));
  }

  private static String flag(ConfigLine line) throws SshConfigException {
    return switch (argument(line).toLowerCase(Locale.ROOT)) {
      case "yes", "true" -> "yes";
      case "no", "false" -> "no";
      default -> throw wrong(line, "yes or no");
    };
  }

  private static String check(ConfigLine line) throws SshConfigException {
    return switch (argument(line).toLowerCase(Locale.ROOT)) {
      case "yes", "true" -> "true";
      case "no", "false", "off" -> "false";
      case "ask" -> "ask";
      case "accept-new" -> "accept-new";
      default -> throw wrong(line, "yes, no, ask or accept-new");
    };
  }

  /** Returns seconds, from times such as {@code 90}, {@code 2m} or {@code 1h30m}. */
  private static String time(ConfigLine line) throws SshConfigException {
    String text = argument(line);
    if (text.equals("none")) {
      return text;
    }
    long seconds = 0;
    int end = 0;
    Matcher part = TIME.matcher(text);
    while (part.find() && part.start() == end && part.group(1).length() < 8) {
      end = part.end();
      seconds +=
          Long.parseLong(part.group(1))
              * switch (part.group(2).toLowerCase(Locale.ROOT)) {
                case "m" -> 60;
                case "h" -> 3_600;
                case "d" -> 86_400;
                case "w" -> 604_800;
                default -> 1;
              };
    }
    if (end != text.length()) {
      throw wrong(line, "a time");
    }
    return Long.toString(seconds);
  }
}
