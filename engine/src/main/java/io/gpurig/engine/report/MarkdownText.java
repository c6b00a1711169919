package io.gpurig.engine.report;

import java.util.List;

/**
 * Text of plans and hosts inside GitHub's Markdown: it opens no link, table cell, tag or fence, and
 * calls nobody by an at sign.
 */
final class MarkdownText {
  /** Sure to mean nothing in the middle of a line. */
  private static final String HARMLESS = " ,;/-%'\"?()+={}";

  private static final int SHORTEST_FENCE = 3;

  private MarkdownText() {}

  /** Returns running text; must not start a line. */
  static String prose(String text) {
    // GitHub looks for people and issues after it has decoded entities; a blank of no width behind
    // the sign keeps it from finding any
    return escaped(text).replace(entity('@'), "&#64;&#8203;").replace(entity('#'), "&#35;&#8203;");
  }

  /** Returns a value in the type of code, for table cells and summaries. */
  static String code(String text) {
    return "<code>" + escaped(text) + "</code>";
  }

  /** Returns a value in the type of code, for paragraphs and lists. */
  static String span(String text) {
    String line = SafeText.line(text);
    if (line.isEmpty()) {
      return "(empty)";
    }
    // the blanks are not shown; they keep a backtick of the text apart from the fence
    String blank = line.matches("[` ].*|.*[` ]") ? " " : "";
    String fence = "`".repeat(longestRun(line) + 1);
    return fence + blank + line + blank + fence;
  }

  private static String escaped(String text) {
    String line = SafeText.line(text);
    StringBuilder escaped = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      char last = i == 0 ? ' ' : line.charAt(i - 1);
      char next = i + 1 == line.length() ? ' ' : line.charAt(i + 1);
      boolean harmless =
          switch (c) {
            // www.example is a link, and so is http://; :name: is a picture
            case '.' -> last != 'w' && last != 'W';
            case ':' -> next == ' ';
            default -> isHarmless(c);
          };
      escaped.append(harmless ? String.valueOf(c) : entity(c));
    }
    return escaped.toString();
  }

  private static boolean isHarmless(char c) {
    return c >= 0x80
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || HARMLESS.indexOf(c) >= 0;
  }

  private static String entity(char c) {
    return "&#" + (int) c + ";";
  }

  /** Returns a fenced block; its fence is longer than any in the text. */
  static String fenced(String language, List<String> lines) {
    String text = SafeText.lines(String.join("\n", lines));
    int longest = longestRun(text);
    String fence = "`".repeat(Math.max(SHORTEST_FENCE, longest + 1));
    return "%s%s\n%s\n%s\n".formatted(fence, language, text, fence);
  }

  private static int longestRun(String text) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = text.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  /** Returns at most so many characters of a text. */
  static String shorten(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
