package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownHostsTest {
  private static byte[] key(int number) {
    byte[] type = "ssh-ed25519".getBytes(US_ASCII);
    return ByteBuffer.allocate(8 + type.length)
        .putInt(type.length)
        .put(type)
        .putInt(number)
        .array();
  }

  private static KnownHost line(String hosts) {
    String blob = Base64.getEncoder().encodeToString(key(1));
    return KnownHost.parse(hosts + " ssh-ed25519 " + blob + " a comment", Path.of("file"), 1)
        .orElseThrow();
  }

  @Test
  void aFileThatChangesIsReadAnew(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("known_hosts");
    for (int number = 1; number <= 3; number++) {
      String blob = Base64.getEncoder().encodeToString(key(number));
      Files.writeString(file, "gpu1 ssh-ed25519 " + blob + "\n");
      Files.setLastModifiedTime(file, FileTime.fromMillis(number));

      for (int again = 0; again < 2; again++) {
        assertThat(KnownHosts.read(List.of(file)).about("gpu1").getFirst().blob())
            .isEqualTo(key(number));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gpu1 ; gpu1 ; true",
        "GPU1 ; gpu1 ; true",
        "gpu1 ; gpu10 ; false",
        "a,gpu1,b ; gpu1 ; true",
        "gpu? ; gpu1 ; true",
        "*.lab ; x.lab ; true",
        "*.lab ; lab ; false",
        "*.lab,!bad.lab ; bad.lab ; false",
        "!bad.lab,*.lab ; good.lab ; true",
        "!bad.lab ; good.lab ; false",
        "gpu1 ; [gpu1]:2222 ; false",
        "[gpu1]:2222 ; [gpu1]:2222 ; true",
        "[*]:2222 ; [gpu1]:2222 ; true",
        "|1|broken ; gpu1 ; false"
      })
  void matchesAsOpenSshDoes(String pattern, String host, boolean matches) {
    assertThat(line(pattern).matches(host)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({"#gpu1 ssh-ed25519 AAAA", "gpu1 ssh-ed25519", "gpu1 ssh-ed25519 !!", "gpu1 rsa AAAA"})
  void skipsLinesThatMakeNoSense(String text) {
    assertThat(KnownHost.parse(text, Path.of("file"), 1)).isEmpty();
  }

  /** A file of a fleet has thousands of lines, and each connection of it keeps its own. */
  @Test
  void aConnectionKeepsTheLinesAboutItsHostAlone(@TempDir Path fleet) throws IOException {
    Path file = fleet.resolve("known_hosts");
    String key =
        " ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMCRMsZEe1k70JcBnkSJq4oIhQfzWbk+xisnd/+LtlmM";
    Files.write(
        file,
        IntStream.range(0, 500).mapToObj(i -> "gpu-" + i + ",[gpu-" + i + "]:2222" + key).toList());

    KnownHosts own = KnownHosts.read(List.of(file)).only("[gpu-7]:2222", "gpu-7");

    assertThat(own.lines()).hasSize(1);
    assertThat(own.about("gpu-7")).hasSize(1);
    assertThat(own.about("[gpu-7]:2222")).hasSize(1);
  }

  @Test
  void losesNothingWhenManyHostsAreNewAtOnce(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("new/known_hosts");
    List<Future<Boolean>> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        int number = i % 100; // each comes twice
        done.add(
            threads.submit(
                () -> {
                  KnownHosts.append(file, "gpu" + number, key(number), number % 2 == 1);
                  return true;
                }));
      }
    }
    for (Future<Boolean> append : done) {
      assertThat(append.get()).isTrue();
    }
    assertThat(Files.readAllLines(file)).hasSize(100).doesNotHaveDuplicates();
    assertThat(KnownHosts.read(List.of(file)).lines()).hasSize(100);
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }
}
