package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SafeTextTest {
  @Test
  void aHostsTextCannotMoveTheCursor() {
    assertThat(SafeText.line("a\u001b[2Jb\nc\u202ed\te")).isEqualTo("a\uFFFD[2Jb\uFFFDc\uFFFDd  e");
    assertThat(SafeText.lines("a\nb\r")).isEqualTo("a\nb\uFFFD");
    assertThat(SafeText.line("\ud83d\ude00 \ud83d x\uffff"))
        .isEqualTo("\ud83d\ude00 \uFFFD x\uFFFD");
  }
}
