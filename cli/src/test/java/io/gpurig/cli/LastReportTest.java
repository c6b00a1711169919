package io.gpurig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastReportTest {
  private static final int TOO_MANY = 3;

  @TempDir private Path folder = Path.of("");

  @Test
  void theOldestAreForgotten() throws Exception {
    Instant now = Instant.now();
    for (int i = 1; i < LastReport.MOST + TOO_MANY; i++) {
      Path old = Files.writeString(folder.resolve("old-" + i + ".json"), "{}");
      Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(i)));
    }
    Path other = Files.writeString(folder.resolve("other"), "");
    Files.setLastModifiedTime(other, FileTime.fromMillis(0));
    Path kept = folder.resolve("new.json");

    assertThat(LastReport.keep(kept, new Report("apply", "Test", List.of(), List.of()))).isEmpty();

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .hasSize(LastReport.MOST + 1)
          .contains(kept, other, folder.resolve("old-" + (LastReport.MOST - 1) + ".json"))
          .doesNotContain(folder.resolve("old-" + LastReport.MOST + ".json"));
    }
  }
}
