package io.gpurig.modules.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** On damaged output of nvidia-smi: an error or a value, never a wrong number, never a crash. */
final class SmiMutationsTest {
  private static final List<String> SAMPLES =
      List.of(
          "k8stestinfra-hw-a100.xml",
          "k8stestinfra-mock-gb200-ecc-injected.xml",
          "telegraf-a100-sxm4-v12.xml",
          "telegraf-a10g.xml",
          "telegraf-gtx-1070-ti.xml",
          "telegraf-gtx-1660-ti.xml");

  private static final String LETTERS = "0123456789 .-%<>/&;\"'\\n\u0000\u00e9MiBWCNA[]!?x";

  private static String sample(String name) {
    try {
      return Files.readString(Path.of("src/test/resources/smi-xml").resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GpuInventory read(String xml) {
    Facts facts =
        Facts.none("gpu-01")
            .withCommand(List.of("nvidia-smi", "-q", "-x"), new CommandFact(0, xml, ""));
    GpuInventory inventory = GpuInventory.of(facts);
    // every form must be able to show it
    Map<String, GpuInventory> hosts = Map.of("gpu-01", inventory);
    assertThat(GpuJson.render(hosts).toString()).startsWith("{\"hosts\":[{");
    assertThat(GpuTable.render(hosts, 80, false)).startsWith("gpu-01: ");
    assertThat(GpuMetricsText.render(hosts)).endsWith("\n");
    assertThat(GpuPage.render(hosts)).endsWith("</html>\n");
    return inventory;
  }

  /** The numbers of each GPU, by the names of the elements that they may come from. */
  private static List<Map<String, Optional<? extends Number>>> numbers(GpuInventory inventory) {
    List<Map<String, Optional<? extends Number>>> gpus = new ArrayList<>();
    for (Gpu gpu : inventory.gpus()) {
      Metrics metrics = gpu.metrics();
      Map<String, Optional<? extends Number>> numbers = new LinkedHashMap<>();
      numbers.put("gpu_temp", metrics.temperatureC());
      numbers.put("gpu_util", metrics.gpuUtilPct());
      numbers.put("memory_util", metrics.memoryUtilPct());
      numbers.put("total", metrics.memoryTotalMiB());
      numbers.put("used", metrics.memoryUsedMiB());
      numbers.put("free", metrics.memoryFreeMiB());
      numbers.put("power_draw", metrics.powerDrawW());
      numbers.put("power_limit", metrics.powerLimitW());
      numbers.put("minor_number", gpu.minor());
      gpus.add(numbers);
    }
    return gpus;
  }

  /** One damage: a number that is not what it was stood in the very line that was damaged. */
  @Property(tries = 7_000)
  void oneDamageChangesNoOtherNumber(@ForAll long seed) {
    Random random = new Random(seed);
    String original = sample(SAMPLES.get(random.nextInt(SAMPLES.size())));
    List<String> lines = new ArrayList<>(original.lines().toList());
    int at = random.nextInt(lines.size());
    String touched = lines.get(at);
    switch (random.nextInt(4)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, touched);
      case 2 -> lines = new ArrayList<>(lines.subList(0, at));
      default -> lines.set(at, letter(touched, random));
    }
    var before = numbers(read(original));
    var after = numbers(read(String.join("\n", lines)));
    for (int i = 0; i < after.size(); i++) {
      for (var number : after.get(i).entrySet()) {
        boolean same = number.getValue().equals(before.get(i).get(number.getKey()));
        assertThat(same || number.getValue().isEmpty() || touched.contains(number.getKey()))
            .as("%s of GPU %d after damage to %s", number, i, touched)
            .isTrue();
      }
    }
  }

  /** Much damage: a number that is told stands in an element of its name, whole. */
  @Property(tries = 3_000)
  void noNumberIsMadeUp(@ForAll long seed) {
    Random random = new Random(seed);
    String xml = sample(SAMPLES.get(random.nextInt(SAMPLES.size())));
    for (int damage = random.nextInt(2, 12); damage > 0; damage--) {
      // in the values, so that documents stay well-formed often enough
      int open = xml.indexOf('>', random.nextInt(xml.length()));
      int close = xml.indexOf('<', open);
      if (random.nextInt(4) > 0 && open > 0 && close > open + 1) {
        xml =
            xml.substring(0, open + 1)
                + letter(xml.substring(open + 1, close), random)
                + xml.substring(close);
      } else {
        xml = random.nextBoolean() ? xml : letter(xml, random);
      }
    }
    for (var gpu : numbers(read(xml))) {
      for (var number : gpu.entrySet()) {
        if (number.getValue().isPresent()) {
          String digits = String.valueOf(number.getValue().get()).replaceFirst("\\.0$", "");
          assertThat(xml)
              .as(number.toString())
              .containsPattern(
                  "%s>\\s*-?0*%s(\\.?0*)(\\s+\\S+)?\\s*<"
                      .formatted(number.getKey(), digits.replace(".", "\\.")));
        }
      }
    }
  }

  private static String letter(String text, Random random) {
    if (text.isEmpty()) {
      return text;
    }
    int at = random.nextInt(text.length());
    char letter = LETTERS.charAt(random.nextInt(LETTERS.length()));
    return switch (random.nextInt(3)) {
      case 0 -> text.substring(0, at) + text.substring(at + 1);
      case 1 -> text.substring(0, at) + letter + text.substring(at);
      default -> text.substring(0, at) + letter + text.substring(at + 1);
    };
  }
}
