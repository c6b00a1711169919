package io.gpurig.engine.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** A page for a browser, one file: no script, nothing loaded from elsewhere. */
public final class HtmlPage {
  private HtmlPage() {}

  /**
   * Returns the page.
   *
   * @param title plain text
   * @param css what its style has beyond that of every page
   * @param body HTML, in which every text of a host went through {@link #safe}
   */
  public static String render(String title, String css, String body) {
    // the policy is a second lock: should a hostile text ever break out, it could load nothing
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\
    """
        + safe(title)
        + " · gpurig</title>\n<style>\n"
        + css()
        + css
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
  }

  /** Returns a text of a host or a plan as it may stand in HTML, on one line. */
  public static String safe(String text) {
    return Xml.escape(SafeText.line(text));
  }

  private static String css() {
    try (InputStream css = HtmlPage.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(css, "report.css").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
