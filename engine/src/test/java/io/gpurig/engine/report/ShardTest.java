package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardTest {
  @Property(tries = 300)
  void theShardsTogetherAreTheFleet(
      @ForAll @IntRange(max = 500) int hosts, @ForAll @IntRange(min = 1, max = 60) int count) {
    List<Integer> fleet = IntStream.range(0, hosts).boxed().toList();
    List<Integer> together = new ArrayList<>();
    int smallest = Integer.MAX_VALUE;
    int largest = 0;
    for (int index = 1; index <= count; index++) {
      List<Integer> part = new Shard(index, count).of(fleet);
      smallest = Math.min(smallest, part.size());
      largest = Math.max(largest, part.size());
      together.addAll(part);
    }
    assertThat(together).isEqualTo(fleet);
    assertThat(largest - smallest).isLessThanOrEqualTo(1);
  }

  @Property(tries = 50)
  void isReadAsItIsWritten(@ForAll @IntRange(min = 1, max = 999_999) int index) {
    Shard shard = new Shard(index, 999_999);
    assertThat(Shard.parse(shard.toString())).contains(shard);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "0/8", "9/8", "1/0", "-1/8", "1/8 ", "1/1000000", "١/٨"})
  void anythingElseIsNoShard(String word) {
    assertThat(Shard.parse(word)).isEmpty();
  }
}
