package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Disruption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FileDiffTest {
  private static final Optional<String> NONE = Optional.empty();

  @Test
  void aNewFileAndOneThatGoes() {
    assertThat(diff(NONE, Optional.of("a\nb\n")))
        .containsExactly("--- /dev/null", "+++ /etc/x", "@@ -0,0 +1,2 @@", "+a", "+b");
    assertThat(diff(Optional.of("a\nb\n"), NONE))
        .containsExactly("--- /etc/x", "+++ /dev/null", "@@ -1,2 +0,0 @@", "-a", "-b");
  }

  @Test
  void aMissingLineEndIsADifference() {
    assertThat(diff(Optional.of("a\nb\n"), Optional.of("a\nb")))
        .endsWith(" a", "-b", "+b", "\\ No newline at end of file");
  }

  @Test
  void veryManyLinesAreReplacedAtOnce() {
    String lines = "x\n".repeat(60_000);
    assertThat(diff(Optional.of("a\n" + lines + "b\n"), Optional.of("a\ny\nb\n")))
        .startsWith("--- /etc/x", "+++ /etc/x", "@@ -1,60002 +1,3 @@", " a", "-x")
        .endsWith("-x", "+y", " b");
    assertThat(diff(NONE, Optional.of(lines))).hasSize(60_003);
  }

  @Test
  void aShortValueIsNoFile() {
    Field field = Field.of("image", "a", "b");
    assertThat(FileDiff.of(change(field), field)).isEmpty();
  }

  private static List<String> diff(Optional<String> before, Optional<String> after) {
    Field field = new Field("content", before, after);
    return FileDiff.of(change(field), field).orElseThrow();
  }

  private static Change change(Field field) {
    return new Change(
        "m",
        Change.Kind.UPDATE,
        "file /etc/x",
        "r",
        List.of(field),
        Disruption.NONE,
        List.of(),
        List.of(new Action.WriteFile("/etc/x", "", Optional.empty())),
        List.of());
  }
}
