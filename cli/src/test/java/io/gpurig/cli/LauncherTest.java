package io.gpurig.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and its AOT cache, with a small program in the place of gpurig. */
final class LauncherTest {
  private static final String PREPARING = "gpurig: preparing quick starts, once (some seconds)\n";

  private static final String OWN_VERSION = System.getProperty("java.runtime.version", "");

  @TempDir private Path folder = Path.of("");
  private Path home = folder;

  /** The program: says what it was started with. */
  static final class Probe {
    private Probe() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] words) {
      System.out.println(String.join(" ", words));
    }
  }

  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(folder.resolve("a home"));
    for (String script : List.of("gpurig", "scripts/find-jdk", "scripts/make-aot-cache")) {
      Path copy = home.resolve(script);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of("..", script), copy);
    }
    for (String source : List.of("schema", "plans", "cli/src/main", "cli/target")) {
      Files.createDirectories(home.resolve(source));
    }
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.writeString(home.resolve("cli/pom.xml"), "<project/>");
    jar(Instant.now());
  }

  private void jar(Instant time) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Probe.class.getName());
    String name = Probe.class.getName().replace('.', '/') + ".class";
    Path jar = home.resolve("cli/target/gpurig.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        var in = Probe.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
    }
    Files.setLastModifiedTime(jar, FileTime.from(time));
  }

  private ProcessBuilder gpurig(String... words) {
    List<String> command = new ArrayList<>(List.of(home.resolve("gpurig").toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
    return builder;
  }

  private Result run(ProcessBuilder gpurig) throws Exception {
    Path err = Files.createTempFile(folder, "err", "");
    Process process = gpurig.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), out, Files.readString(err));
  }

  private static void assertRan(Result result, String words, String err) {
    assertThat(result).isEqualTo(new Result(0, words + "\n", err));
  }

  @Test
  void makesTheCacheOnceAndThenStartsWithIt() throws Exception {
    assertRan(run(gpurig("plan", "a b")), "plan a b", PREPARING);
    assertThat(caches()).singleElement().satisfies(cache -> assertThat(cache).isNotEmptyFile());
    FileTime made = Files.getLastModifiedTime(caches().getFirst());
    assertRan(run(gpurig("plan")), "plan", "");
    assertThat(Files.getLastModifiedTime(caches().getFirst())).isEqualTo(made);
    // with this mode the JVM ends with an error where it cannot take the cache
    ProcessBuilder strict = gpurig("plan");
    strict.environment().put("JAVA_HOME", jdk(OWN_VERSION, "-XX:AOTMode=on").toString());
    assertRan(run(strict), "plan", "");
    Files.writeString(caches().getFirst(), "nonsense");
    assertThat(run(strict).exit()).isNotZero();
  }

  @Test
  void makesItAgainForANewJarAndForAnotherJdk() throws Exception {
    run(gpurig("plan"));
    jar(Instant.now().plusSeconds(2));
    Thread.sleep(2_000); // until the jar is no more of the future
    assertRan(run(gpurig("plan")), "plan", PREPARING);
    assertRan(run(gpurig("plan")), "plan", "");
    ProcessBuilder other = gpurig("plan");
    other.environment().put("JAVA_HOME", jdk("25.9.9+1", "").toString());
    assertRan(run(other), "plan", PREPARING);
    assertThat(caches()).hasSize(2);
  }

  @Test
  void aCacheThatIsNoneDoesNoHarm() throws Exception {
    run(gpurig("plan"));
    Files.writeString(caches().getFirst(), "nonsense");
    assertRan(run(gpurig("plan")), "plan", "");
  }

  @Test
  void whereItCannotBeMadeGpurigStartsWithoutItAndDoesNotTryAgain() throws Exception {
    Files.writeString(
        home.resolve("scripts/make-aot-cache"), "#!/bin/sh\necho no disk >&2\nexit 1\n");
    Result first = run(gpurig("plan"));
    assertRan(
        first,
        "plan",
        PREPARING + "no disk\ngpurig: that failed; starts stay slow until the next build\n");
    assertRan(run(gpurig("plan")), "plan", "");
  }

  @Test
  void itIsLeftOutWhereTheUserSaysSoOrHasOptionsThatExcludeIt() throws Exception {
    ProcessBuilder off = gpurig("plan");
    off.environment().put("GPURIG_AOT", "off");
    assertRan(run(off), "plan", "");
    ProcessBuilder own = gpurig("plan");
    own.environment().put("JDK_JAVA_OPTIONS", "-Xshare:off");
    Result result = run(own);
    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo("plan\n");
    assertThat(caches()).isEmpty();
  }

  @Test
  void severalAtOnceMakeOneWholeCache() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(gpurig("plan").redirectErrorStream(true).start());
    }
    for (Process one : all) {
      assertThat(new String(one.getInputStream().readAllBytes(), UTF_8)).endsWith("plan\n");
      assertThat(one.waitFor()).isZero();
    }
    assertThat(caches()).hasSize(1);
    assertRan(run(gpurig("plan")), "plan", "");
  }

  /** The JDK of this test, under another version, with an option more. */
  private Path jdk(String version, String option) throws IOException {
    Path java = Path.of(System.getProperty("java.home", ""));
    Path jdk = home.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"),
        "JAVA_RUNTIME_VERSION=\"%s\"\nJAVA_VERSION=\"25\"\n".formatted(version));
    for (String program : List.of("java", "javac")) {
      Path script = jdk.resolve("bin").resolve(program);
      String real = java.resolve("bin").resolve(program).toString();
      Files.writeString(script, "#!/bin/sh\nexec '%s' %s \"$@\"\n".formatted(real, option));
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
    return jdk;
  }

  private List<Path> caches() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cli/target"))) {
      return files.filter(file -> !file.endsWith("gpurig.jar")).toList();
    }
  }
}
