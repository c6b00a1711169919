package io.gpurig.engine.report;

/** An XML document in the making. What is handed in cannot end an attribute, a text or a tag. */
final class Xml {
  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private int depth;

  /** Opens an element; attributes are names and values in turn. */
  Xml open(String name, Object... attributes) {
    return tag(name, attributes, ">\n", 1);
  }

  /** Adds an element without content. */
  Xml empty(String name, Object... attributes) {
    return tag(name, attributes, "/>\n", 0);
  }

  /** Adds an element with text. */
  Xml text(String name, String content, Object... attributes) {
    tag(name, attributes, ">", 0);
    text.append(escape(SafeText.lines(content))).append("</").append(name).append(">\n");
    return this;
  }

  /** Closes an element. */
  Xml close(String name) {
    depth--;
    text.append("  ".repeat(depth)).append("</").append(name).append(">\n");
    return this;
  }

  private Xml tag(String name, Object[] attributes, String end, int deeper) {
    text.append("  ".repeat(depth)).append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      String value = escape(SafeText.line(attributes[i + 1].toString()));
      text.append(' ').append(attributes[i]).append("=\"").append(value).append('"');
    }
    text.append(end);
    depth += deeper;
    return this;
  }

  /** Escapes for XML and HTML alike. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
