package io.gpurig.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands as a page of the manual, in roff with the macros of man(7). */
final class ManPage {
  private final StringBuilder roff = new StringBuilder();

  private ManPage() {}

  static String of(CommandLine root, String version) {
    ManPage page = new ManPage();
    String name = root.getCommandName();
    String description = String.join(" ", root.getCommandSpec().usageMessage().description());
    page.macro("TH", name.toUpperCase(Locale.ROOT), "1", "", name + " " + version, "User Commands");
    page.macro("SH", "NAME");
    page.text(name + " - " + description);
    page.macro("SH", "SYNOPSIS");
    page.synopsis(root);
    page.macro("SH", "OPTIONS");
    page.arguments(root.getCommandSpec());
    page.macro("SH", "COMMANDS");
    page.commands(root);
    page.macro("SH", "EXAMPLES");
    page.footer(root.getCommandSpec());
    return page.roff.toString();
  }

  private void commands(CommandLine parent) {
    for (CommandLine command : parent.getSubcommands().values()) {
      CommandSpec spec = command.getCommandSpec();
      macro("SS", spec.qualifiedName());
      text(String.join(" ", spec.usageMessage().description()));
      macro("PP");
      synopsis(command);
      arguments(spec);
      macro("PP");
      footer(spec);
      commands(command);
    }
  }

  private void synopsis(CommandLine command) {
    String synopsis = new Help(command.getCommandSpec()).synopsis(0);
    verbatim(Arrays.asList(synopsis.stripTrailing().split("\n")));
  }

  private void arguments(CommandSpec spec) {
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      item(parameter.paramLabel(), parameter.description());
    }
    for (OptionSpec option : spec.options()) {
      String value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
      item(String.join(", ", option.names()) + value, option.description());
    }
  }

  private void item(String head, String[] description) {
    macro("TP");
    roff.append("\\fB").append(escape(head)).append("\\fR\n");
    text(String.join(" ", description));
  }

  /** Examples and exit codes, aligned as they are in the help. */
  private void footer(CommandSpec spec) {
    verbatim(Arrays.stream(spec.usageMessage().footer()).dropWhile(String::isBlank).toList());
  }

  private void verbatim(List<String> lines) {
    macro("nf");
    lines.forEach(this::text);
    macro("fi");
  }

  private void macro(String name, String... arguments) {
    roff.append('.').append(name);
    for (String argument : arguments) {
      roff.append(" \"").append(escape(argument).replace("\"", "\\(dq")).append('"');
    }
    roff.append('\n');
  }

  private void text(String line) {
    // a point or an apostrophe that comes first would be a macro
    boolean macro = line.startsWith(".") || line.startsWith("'");
    roff.append(macro ? "\\&" : "").append(escape(line)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-");
  }
}
