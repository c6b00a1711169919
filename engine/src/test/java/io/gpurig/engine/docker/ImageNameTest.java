package io.gpurig.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
  @ParameterizedTest
  @CsvSource({
    "ubuntu, ubuntu, latest",
    "ubuntu:24.04, ubuntu, 24.04",
    "host:5000/x, host:5000/x, latest",
    "host:5000/x/y:1, host:5000/x/y, 1",
    "nvcr.io/nvidia/cuda:13.0-base@sha256:abc, nvcr.io/nvidia/cuda, sha256:abc",
    "ubuntu@sha256:abc, ubuntu, sha256:abc"
  })
  void splits(String name, String repository, String tag) {
    assertThat(ImageName.parse(name)).isEqualTo(new ImageName(repository, tag));
  }

  @Property
  void joinsAndSplitsToTheSame(
      @ForAll("repositories") String repository,
      @ForAll("tags") String tag,
      @ForAll boolean pinned) {
    String digest = "sha256:" + "0f".repeat(32);
    String name = repository + (tag.isEmpty() ? "" : ":" + tag) + (pinned ? "@" + digest : "");

    assertThat(ImageName.parse(name))
        .isEqualTo(new ImageName(repository, pinned ? digest : tag.isEmpty() ? "latest" : tag));
  }

  @Provide
  Arbitrary<String> repositories() {
    Arbitrary<String> registry =
        Arbitraries.of("", "localhost:5000/", "nvcr.io/", "10.0.0.1:443/", "[::1]:5000/");
    Arbitrary<String> path =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withChars("0._-")
            .ofMinLength(1)
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(parts -> String.join("/", parts));
    return Combinators.combine(registry, path).as(String::concat);
  }

  @Provide
  Arbitrary<String> tags() {
    return Arbitraries.strings().alpha().numeric().withChars("._-").ofMaxLength(20);
  }
}
