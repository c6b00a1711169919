package io.gpurig.modules.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.ConfigText;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.HostFile.Edit;
import io.gpurig.modules.config.Merge;
import io.gpurig.modules.runtime.ContainerRuntime.Registration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file looks like, what is put into it can be taken out, and nothing else is lost. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are what it is about
final class RoundTripTest {
  private static final List<Registration> RUNTIMES =
      List.of(new Registration("nvidia", "/usr/bin/n"), new Registration("nvidia-cdi", "/n.cdi"));
  private static final List<String> NAMES = List.of("nvidia", "nvidia-cdi", "nvidia-legacy");

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void json(int seed) throws Exception {
    Random random = new Random(seed);
    String text = JsonWriter.object(random);
    roundTrip(text, DockerMerge.registering(RUNTIMES, asDefault(random)), random, "\"foreign\": 1");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void containerdVersion1(int seed) throws Exception {
    Random random = new Random(seed);
    ContainerdMerge merge = new ContainerdMerge(1, RUNTIMES, asDefault(random), NAMES);
    roundTrip(TomlWriter.file(random), merge, random, "");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void imports(int seed) throws Exception {
    Random random = new Random(seed);
    roundTrip(
        TomlWriter.file(random), new ImportsMerge("/e/c.toml", "/e/conf.d/9.toml"), random, "");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keys(int seed) throws Exception {
    Random random = new Random(seed);
    JsonNode mode = JsonNodeFactory.instance.textNode("cdi");
    JsonNode list = JsonNodeFactory.instance.arrayNode().add("runc");
    KeysMerge merge =
        new KeysMerge(Map.of("a.mode", mode, "plugins.x.runtimes", list, "top", mode));
    roundTrip(TomlWriter.file(random), merge, random, "");
  }

  private static Optional<Boolean> asDefault(Random random) {
    return random.nextInt(3) == 0 ? Optional.empty() : Optional.of(random.nextBoolean());
  }

  private static void roundTrip(String text, Merge merge, Random random, String foreign)
      throws ConfigSyntaxException {
    HostFile before = new HostFile("/f", Optional.of(text), Optional.of("0644"), Optional.empty());
    Edit put = before.with(merge);
    ConfigText after = merge.parse(put.text().orElseThrow());
    survives(merge.parse(text).tree(), after.tree());

    // what is right stays as it is
    HostFile there = new HostFile("/f", put.text(), before.mode(), put.keep());
    assertThat(there.with(merge).isNeeded()).as(after.text()).isFalse();

    // byte for byte
    Edit removed = there.without(merge, NAMES);
    assertThat(removed.text()).as(after.text()).contains(text);
    assertThat(removed.keep()).isEmpty();

    // somebody edits the file meanwhile: that stays, and ours goes all the same
    String edited =
        foreign.isEmpty()
            ? after.text() + "\n[foreign" + random.nextInt(9) + "]\nk = 1 # c\n"
            : edited(after, foreign);
    HostFile touched = new HostFile("/f", Optional.of(edited), before.mode(), put.keep());
    assertThat(touched.with(merge).changes()).isFalse();
    String rest = touched.without(merge, NAMES).text().orElseThrow();
    survives(merge.parse(text).tree(), merge.parse(rest).tree());
    assertThat(rest).contains(foreign.isEmpty() ? "k = 1 # c" : foreign);
    assertThat(rest).doesNotContain("/usr/bin/n");
  }

  private static String edited(ConfigText text, String foreign) {
    int brace = text.text().indexOf('{');
    String comma = text.tree().isEmpty() ? "" : ",";
    return text.text().substring(0, brace + 1) + foreign + comma + text.text().substring(brace + 1);
  }

  /** What was there is there, but for the values that are ours to set. */
  private static void survives(JsonNode before, JsonNode after) {
    before
        .properties()
        .forEach(
            e -> {
              JsonNode now = after.path(e.getKey());
              if (e.getValue().isObject() && !e.getValue().isEmpty()) {
                survives(e.getValue(), now);
              } else if (!List.of(
                      "default-runtime",
                      "default_runtime_name",
                      "imports",
                      "mode",
                      "top",
                      "runtimes")
                  .contains(e.getKey())) {
                assertThat(now).as(e.getKey()).isEqualTo(e.getValue());
              }
            });
  }

  /** Writes random objects in random ways. */
  private static final class JsonWriter {
    static String object(Random random) throws Exception {
      String newline = List.of("\n", "\r\n", "").get(random.nextInt(3));
      String indent = List.of("  ", "\t", "    ", "").get(random.nextInt(4));
      String mark = random.nextInt(8) == 0 ? "\uFEFF" : "";
      String end = random.nextBoolean() ? newline : " ";
      StringBuilder text = new StringBuilder(mark + "{");
      List<String> keys =
          new java.util.ArrayList<>(
              List.of("debug", "runtimes", "default-runtime", "log-opts", "é \\\"\\u0041", "n"));
      java.util.Collections.shuffle(keys, random);
      int count = random.nextInt(keys.size() + 1);
      for (int i = 0; i < count; i++) {
        text.append(i > 0 ? "," : "").append(newline).append(indent);
        text.append('"').append(keys.get(i)).append('"').append(random.nextBoolean() ? ": " : ":");
        text.append(value(keys.get(i), random));
        text.append(random.nextInt(4) == 0 ? " " : "");
      }
      text.append(newline).append(random.nextInt(4) == 0 ? "  " : "").append('}').append(end);
      assertThat(new ObjectMapper().readTree(text.substring(mark.length())).isObject()).isTrue();
      return text.toString();
    }

    private static String value(String key, Random random) {
      return switch (key) {
        case "runtimes" ->
            List.of(
                    "{}",
                    "{ }",
                    "null",
                    "{\"runsc\": {\"path\":\"/r\" , \"runtimeArgs\": [ \"}\" ]}}")
                .get(random.nextInt(4));
        case "default-runtime" -> "\"crun\"";
        default ->
            List.of(
                    "1e2",
                    "[1, 2 ,[]]",
                    "{\"a\":{\"b\" : \"\\\\\\\"}{\"}}",
                    "12345678901234567890",
                    "true")
                .get(random.nextInt(5));
      };
    }
  }

  /** Writes random files in random ways. */
  private static final class TomlWriter {
    static String file(Random random) throws ConfigSyntaxException {
      String newline = random.nextInt(3) == 0 ? "\r\n" : "\n";
      List<String> root =
          List.of(
              "root = '/var' # c",
              "imports = [\n  \"/x/*.toml\", # one\n]",
              "top = \"x\"",
              "# only",
              "s = \"\"\"\n[a]\n\"\"\"",
              "d.e.f = 1979-05-27 07:32:00",
              "");
      List<String> tables =
          List.of(
              "[a]\n  mode = \"auto\" # keep\n  other = 1",
              "[plugins.cri.containerd]\n"
                  + "  default_runtime_name = \"runc\"\n\n"
                  + "  # about runc\n"
                  + "  [plugins.cri.containerd.runtimes.runc]\n"
                  + "    runtime_type = 'io.containerd.runc.v2'",
              "[plugins]\n  [plugins.x]\n  y = { z = [1, 2], w = {} }",
              "[[many]]\nk = 1\n[[many]]\nk = 2",
              "[\"quoted.key\".'b c']\nv = [ # ]\n 1, ]",
              "# a comment alone");
      StringBuilder text = new StringBuilder();
      for (String line : root) {
        if (random.nextInt(3) == 0) {
          text.append(line).append('\n');
        }
      }
      for (String table : tables) {
        if (random.nextInt(2) == 0) {
          text.append(random.nextBoolean() ? "\n" : "").append(table).append('\n');
        }
      }
      String file = text.toString();
      file = random.nextInt(4) == 0 ? file.stripTrailing() : file;
      io.gpurig.modules.config.TomlText.parse(file);
      return file.replace("\n", newline);
    }
  }
}
