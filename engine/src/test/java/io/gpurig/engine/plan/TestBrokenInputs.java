package io.gpurig.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file under {@code broken/} has beside it exactly what is said about it. To write those
 * files anew, run with {@code -Dupdate=true} and read the difference.
 */
final class TestBrokenInputs {
  private static final Path FOLDER = Path.of("src/test/resources/broken");
  private static final Host HOST =
      new Host(
          "gpu01",
          Map.of(
              "driver_version", TextNode.valueOf("580.126.16"),
              "rack", IntNode.valueOf(7),
              "site", TextNode.valueOf("${sight}")));

  static Stream<Path> plans() throws IOException {
    return inputs("plan");
  }

  static Stream<Path> inventories() throws IOException {
    return inputs("inventory");
  }

  @ParameterizedTest
  @MethodSource("plans")
  void brokenPlan(Path file) throws IOException {
    Problems problems = new Problems();
    PlanFile.load(file, file.getFileName().toString(), problems)
        .ifPresent(plan -> plan.resolve(HOST, Map.of(), problems));
    compare(file, problems);
  }

  @ParameterizedTest
  @MethodSource("inventories")
  void brokenInventory(Path file) throws IOException {
    Problems problems = new Problems();
    Inventory.load(file, file.getFileName().toString(), problems);
    compare(file, problems);
  }

  private static void compare(Path file, Problems problems) throws IOException {
    Path expected = file.resolveSibling(file.getFileName() + ".expected");
    String actual = Rendered.of(problems);
    if (Boolean.getBoolean("update")) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected)).isNotEmpty();
  }

  private static Stream<Path> inputs(String kind) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(kind))) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".expected"))
          .sorted()
          .toList()
          .stream();
    }
  }
}
