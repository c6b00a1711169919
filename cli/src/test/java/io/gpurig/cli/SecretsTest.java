package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import io.gpurig.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret reaches the host, and nothing else. */
final class SecretsTest {
  private static final String SECRET = "hunter2-\"q$1";
  private static final String PLAN =
      """
      name: Test
      hosts: lab
      vars: {token: !secret TOKEN}
      driver:
        deploy: true
        image: nvcr.io/nvidia/driver:580.126.20-ubuntu22.04
        env: {TOKEN: !secret TOKEN, URL: "https://u:${token}@example.com"}
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void aSecretIsOnTheHostAndNowhereElse() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path plan = plan(PLAN);
      Path saved = folder.resolve("saved.json");
      Map<String, String> is = Map.of("USER", "nobody", "TOKEN", SECRET);
      Result planned = gpurig(is, "plan", plan, "-i", lab.inventory(), "--out", saved);
      assertThat(planned.exit()).as(planned.all()).isEqualTo(3);
      Result applied = gpurig(is, "apply", saved, "-i", lab.inventory(), "--format", "json");
      assertThat(applied.exit()).as(applied.all()).isZero();
      assertThat(applied.out()).contains("(secret TOKEN)");
      // what the host has is what the secret is, so there is nothing to change
      Result again = gpurig(is, "plan", plan, "-i", lab.inventory());
      assertThat(again.exit()).as(again.all()).isZero();
      Result facts = gpurig(is, "facts", plan, "-i", lab.inventory(), "--format", "raw");
      assertThat(facts.out()).contains("TOKEN=(secret TOKEN)");
      // without the secret being known, the host would give it away
      String other = "another-value";
      Map<String, String> rotated = Map.of("USER", "nobody", "TOKEN", other);
      Result turned = gpurig(rotated, "plan", plan, "-i", lab.inventory());
      assertThat(turned.exit()).as(turned.all()).isEqualTo(3);
      assertThat(turned.out())
          .contains("env TOKEN: (another value) -> (secret TOKEN)")
          .contains("env URL: (another value) -> https://u:(secret TOKEN)@example.com");
      String explained = gpurig(is, "plan", plan, "-i", lab.inventory(), "--format", "json").all();

      String everything =
          planned.all()
              + applied.all()
              + again.all()
              + facts.all()
              + turned.all()
              + explained
              + Files.readString(saved, ISO_8859_1);
      assertThat(everything).doesNotContain(SECRET, "hunter2", other);
    }
  }

  @Test
  void aSavedPlanWantsTheSecretThatItWasSavedWith() throws Exception {
    try (Lab lab = Lab.start(folder.resolve("lab"), 1)) {
      Path saved = folder.resolve("saved.json");
      Path plan = plan(PLAN);
      gpurig(Map.of("TOKEN", SECRET), "plan", plan, "-i", lab.inventory(), "--out", saved);

      Result none = gpurig("apply", saved, "-i", lab.inventory());
      assertThat(none.exit()).as(none.all()).isEqualTo(2);
      assertThat(none.err()).contains("error[secret/unknown]: unknown secret `TOKEN`");
      Result other = gpurig(Map.of("TOKEN", "turned"), "apply", saved, "-i", lab.inventory());
      assertThat(other.exit()).as(other.all()).isEqualTo(3);
      assertThat(other.out()).contains("(secret TOKEN) is another").doesNotContain("turned");
    }
  }

  @Test
  void anUnknownSecretIsShownWhereItStands() throws IOException {
    Result result = gpurig(Map.of("TOKEM", "x"), "plan", plan(PLAN.replace("lab", "localhost")));
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err())
        .contains("plan.yaml:3:15: error[secret/unknown]: unknown secret `TOKEN`")
        .contains("-> did you mean `TOKEM`?");
    assertThat(gpurig("validate", plan(PLAN)).exit()).isZero();
  }

  @Test
  void secretsComeFromFilesAndCommands() throws IOException {
    Path file = folder.resolve("secrets");
    for (String text :
        List.of(
            "TOKEN: from-file\n",
            "{\"TOKEN\": \"from-file\"}",
            "# c\nexport TOKEN='from-file'\nB=2\n")) {
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      assertThat(missing("--secrets", file)).as(text).isEmpty();
    }
    assertThat(missing("--secrets-command", "cat " + file)).isEmpty();
    assertThat(missing("--secrets-command", "echo hunter2 >&2; echo no key >&2; exit 3"))
        .contains(
            "error[secret/command]: the command for the secrets, `echo hunter2 >&2; echo no key"
                + " >&2; exit 3`, failed: exit status 3: no key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(missing("--secrets", file)).contains("error[secret/readable-by-all]");
    assertThat(missing("--secrets", folder.resolve("no"))).contains("error[secret/file]");
  }

  @Test
  void aWrongSecretFileIsNotShown() throws IOException {
    Path file = Files.writeString(folder.resolve("secrets"), "TOKEN: 'hunter2\nB: hunter3\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(missing("--secrets", file))
        .contains("error[secret/format]")
        .contains("line 1 is not sound YAML")
        .doesNotContain("hunter");
    Files.writeString(file, "- hunter2\n");
    assertThat(missing("--secrets", file)).contains("not a map").doesNotContain("hunter");
    Files.writeString(file, "TOKEN: {a: hunter2}\n");
    assertThat(missing("--secrets", file)).contains("`TOKEN` is not").doesNotContain("hunter");
  }

  /** Returns what is said, on a host that no facts are known of, about the secrets alone. */
  private String missing(String option, Object value) throws IOException {
    Path facts = Files.createDirectories(folder.resolve("facts"));
    Files.writeString(
        facts.resolve("h.json"), "{\"gpurigFacts\": 1, \"host\": \"h\", \"reads\": {}}");
    return gpurig("plan", plan(PLAN), "--facts", facts, option, value).err();
  }

  private Path plan(String text) throws IOException {
    return Files.writeString(folder.resolve("plan.yaml"), text);
  }
}
