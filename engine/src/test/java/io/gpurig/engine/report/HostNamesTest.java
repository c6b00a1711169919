package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HostNamesTest {
  @Test
  void fourInARowBecomeARange() {
    assertThat(HostNames.shorten(List.of("a1", "a2", "a3", "a4"))).containsExactly("a[1:4]");
    assertThat(HostNames.shorten(List.of("a1", "a2", "a3"))).containsExactly("a1", "a2", "a3");
    assertThat(HostNames.shorten(List.of("r1n08.x", "r1n09.x", "r1n10.x", "r1n11.x", "r2n12.x")))
        .containsExactly("r1n[08:11].x", "r2n12.x");
  }

  @Test
  void whatTheRangeWouldNotMeanStaysApart() {
    assertThat(HostNames.shorten(List.of("a8", "a9", "a10", "a11")))
        .containsExactly("a8", "a9", "a10", "a11");
    assertThat(HostNames.shorten(List.of("a1", "b2", "a3", "x", "", "é5"))).hasSize(6);
    assertThat(HostNames.shorten(List.of())).isEmpty();
  }
}
