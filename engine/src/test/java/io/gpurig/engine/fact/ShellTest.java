package io.gpurig.engine.fact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ShellTest {
  @Test
  void harmlessWordsStayReadable() {
    assertThat(Shell.join(List.of("nvidia-smi", "-q", "-x"))).isEqualTo("nvidia-smi -q -x");
    assertThat(Shell.quote("it's")).isEqualTo("'it'\\''s'");
    assertThat(Shell.quote("")).isEqualTo("''");
    assertThat(Shell.path("/etc/a b")).isEqualTo("\"$R\"'/etc/a b'");
  }

  @Test
  void anAssignmentIsACommandOnlyWhenQuoted() throws Exception {
    assertThat(Shell.join(List.of("x", "--query=a"))).isEqualTo("x --query=a");
    for (String shell : Shells.installed()) {
      String script = Shell.join(List.of("HOME=/x", "y")) + "; printf %s \"$?\"";
      assertThat(new String(Shells.run(shell, script), UTF_8)).isEqualTo("127");
    }
  }

  @Test
  void nulIsRefused() {
    assertThatThrownBy(() -> Shell.quote("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  /** Hostile words, some hundred a run, arrive in every shell as they were. */
  @Property(tries = 40)
  void everyWordArrivesAsItWas(@ForAll("hostileWords") List<String> words) throws Exception {
    for (String shell : Shells.installed()) {
      byte[] answer = Shells.run(shell, "printf '%s\\0' " + Shell.join(words) + "\n");
      assertThat(new String(answer, UTF_8)).isEqualTo(String.join("\0", words) + "\0");
    }
  }

  @Provide
  Arbitrary<List<String>> hostileWords() {
    Arbitrary<String> word =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(
                3,
                Arbitraries.strings()
                    .withChars("'\"\\$`!*?[]{}()<>|&;~#=% \t\n\r-aé€")
                    .ofMaxLength(12)),
            net.jqwik.api.Tuple.of(
                1,
                Arbitraries.of(
                    "$(touch /tmp/gpurig-pwned)",
                    "`reboot`",
                    "'; rm -rf / #",
                    "-n",
                    "--",
                    "a=b",
                    "~root",
                    "\\'",
                    "$R",
                    "*",
                    "\n")));
    return word.list().ofMinSize(1).ofMaxSize(15);
  }

  @Test
  void shellsAreThere() throws IOException {
    assertThat(Shells.installed()).isNotEmpty();
  }
}
