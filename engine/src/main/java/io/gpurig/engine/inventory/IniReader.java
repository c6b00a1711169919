package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the groups, hosts and variables of an INI inventory, as Ansible's ini plugin does. */
final class IniReader {
  private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS;
  private static final Pattern SECTION =
      Pattern.compile("\\[([^:\\]\\s]+)(?::(\\w+))?]\\s*(?:#.*)?", FLAGS);
  private static final Pattern GROUP = Pattern.compile("([^:\\]\\s]+)\\s*(?:#.*)?", FLAGS);
  private static final List<String> KINDS = List.of("hosts", "children", "vars");

  private final String file;
  private final String text;
  private final GroupGraph graph;
  private final Problems problems;
  private final HostEntries entries;
  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private String group = GroupGraph.UNGROUPED;
  private Content content = Content.HOSTS;

  IniReader(String file, String text, GroupGraph graph, Problems problems) {
    this.file = file;
    this.text = text;
    this.graph = graph;
    this.problems = problems;
    this.entries = new HostEntries(graph, problems);
  }

  /** What the lines of a section are; those of one that makes no sense are passed over. */
  private enum Content {
    HOSTS,
    CHILDREN,
    VARS,
    UNKNOWN
  }

  /** A group that is used and not declared so far: as a child of others, or for its variables. */
  private record Pending(List<String> parents, Source place) {}

  void read() {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#") && !stripped.startsWith(";")) {
        line(new IniLine(file, number, line));
      }
    }
    pending.forEach(this::undeclared);
  }

  private void line(IniLine line) {
    Matcher section = SECTION.matcher(line.content());
    if (section.matches()) {
      section(line, section);
      return;
    }
    if (line.content().startsWith("[") && line.content().endsWith("]")) {
      content = Content.UNKNOWN;
      problems.add(
          Problem.error(
                  "inventory/section",
                  line.source(),
                  "a section must be [group], [group:children] or [group:vars]")
              .suggest("the name of a group has no spaces, colons or brackets"));
      return;
    }
    switch (content) {
      case HOSTS -> host(line);
      case CHILDREN -> child(line);
      case VARS -> variable(line);
      case UNKNOWN -> {} // its section is what has been complained of
    }
  }

  private void section(IniLine line, Matcher section) {
    group = section.group(1);
    String kind = section.group(2) == null ? "hosts" : section.group(2);
    switch (kind) {
      case "hosts" -> content = Content.HOSTS;
      case "children" -> content = Content.CHILDREN;
      case "vars" -> content = Content.VARS;
      default -> {
        content = Content.UNKNOWN;
        Problem problem =
            Problem.error(
                "inventory/section",
                line.source(section.start(2), section.end(2)),
                "a section holds hosts, children or vars, not `" + kind + "`");
        problems.add(
            Nearest.to(kind, KINDS)
                .map(near -> problem.suggest("did you mean `" + near + "`?"))
                .orElse(problem));
        return;
      }
    }
    Source place = line.source(section.start(1), section.end(1));
    if (!graph.hasGroup(group) && content == Content.VARS) {
      pending.putIfAbsent(group, new Pending(new ArrayList<>(), place));
    }
    graph.addGroup(group, place);
    if (content != Content.VARS) {
      declare(group);
    }
  }

  /** Gives a group that is declared to those that named it before. */
  private void declare(String name) {
    Pending found = pending.remove(name);
    if (found != null) {
      for (String parent : found.parents()) {
        graph.addChild(parent, name);
        if (pending.containsKey(parent) && !pending.get(parent).parents().isEmpty()) {
          declare(parent);
        }
      }
    }
  }

  private void child(IniLine line) {
    Matcher name = GROUP.matcher(line.content());
    if (!name.matches()) {
      problems.add(
          Problem.error(
                  "inventory/section",
                  line.source(),
                  "below [" + group + ":children] there is one group on each line")
              .suggest("variables of the group stand below [" + group + ":vars]"));
      return;
    }
    String child = name.group(1);
    if (graph.hasGroup(child)) {
      graph.addChild(group, child);
    } else {
      Source place = line.source(name.start(1), name.end(1));
      pending
          .computeIfAbsent(child, c -> new Pending(new ArrayList<>(), place))
          .parents()
          .add(group);
    }
  }

  private void undeclared(String name, Pending used) {
    List<String> declared =
        graph.groups().stream().map(g -> g.name).filter(g -> !pending.containsKey(g)).toList();
    Problem problem =
        Problem.error(
            "inventory/undefined-group",
            used.place(),
            "no section declares the group `" + name + "`");
    problems.add(
        Nearest.to(name, declared)
            .map(near -> problem.suggest("did you mean `" + near + "`?"))
            .orElseGet(() -> problem.suggest("add a section [" + name + "]")));
  }

  private void variable(IniLine line) {
    String text = line.content();
    int equals = text.indexOf('=');
    if (equals < 0) {
      problems.add(
          Problem.error(
                  "inventory/variable",
                  line.source(),
                  "below [" + group + ":vars] each line must be key=value")
              .suggest("hosts stand below [" + group + "]"));
      return;
    }
    String key = text.substring(0, equals).strip();
    String value = text.substring(equals + 1).strip();
    Setting setting = setting(line, value, text.length() - value.length(), text.length());
    if (key.equals("ansible_group_priority")) {
      priority(setting);
    } else {
      graph.setGroupVariable(group, key, setting);
    }
  }

  private void priority(Setting setting) {
    String number = setting.value().asText();
    if (number.matches("-?[0-9]{1,9}")) {
      graph.setPriority(group, Integer.parseInt(number));
    } else {
      problems.add(
          Problem.error(
              "inventory/type",
              setting.source(),
              "`ansible_group_priority` must be a whole number, found \"" + number + "\""));
    }
  }

  private void host(IniLine line) {
    List<ShellWords.Word> words;
    try {
      words = ShellWords.split(line.content());
    } catch (ShellWords.UnbalancedException e) {
      problems.add(
          Problem.error("inventory/quote", line.source(e.at(), e.at() + 1), e.reason())
              .suggest("close it, or put a backslash before it if it is meant as it is"));
      return;
    }
    if (words.isEmpty()) {
      return;
    }
    Map<String, Setting> variables = new LinkedHashMap<>();
    for (ShellWords.Word word : words.subList(1, words.size())) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        notKeyValue(line, word);
        return;
      }
      Setting setting = setting(line, word.text().substring(equals + 1), word.begin(), word.end());
      variables.put(word.text().substring(0, equals), setting);
    }
    ShellWords.Word name = words.getFirst();
    entries.add(group, name.text(), variables, line.source(name.begin(), name.end()));
  }

  private void notKeyValue(IniLine line, ShellWords.Word word) {
    String rest = line.content().substring(word.end()).stripLeading();
    Problem problem =
        Problem.error(
            "inventory/variable",
            line.source(word.begin(), word.end()),
            "after the host each word must be key=value, found `" + word.text() + "`");
    problems.add(
        problem.suggest(
            rest.startsWith("=")
                ? "write `" + word.text() + "=…` without spaces around the equals sign"
                : word.text().startsWith(";")
                    ? "a comment behind a host begins with #"
                    : "put a value that has spaces in quotes, and each host on its own line"));
  }

  /** The value of a variable that stands in a part of a line. */
  private Setting setting(IniLine line, String written, int begin, int end) {
    JsonNode value = PythonLiteral.read(written).orElseGet(() -> TextNode.valueOf(written));
    if (written.startsWith(Refusals.VAULT_HEADER) || written.startsWith("!vault")) {
      problems.add(Refusals.vaultValue(line.source(written, begin, end)));
    }
    Refusals.template(value)
        .ifPresent(start -> problems.add(Refusals.template(line.source(start, begin, end))));
    return new Setting(value, line.source(begin, end));
  }
}
