package io.gpurig.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.lab.machine.Blueprint;
import io.gpurig.lab.machine.NvidiaDriver;
import io.gpurig.lab.machine.RootFolder;
import io.gpurig.lab.machine.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes into the simulated sysfs have the effects that a kernel gives them: hostsuite's KernelTest
 * runs the same script in its guest, and expects the same.
 */
class PciBindingTest {
  private static final Path SCRIPT =
      Path.of("src/test/resources/io/gpurig/lab/machine/pci-binding.sh");

  @TempDir Path folder;

  @Test
  void theLabBindsAsTheKernelDoes() throws Exception {
    LabFiles files = new LabFiles(folder.resolve("lab"));
    files.writeCommands();
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Blueprint blueprint = Blueprint.load("rtx4090x2");
    RootFolder root =
        new RootFolder(
            folder.resolve("root"), "h", blueprint, new SharedFiles(shared), files.commands());
    new NvidiaDriver(root, "h", blueprint).load("580.126.20");

    ProcessBuilder shell = new ProcessBuilder("sh").redirectInput(SCRIPT.toFile());
    shell.redirectErrorStream(true).environment().put("GPURIG_ROOT", root.path().toString());
    shell.environment().put("GPU", "0000:21:00.0");
    shell.environment().put("AUDIO", "0000:21:00.1");
    shell.environment().put("PATH", files.commands() + ":/usr/bin:/bin");
    Process process = shell.start();
    String transcript = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(transcript)
        .isEqualTo(Files.readString(SCRIPT.resolveSibling("pci-binding.expected")));
    assertThat(root.at("dev/nvidia0")).exists();
  }
}
