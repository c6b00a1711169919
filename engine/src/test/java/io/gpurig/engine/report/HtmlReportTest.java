package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HtmlReportTest {
  private static final Pattern TAG = Pattern.compile("<(/?[a-zA-Z!][^>]*)>");

  @TempDir private Path folder = Path.of("");

  @Provide
  Arbitrary<String> hostile() {
    return Samples.hostile();
  }

  @Test
  void countsOnTopAndTheWorstFirst() {
    String html = HtmlReport.render(List.of(Samples.fleet()));
    assertThat(html)
        .contains("<b>42</b> hosts", "<b>1</b> failed", "<b>12</b> with changes pending")
        .contains("<span class=\"added\">+  &quot;c&quot;: 4</span>")
        .doesNotContain("<script", "<link", "src=", "url(", "@import");
    assertThat(html.indexOf("<code>gpu-42</code>"))
        .isBetween(0, html.indexOf("<code>gpu-[01:12]</code>"));
  }

  @Property(tries = 300)
  void nothingBreaksOut(@ForAll("hostile") String text) {
    String html = HtmlReport.render(List.of(Samples.hostile(text)));
    assertThat(Samples.controls(html)).isEmpty();
    // texts without line ends have the same tags, whatever else is in them; diffs have a tag a line
    assertThat(tags(html)).isEqualTo(tags(HtmlReport.render(List.of(Samples.hostile(like(text))))));
  }

  /** As many lines, each of them harmless; equal where these are, or a diff would be another. */
  private static String like(String text) {
    Map<String, String> harmless = new HashMap<>();
    return Stream.of(SafeText.lines(text).split("\n", -1))
        .map(
            line ->
                line.isBlank() ? line : harmless.computeIfAbsent(line, l -> "x" + harmless.size()))
        .collect(Collectors.joining("\n"));
  }

  private static List<String> tags(String html) {
    List<String> tags = new ArrayList<>();
    Matcher tag = TAG.matcher(html);
    while (tag.find()) {
      tags.add(tag.group(1).replaceAll("(added|removed|place|same)", "line"));
    }
    return tags;
  }

  @Test
  void aBrowserShowsIt() throws Exception {
    Optional<Path> chromium = chromium();
    assumeTrue(chromium.isPresent(), "no chromium here");
    Path page = Files.createDirectory(folder.resolve("page")).resolve("report.html");
    Report hostile = Samples.hostile("</script><script>document.title='broken out'</script>");
    Files.writeString(page, HtmlReport.render(List.of(Samples.fleet(), hostile)));

    String dom = run(chromium.get(), "--dump-dom", page.toUri().toString());
    assertThat(dom).contains("<b>42</b> hosts").doesNotContain("<title>broken out");
    // what the browser made of it has the elements that were written
    assertThat(count(dom, "<details")).isEqualTo(count(Files.readString(page), "<details"));
    assertThat(count(dom, "<article")).isEqualTo(count(Files.readString(page), "<article"));
    assertThat(dom).doesNotContain("<script");

    Path picture = folder.resolve("report.png");
    run(
        chromium.get(),
        "--screenshot=" + picture,
        "--window-size=1000,1400",
        page.toUri().toString());
    assertThat(Files.size(picture)).isGreaterThan(20_000);
  }

  private String run(Path chromium, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                chromium.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("chromium ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }

  private static Optional<Path> chromium() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .map(name -> Path.of("/usr/bin", name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
