package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinesTest {
  private final List<String> told = new ArrayList<>();
  private final Lines lines = new Lines(told::add);

  private void take(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    lines.take(bytes, bytes.length);
  }

  @Test
  void aLineIsToldWhenItEnds() {
    take("Get:1 lib");
    assertThat(told).isEmpty();
    take("cuda\n\n  \n 10%\r 20%\rdone");
    assertThat(told).containsExactly("Get:1 libcuda", "10%", "20%");
  }

  @Test
  void aCharacterMayComeInPieces() {
    byte[] bytes = "ü\n".getBytes(UTF_8);
    for (byte one : bytes) {
      lines.take(new byte[] {one}, 1);
    }
    assertThat(told).containsExactly("ü");
  }

  @Test
  void oneThatDoesNotEndIsToldInPieces() {
    take("x".repeat(10_000));
    assertThat(told).hasSize(2).allMatch(line -> line.length() == 4096);
  }
}
