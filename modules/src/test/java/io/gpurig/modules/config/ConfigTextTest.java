package io.gpurig.modules.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edits of JSON and TOML, byte by byte. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are what it is about
final class ConfigTextTest {
  private static final List<String> NVIDIA = List.of("runtimes", "nvidia");

  @Test
  void aMemberIsWrittenAsTheFileIs() throws Exception {
    assertThat(json("{}"))
        .isEqualTo(
            "{\n"
                + "    \"runtimes\": {\n"
                + "        \"nvidia\": {\n"
                + "            \"path\": \"x\",\n"
                + "            \"args\": []\n"
                + "        }\n"
                + "    }\n"
                + "}");
    assertThat(json("{\"a\":1}"))
        .isEqualTo("{\"a\":1,\"runtimes\":{\"nvidia\":{\"path\":\"x\",\"args\":[]}}}");
    assertThat(json("{\"a\": 1}\n"))
        .isEqualTo("{\"a\": 1, \"runtimes\": {\"nvidia\": {\"path\": \"x\", \"args\": []}}}\n");
    assertThat(json("{\r\n\t\"a\" : 1\r\n}\r\n"))
        .isEqualTo(
            "{\r\n"
                + "\t\"a\" : 1,\r\n"
                + "\t\"runtimes\": {\r\n"
                + "\t\t\"nvidia\": {\r\n"
                + "\t\t\t\"path\": \"x\",\r\n"
                + "\t\t\t\"args\": []\r\n"
                + "\t\t}\r\n"
                + "\t}\r\n"
                + "}\r\n");
    assertThat(json("{\n  \"runtimes\": {},\n  \"z\": [ 1,2 ]\n}\n"))
        .isEqualTo(
            "{\n"
                + "  \"runtimes\": {\n"
                + "    \"nvidia\": {\n"
                + "      \"path\": \"x\",\n"
                + "      \"args\": []\n"
                + "    }\n"
                + "  },\n"
                + "  \"z\": [ 1,2 ]\n"
                + "}\n");
    assertThat(json("{\n  \"runtimes\": null\n}")).contains("\"nvidia\": {");
    assertThat(json("\uFEFF{\"a\":1}")).startsWith("\uFEFF{\"a\":1,");
    assertThat(json("")).startsWith("{\n    \"runtimes\"").endsWith("}\n");
    assertThat(json("  \n")).startsWith("{\n    \"runtimes\"");
  }

  private static String json(String before) throws Exception {
    return JsonText.parse(before).with(NVIDIA, node("{\"path\": \"x\", \"args\": []}")).text();
  }

  @Test
  void whatIsThereAlreadyIsLeftAsItIsWritten() throws Exception {
    String text =
        "{\"runtimes\":{ \"nvidia\" :{\"args\":[ ],\"path\":\"\\u0078\"}}, \"n\": 1.0e3 }";
    assertThat(json(text)).isEqualTo(text);
  }

  @Test
  void aMemberGoesWithItsComma() throws Exception {
    assertThat(JsonText.parse("{\"a\": 1, \"b\": 2 , \"c\":3}").without(List.of("b")).text())
        .isEqualTo("{\"a\": 1 , \"c\":3}");
    assertThat(JsonText.parse("{\"a\": 1, \"b\": 2}").without(List.of("a")).text())
        .isEqualTo("{\"b\": 2}");
    assertThat(JsonText.parse("{\n  \"a\": 1\n}").without(List.of("a")).text()).isEqualTo("{}");
    assertThat(JsonText.parse("{\"a\": 1}").without(List.of("b", "c")).text())
        .isEqualTo("{\"a\": 1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":                  | 1:6
          {"a":1,}               | 1:8
          [1]                    | 1:1
          "x"                    | 1:1
          {} x                   | 1:4
          {"runtimes": [1]}      | 1:14
          {"runtimes": {}, "runtimes": {}} | 1:18
          // c                   | 1:1
          """)
  void whatIsNoJsonObjectIsRefusedWhereItIsNot(String text, String place) {
    assertThatThrownBy(() -> json(text))
        .isInstanceOfSatisfying(
            ConfigSyntaxException.class,
            e -> assertThat(e.positioned()).as(e.positioned()).startsWith(place + ": "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a = 1                              | a = 1;;[x.y];k = "v";
          `[x.y]  # c;  j = 1 # d;;# e;[z];` | `[x.y]  # c;  j = 1 # d;  k = "v";;# e;[z];`
          `[x];y.j = 1;`                     | `[x];y.j = 1;y.k = "v";`
          `x = { y = { j = 1 } };`           | `x = { y = { j = 1, k = "v" } };`
          `x = {};`                          | `x = { y.k = "v" };`
          `x.y = {};`                        | `x.y = { k = "v" };`
          `[x.y.z];a = 1;`                   | `[x.y.z];a = 1;;[x.y];k = "v";`
          `["x".'y'];k = 'old' # c`          | `["x".'y'];k = "v" # c`
          `[x.y];s = \"""[x.y];k = 1""\""";` | `[x.y];s = \"""[x.y];k = 1""\""";k = "v";`
          `x.y.k = [1, # ];2]`               | x.y.k = "v"
          """)
  void aTomlValueIsPutWhereItsTableIs(String before, String after) throws Exception {
    TomlText text = TomlText.parse(lines(before)).with(List.of("x", "y", "k"), node("\"v\""));
    assertThat(text.text()).isEqualTo(lines(after));
    assertThat(text.get(List.of("x", "y", "k"))).contains(node("\"v\""));
    assertThat(text.without(List.of("x", "y", "k")).get(List.of("x", "y", "k"))).isEmpty();
  }

  private static String lines(String text) {
    return text.replace(';', '\n')
        .replace("\\\"\"\"", "\"\"\"")
        .replace("\"\"\\\"\"\"", "\"\"\"\"\"");
  }

  @Test
  void aValueOfTheRootComesBeforeTheTables() throws Exception {
    TomlText text = TomlText.parse("# c\n[x]\na = 1\n").with(List.of("k"), node("true"));
    assertThat(text.text()).isEqualTo("k = true\n\n# c\n[x]\na = 1\n");
    assertThat(TomlText.parse("v = 2\n\n[x]\n").with(List.of("k"), node("[1]")).text())
        .isEqualTo("v = 2\nk = [1]\n\n[x]\n");
  }

  @Test
  void elementsOfArraysComeAndGoAsTheyAreWritten() throws Exception {
    List<String> imports = List.of("imports");
    String many = "imports = [\n  \"a\", # one\n  \"b\",\n]\n";
    TomlText more = TomlText.parse(many).withElement(imports, node("\"c\""));
    assertThat(more.text()).isEqualTo("imports = [\n  \"a\", # one\n  \"b\",\n  \"c\",\n]\n");
    assertThat(more.withoutElement(imports, node("\"c\"")).text()).isEqualTo(many);
    assertThat(TomlText.parse("imports = ['a']").withElement(imports, node("\"c\"")).text())
        .isEqualTo("imports = ['a', \"c\"]");
    assertThat(TomlText.parse("imports = ['a',]").withoutElement(imports, node("\"a\"")).text())
        .isEqualTo("imports = []");
    assertThat(TomlText.parse("x = 1\n").withElement(imports, node("\"c\"")).text())
        .isEqualTo("x = 1\nimports = [\"c\"]\n");
  }

  @Test
  void aTableGoesWithItsHeadersAndTheBlankLineAbove() throws Exception {
    String before = "# top\n[r.runc]\nt = 1\n";
    TomlText more =
        TomlText.parse(before)
            .with(List.of("r", "nvidia"), node("{\"t\": \"x\", \"options\": {\"B\": true}}"));
    assertThat(more.text())
        .isEqualTo(before + "\n[r.nvidia]\nt = \"x\"\n\n[r.nvidia.options]\nB = true\n");
    assertThat(more.without(List.of("r", "nvidia")).text()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a =             | 1:4
          `a = 1;a = 2`   | 2:1
          `[[x]];y = 1`   | 1:1
          x = 1           | 1:1
          `[x];y = "s"`   | 2:1
          """)
  void whatIsNoTomlOrNoTableIsRefusedWhereItIs(String text, String place) {
    assertThatThrownBy(
            () -> TomlText.parse(lines(text)).with(List.of("x", "y", "k"), node("\"v\"")))
        .isInstanceOfSatisfying(
            ConfigSyntaxException.class, e -> assertThat(e.positioned()).startsWith(place + ": "));
  }

  private static JsonNode node(String json) throws Exception {
    return new ObjectMapper().readTree(json);
  }
}
