package io.gpurig.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.HostPattern;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Rendered;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is typed, the answer is problems, soon, and never an exception. */
final class TestMutations {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final String[] SNIPPETS = {
    "${",
    "}",
    "$${",
    "&a ",
    "*a",
    "<<: ",
    "!x ",
    "!secret ",
    "from: valid-plan.yaml\n",
    "- ",
    "? ",
    ": ",
    "\t",
    "\n",
    "'",
    "\"",
    "|",
    ">",
    "{",
    "[",
    "]",
    "#",
    "%YAML 1.1\n",
    "---",
    "...",
    "~",
    "yes",
    "0644",
    "1e9999",
    "\uD800",
    "\0",
    "\u2028",
    "!!int ",
    "%TAG ! x\n",
    "{{ x }}",
    "@",
    "`",
    "[1:3]",
    "!<",
    "\\x",
    "💥"
  };
  private static final Host HOST = new Host("h", Map.of("driver_version", TextNode.valueOf("1")));

  @Property(tries = 10_000)
  void plansNeverThrow(@ForAll long seed) throws IOException {
    Problems problems =
        quickly(
            mutated(RESOURCES.resolve("valid-plan.yaml"), seed),
            (file, found) ->
                PlanFile.load(file, "plan.yaml", found)
                    .ifPresent(
                        plan -> {
                          plan.check(found);
                          Optional<ResolvedPlan> resolved = plan.resolve(HOST, Map.of(), found);
                          assertThat(resolved.isPresent() || found.block()).isTrue();
                        }));
    check(problems);
  }

  @Property(tries = 700)
  void inventoriesNeverThrow(@ForAll long seed) throws IOException {
    Problems problems =
        quickly(
            mutated(RESOURCES.resolve("ansible.yml"), seed),
            (file, found) -> {
              Optional<Inventory> inventory = Inventory.load(file, "hosts.yml", found);
              assertThat(inventory.isPresent() || found.block()).isTrue();
            });
    check(problems);
  }

  @Property(tries = 1000)
  void patternsNeverThrow(@ForAll String pattern) {
    Problems problems = new Problems();
    boolean none =
        HostPattern.select(pattern, Inventory.implicitLocalhost(), Optional.empty(), problems)
            .isEmpty();
    assertThat(none).isEqualTo(none && problems.block());
  }

  private interface Loading {
    void load(Path file, Problems problems);
  }

  private static Problems quickly(byte[] content, Loading loading) throws IOException {
    Path file = Files.createTempFile("mutated", ".yaml");
    try {
      Files.write(file, content);
      Problems problems = new Problems();
      long start = System.nanoTime();
      loading.load(file, problems);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      return problems;
    } finally {
      Files.delete(file);
    }
  }

  private static void check(Problems problems) {
    for (Problem problem : problems.sorted()) {
      assertThat(problem.message()).isNotBlank().doesNotEndWith(".").doesNotContain("Exception");
    }
    assertThat(Rendered.of(problems)).isNotNull();
  }

  private static byte[] mutated(Path file, long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(Files.readString(file));
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, SNIPPETS[random.nextInt(SNIPPETS.length)]);
        case 2 -> text.replace(at, end, SNIPPETS[random.nextInt(SNIPPETS.length)]);
        case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        case 4 -> text.setCharAt(at, (char) random.nextInt(0x300));
        default -> throw new AssertionError();
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(20) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
