package io.gpurig.engine.inventory;

import io.gpurig.engine.inventory.PythonLiteral.NotLiteralException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A string as Python writes it.
 *
 * @param value what it stands for
 * @param end where it ends
 */
record PythonString(String value, int end) {
  private static final Pattern BEGIN =
      Pattern.compile("(r|u|b|br|rb)?('''|\"\"\"|'|\")", Pattern.CASE_INSENSITIVE);
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\\{([^}]+)}"
              + "|(.))",
          Pattern.DOTALL);
  private static final String SHORT = "abfnrtv";
  private static final String SHORT_VALUES = "\u0007\b\f\n\r\t\u000b";

  static boolean beginsAt(String text, int at) {
    return BEGIN.matcher(text).region(at, text.length()).lookingAt();
  }

  static PythonString read(String text, int at) throws NotLiteralException {
    Matcher begin = BEGIN.matcher(text).region(at, text.length());
    if (!begin.lookingAt()) {
      throw new NotLiteralException();
    }
    String prefix = begin.group(1) == null ? "" : begin.group(1).toLowerCase(Locale.ROOT);
    String quote = begin.group(2);
    int close = begin.end();
    while (!text.startsWith(quote, close)) {
      close += close < text.length() && text.charAt(close) == '\\' ? 2 : 1;
      if (close >= text.length()) {
        throw new NotLiteralException();
      }
    }
    String inside = text.substring(begin.end(), close);
    boolean bytes = prefix.contains("b");
    if (bytes && !inside.chars().allMatch(c -> c < 0x80)) {
      throw new NotLiteralException();
    }
    String value = prefix.contains("r") ? inside : unescape(inside, bytes);
    return new PythonString(value, close + quote.length());
  }

  private static String unescape(String inside, boolean bytes) throws NotLiteralException {
    StringBuilder value = new StringBuilder();
    Matcher escape = ESCAPE.matcher(inside);
    int at = 0;
    while (escape.find(at)) {
      value.append(inside, at, escape.start()).append(one(escape, bytes));
      at = escape.end();
    }
    return value.append(inside.substring(at)).toString();
  }

  private static String one(Matcher escape, boolean bytes) throws NotLiteralException {
    if (escape.group(1) != null) {
      return Character.toString(Integer.parseInt(escape.group(1), 8));
    }
    if (escape.group(2) != null) {
      return Character.toString(Integer.parseInt(escape.group(2), 16));
    }
    if (escape.group(6) == null) {
      return bytes ? escape.group() : unicode(escape);
    }
    char c = escape.group(6).charAt(0);
    if (!bytes && (c == 'x' || c == 'u' || c == 'U' || c == 'N')) {
      throw new NotLiteralException(); // without the digits that must follow
    }
    int known = SHORT.indexOf(c);
    if (known >= 0) {
      return String.valueOf(SHORT_VALUES.charAt(known));
    }
    return c == '\\' || c == '\'' || c == '"' ? String.valueOf(c) : "\\" + c;
  }

  private static String unicode(Matcher escape) throws NotLiteralException {
    try {
      if (escape.group(5) != null) {
        return Character.toString(Character.codePointOf(escape.group(5)));
      }
      String digits = escape.group(3) == null ? escape.group(4) : escape.group(3);
      return Character.toString(Integer.parseUnsignedInt(digits, 16));
    } catch (IllegalArgumentException e) {
      throw new NotLiteralException();
    }
  }
}
