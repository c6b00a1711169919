package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.problem.Source;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Chooses hosts by Ansible's patterns. */
public final class HostPattern {
  private static final Pattern SUBSCRIPT =
      Pattern.compile("(.+)\\[(?:(-?[0-9]{1,9})|([0-9]{1,9})[:-]([0-9]{0,9}))]");

  private final Inventory inventory;
  private final Optional<Source> where;
  private final Problems problems;

  private HostPattern(Inventory inventory, Optional<Source> where, Problems problems) {
    this.inventory = inventory;
    this.where = where;
    this.problems = problems;
  }

  /**
   * Returns the hosts that a pattern means, each once.
   *
   * <p>Words are separated by commas or colons. All plain words are put together first, then
   * narrowed down to each {@code &word}, then each {@code !word} is taken away. A word is the name
   * of a group or host, a glob, or {@code ~} and a regular expression; it may end in {@code [0]},
   * {@code [-1]} or {@code [0:2]}, the end included.
   *
   * @param where where the pattern stands
   * @param problems gets {@code inventory/no-such-host} for a name that is neither a host nor a
   *     group, {@code inventory/bad-pattern} for a word that makes no sense, and {@code
   *     inventory/no-hosts} if no host is left
   */
  public static List<Host> select(
      String pattern, Inventory inventory, Optional<Source> where, Problems problems) {
    return new HostPattern(inventory, where, problems).select(pattern);
  }

  private List<Host> select(String pattern) {
    Problems found = new Problems();
    HostPattern words = new HostPattern(inventory, where, found);
    List<String> names = words.evaluate(split(pattern));
    problems.addAll(found.sorted());
    if (names.isEmpty() && !found.block()) {
      Problem problem =
          problem("inventory/no-hosts", where, "the pattern `" + pattern + "` selects no host");
      problems.add(
          inventory.isGiven()
              ? problem
              : problem.suggest("name an inventory; without one there is only localhost"));
    }
    return names.stream().map(inventory::host).flatMap(Optional::stream).toList();
  }

  /** Splits a pattern into its words; colons of addresses and ranges do not separate. */
  static List<String> split(String pattern) {
    if (pattern.contains(",")) {
      return Pattern.compile(",")
          .splitAsStream(pattern)
          .map(String::strip)
          .filter(word -> !word.isEmpty())
          .toList();
    }
    String stripped = pattern.strip();
    if (HostAddress.parse(stripped).isPresent()) {
      return List.of(stripped);
    }
    return words(pattern);
  }

  /**
   * Words end at white space and colons outside of brackets; a bracket without its pair is lost.
   */
  private static List<String> words(String pattern) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      int close = c == '[' ? pattern.indexOf(']', i) : -1;
      if (close > 0) {
        word.append(pattern, i, close + 1);
        i = close;
      } else if (Character.isWhitespace(c) || ":[]".indexOf(c) >= 0) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
      i++;
    }
    words.add(word.toString());
    return words.stream().filter(w -> !w.isEmpty()).toList();
  }

  private List<String> evaluate(List<String> words) {
    Set<String> hosts = new LinkedHashSet<>();
    Predicate<String> excluding = word -> word.startsWith("!");
    Predicate<String> narrowing = word -> word.startsWith("&");
    List<String> plain = words.stream().filter(excluding.or(narrowing).negate()).toList();
    (plain.isEmpty() ? List.of(GroupGraph.ALL) : plain)
        .forEach(w -> hosts.addAll(inventory.has(w) ? Set.of(w) : match(w, w)));
    words.stream().filter(narrowing).forEach(w -> hosts.retainAll(match(w.substring(1), w)));
    words.stream().filter(excluding).forEach(w -> hosts.removeAll(match(w.substring(1), w)));
    return List.copyOf(hosts);
  }

  /** The hosts that one word means, without its {@code &} or {@code !}. */
  private Set<String> match(String word, String written) {
    if (word.isEmpty()) {
      complain("inventory/bad-pattern", written, "`" + written + "` must be followed by a name");
      return Set.of();
    }
    Matcher subscript = SUBSCRIPT.matcher(word);
    boolean subscripted = !word.startsWith("~") && subscript.matches();
    List<String> matches = List.copyOf(enumerate(subscripted ? subscript.group(1) : word, written));
    return subscripted && !matches.isEmpty()
        ? new LinkedHashSet<>(slice(matches, subscript, written))
        : new LinkedHashSet<>(matches);
  }

  private Set<String> enumerate(String word, String written) {
    Predicate<String> matcher;
    try {
      matcher = matcher(word);
    } catch (PatternSyntaxException e) {
      complain(
          "inventory/bad-pattern",
          written,
          "`" + word + "` is not a regular expression: " + e.getDescription());
      return Set.of();
    }
    Set<String> hosts = new LinkedHashSet<>();
    List<String> groups = inventory.groups().keySet().stream().filter(matcher).toList();
    groups.forEach(group -> hosts.addAll(inventory.groups().getOrDefault(group, List.of())));
    boolean wild = word.startsWith("~") || Glob.isIn(word);
    if (groups.isEmpty() || wild || word.contains(".")) {
      inventory.mentioned().stream().filter(matcher).forEach(hosts::add);
    }
    if (hosts.isEmpty() && groups.isEmpty()) {
      // this machine, which is known without being in the inventory
      inventory.host(word).ifPresent(host -> hosts.add(host.name()));
    }
    if (hosts.isEmpty() && groups.isEmpty()) {
      complainOfNoMatch(word, written, wild);
    }
    return hosts;
  }

  private static Predicate<String> matcher(String word) {
    if (word.startsWith("~")) {
      Pattern regex = Pattern.compile(word.substring(1));
      return name -> regex.matcher(name).lookingAt();
    }
    if (!Glob.isIn(word)) {
      return word::equals;
    }
    Pattern glob = Glob.compile(word);
    return name -> glob.matcher(name).matches();
  }

  private List<String> slice(List<String> hosts, Matcher subscript, String written) {
    // Ansible takes an end of 0 for none: [2:0] is [2]
    boolean endless = !subscripted(subscript, 4).isEmpty() && number(subscript, 4) == 0;
    if (subscript.group(2) != null || endless) {
      int index = number(subscript, endless ? 3 : 2);
      int at = index < 0 ? hosts.size() + index : index;
      if (at < 0 || at >= hosts.size()) {
        int size = hosts.size();
        complain(
            "inventory/no-such-host",
            written,
            "`"
                + written
                + "` is beyond the "
                + (size == 1 ? "1 host" : size + " hosts")
                + " of `"
                + subscript.group(1)
                + "`, which count from 0");
        return List.of();
      }
      return List.of(hosts.get(at));
    }
    int begin = number(subscript, 3);
    int last = subscripted(subscript, 4).isEmpty() ? hosts.size() - 1 : number(subscript, 4);
    int end = Math.min(hosts.size(), last + 1);
    return begin < end ? hosts.subList(begin, end) : List.of();
  }

  private static String subscripted(Matcher subscript, int group) {
    return Optional.ofNullable(subscript.group(group)).orElse("");
  }

  private static int number(Matcher subscript, int group) {
    return Integer.parseInt(subscripted(subscript, group));
  }

  /** Ansible only warns of a name that it does not know, but to do nothing in silence is a lie. */
  private void complainOfNoMatch(String word, String written, boolean wild) {
    if (wild) {
      problems.add(
          new Problem(
              Severity.WARNING,
              "inventory/no-match",
              place(written),
              "`" + word + "` matches no host and no group",
              Optional.empty()));
      return;
    }
    List<String> names = new ArrayList<>(inventory.groups().keySet());
    inventory.hosts().forEach(host -> names.add(host.name()));
    Problem problem =
        problem(
            "inventory/no-such-host",
            place(written),
            "no host or group of the inventory is named `" + word + "`");
    problems.add(
        Nearest.to(word, names)
            .map(near -> problem.suggest("did you mean `" + near + "`?"))
            .orElse(problem));
  }

  private void complain(String code, String written, String message) {
    problems.add(problem(code, place(written), message));
  }

  private static Problem problem(String code, Optional<Source> place, String message) {
    return place
        .map(source -> Problem.error(code, source, message))
        .orElseGet(() -> Problem.error(code, message));
  }

  /** The place of one word of the pattern. */
  private Optional<Source> place(String written) {
    return where.map(
        whole -> {
          int start = whole.text().offsetByCodePoints(0, whole.column() - 1);
          int at = whole.text().indexOf(written, start);
          if (at < 0) {
            return whole;
          }
          int column = whole.text().codePointCount(0, at) + 1;
          int length = Math.max(1, written.codePointCount(0, written.length()));
          return new Source(whole.file(), whole.line(), column, length, whole.text());
        });
  }
}
