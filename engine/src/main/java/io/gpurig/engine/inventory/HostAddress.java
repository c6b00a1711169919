package io.gpurig.engine.inventory;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host name or address with an optional port, where ranges such as {@code [01:20]} may stand. */
record HostAddress(String host, Optional<Integer> port) {
  private static final Pattern BRACKETED = Pattern.compile("\\[(.+)]:([0-9]+)");
  private static final Pattern WITH_PORT =
      Pattern.compile("((?:[^:\\[\\]]|\\[[^\\]]*])*):([0-9]{1,9})");
  private static final String RANGE = "\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?]";
  private static final String LABEL = "(?:\\w|" + RANGE + ")(?:[\\w-]|" + RANGE + ")*+(?<![_-])";
  private static final Pattern NAME =
      Pattern.compile(
          LABEL + "(?:\\." + LABEL + ")*+",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern HEX_RANGE =
      Pattern.compile("\\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?]", Pattern.CASE_INSENSITIVE);
  private static final Pattern HEX_GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");

  /** Far beyond any name; the expressions above need stack in proportion to the length. */
  private static final int MAX_LENGTH = 1000;

  /** Takes a text apart, empty if it is neither a host name nor an address. */
  static Optional<HostAddress> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher bracketed = BRACKETED.matcher(text);
    if (bracketed.matches() && isHost(bracketed.group(1))) {
      return withPort(bracketed);
    }
    Matcher withPort = WITH_PORT.matcher(text);
    if (withPort.matches() && isHost(withPort.group(1))) {
      return withPort(withPort);
    }
    return isHost(text) ? Optional.of(new HostAddress(text, Optional.empty())) : Optional.empty();
  }

  private static Optional<HostAddress> withPort(Matcher matcher) {
    String port = matcher.group(2);
    return port.length() > 9
        ? Optional.empty()
        : Optional.of(new HostAddress(matcher.group(1), Optional.of(Integer.valueOf(port))));
  }

  private static boolean isHost(String text) {
    return NAME.matcher(text).matches() || isIpv6(HEX_RANGE.matcher(text).replaceAll("0"));
  }

  private static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    String[] groups = text.split(":", -1);
    int empty = 0;
    for (String group : groups) {
      if (group.isEmpty()) {
        empty++;
      } else if (!HEX_GROUP.matcher(group).matches()) {
        return false;
      }
    }
    if (gap < 0) {
      return groups.length == 8 && empty == 0;
    }
    boolean atEdge = gap == 0 || gap == text.length() - 2;
    int allowed = text.equals("::") ? 3 : atEdge ? 2 : 1;
    return empty == allowed && groups.length - empty < 8;
  }
}
