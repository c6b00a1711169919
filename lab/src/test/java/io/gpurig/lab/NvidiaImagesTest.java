package io.gpurig.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver and the toolkit in containers, from start to stop, with all that they leave. */
class NvidiaImagesTest {
  private static final String DRIVER = "nvcr.io/nvidia/driver:580.126.20-ubuntu22.04";
  private static final String DRIVER_HOST =
      "\"StopTimeout\":1,\"HostConfig\":{\"Privileged\":true,\"PidMode\":\"host\","
          + "\"RestartPolicy\":{\"Name\":\"unless-stopped\"},"
          + "\"Binds\":[\"/run/nvidia:/run/nvidia:rshared\"]}";
  private static final String TOOLKIT_HOST =
      "\"Env\":[\"NVIDIA_RUNTIME_SET_AS_DEFAULT=%s\",\"RUNTIME_CONFIG=/c/daemon.json\","
          + "\"RUNTIME_SOCKET=/s/docker.sock\"],\"HostConfig\":{\"PidMode\":\"host\",\"Binds\":["
          + "\"/etc/docker:/c\",\"/var/run:/s\",\"/usr/local/nvidia:/usr/local/nvidia\"]}";

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Lab lab;

  @SuppressWarnings("NullAway.Init")
  private Path root;

  @SuppressWarnings("NullAway.Init")
  private LabClient client;

  @SuppressWarnings("NullAway.Init")
  private DockerClient docker;

  @BeforeEach
  void start() throws IOException {
    lab = Lab.start(folder.resolve("lab"), 1);
    root = lab.hosts().getFirst().root();
    client = LabClient.connect(lab, lab.hosts().getFirst());
    docker = client.docker();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    lab.close();
  }

  @Test
  void driverLoadsAndUnloads() throws Exception {
    runDriver();

    assertThat(root.resolve("sys/module/nvidia/version")).hasContent("580.126.20");
    assertThat(root.resolve("sys/module/nvidia/refcnt")).hasContent("2");
    assertThat(root.resolve("proc/driver/nvidia/version")).content().contains("580.126.20");
    assertThat(root.resolve("dev/nvidia7")).exists();
    assertThat(root.resolve("sys/bus/pci/devices/0000:df:00.0/driver").toRealPath())
        .hasFileName("nvidia");
    assertThat(root.resolve("sys/bus/pci/devices/0000:01:00.0/driver").toRealPath())
        .hasFileName("mlx5_core");
    String smi = "chroot /run/nvidia/driver nvidia-smi ";
    assertThat(client.exec(smi + "-L").text().lines()).hasSize(8);
    assertThat(
            client
                .exec(smi + "--query-gpu=index,pci.bus_id,name --format=csv,noheader -i 1")
                .text())
        .isEqualTo("1, 00000000:43:00.0, NVIDIA H100 80GB HBM3");
    assertThat(client.exec(smi + "--query-gpu=nonsense --format=csv").exit()).isEqualTo(2);

    assertThat(docker.post("/containers/driver/stop").status()).isEqualTo(204);

    assertThat(docker.inspect("driver").path("State").path("ExitCode").asInt(-1)).isZero();
    assertThat(root.resolve("sys/module/nvidia")).doesNotExist();
    assertThat(root.resolve("dev")).isEmptyDirectory();
    assertThat(root.resolve("run/nvidia/driver")).isEmptyDirectory();
    assertThat(root.resolve("sys/bus/pci/devices/0000:df:00.0/driver")).doesNotExist();
  }

  @Test
  void nvidiaSmiWritesTheXmlOfARealOne() throws Exception {
    runDriver();

    byte[] xml = client.exec("nvidia-smi -q -x").out();

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    var document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    var xpath = XPathFactory.newInstance().newXPath();
    assertThat(xpath.evaluate("count(/nvidia_smi_log/gpu)", document)).isEqualTo("8");
    for (String path :
        List.of(
            "/nvidia_smi_log/driver_version = '580.126.20'",
            "/nvidia_smi_log/attached_gpus = '8'",
            "//gpu[1]/@id = '00000000:1B:00.0'",
            "//gpu[1]/pci/pci_device_id = '233010DE'",
            "//gpu[1]/fb_memory_usage/total = '81559 MiB'",
            "//gpu[1]/mig_mode/current_mig = 'Disabled'",
            "//gpu[1]/gpu_power_readings/current_power_limit = '700.00 W'",
            "starts-with(//gpu[8]/uuid, 'GPU-')")) {
      assertThat(xpath.evaluate(path, document)).as(path).isEqualTo("true");
    }
  }

  @Test
  void driverInUseOutlivesTheSignalAndLeavesItsModules() throws Exception {
    runDriver();
    Files.createDirectories(root.resolve("etc/cdi"));
    Files.writeString(
        root.resolve("etc/cdi/n.json"),
        "{\"kind\":\"nvidia.com/gpu\",\"devices\":[{\"name\":\"all\"}]}");
    String gpu =
        "\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"cdi\","
            + "\"DeviceIDs\":[\"nvidia.com/gpu=all\"]}]}";
    docker.run("work", "nvcr.io/nvidia/cuda:13", gpu);
    assertThat(root.resolve("sys/module/nvidia/refcnt")).hasContent("3");
    assertThat(client.exec("modprobe -r nvidia_uvm").err()).contains("in use");

    docker.post("/containers/driver/stop");

    assertThat(docker.inspect("driver").path("State").path("ExitCode").asInt()).isEqualTo(137);
    assertThat(docker.logs("driver")).contains("driver is in use");
    assertThat(root.resolve("sys/module/nvidia/version")).exists();
    assertThat(root.resolve("run/nvidia/driver/usr/bin/nvidia-smi")).exists();

    docker.post("/containers/driver/start");
    Eventually.holds(
        () -> assertThat(docker.inspect("driver").path("RestartCount").asInt()).isPositive());
    docker.post("/containers/work/stop");
    Eventually.holds(() -> assertThat(docker.logs("driver")).endsWith("waiting for signal\n"));
    assertThat(docker.status("driver")).isEqualTo("running");
  }

  @Test
  void restartWithTheSameDigestKeepsTheModules() throws Exception {
    String digest = "\"Env\":[\"DRIVER_CONFIG_DIGEST=abc\"]," + DRIVER_HOST;
    docker.run("driver", DRIVER, digest);
    awaitDriver();
    docker.post("/containers/driver/kill");

    docker.post("/containers/driver/start");

    Eventually.holds(() -> assertThat(docker.logs("driver")).contains("skipping"));
    awaitDriver();
  }

  @Test
  void driverThatCannotBeBuiltCrashesAgainAndAgain() throws Exception {
    docker.run("driver", "nvcr.io/nvidia/driver:999.1-ubuntu22.04", DRIVER_HOST);

    Eventually.holds(
        () -> assertThat(docker.inspect("driver").path("RestartCount").asInt()).isGreaterThan(1));
    Eventually.holds(() -> assertThat(docker.status("driver")).isEqualTo("restarting"));
    assertThat(docker.inspect("driver").path("State").path("ExitCode").asInt()).isEqualTo(1);
    assertThat(docker.logs("driver")).contains("Could not resolve Linux kernel version");
    assertThat(docker.post("/containers/driver/stop").status()).isEqualTo(204);
    assertThat(docker.status("driver")).isEqualTo("exited");
    assertThat(root.resolve("sys/module/nvidia")).doesNotExist();
  }

  @Test
  void secondDriverIsTurnedAway() throws Exception {
    runDriver();

    docker.run("second", DRIVER, "");

    assertThat(docker.logs("second")).contains("already running, aborting");
    assertThat(docker.status("second")).isEqualTo("exited");
  }

  @Test
  void toolkitRegistersItsRuntimesAndCleansUp() throws Exception {
    Files.writeString(root.resolve("etc/docker/daemon.json"), "{\"log-level\": \"warn\"}");
    docker.run(
        "toolkit", "nvcr.io/nvidia/k8s/container-toolkit:v1.18.2", TOOLKIT_HOST.formatted("true"));

    Eventually.holds(() -> assertThat(info().path("Runtimes").has("nvidia-cdi")).isTrue());
    assertThat(info().path("Runtimes").path("nvidia").path("path").asText())
        .isEqualTo("/usr/local/nvidia/toolkit/nvidia-container-runtime");
    assertThat(info().path("Runtimes").has("nvidia-legacy")).isTrue();
    assertThat(info().path("DefaultRuntime").asText()).isEqualTo("nvidia");
    assertThat(root.resolve("etc/docker/daemon.json")).content().contains("warn", "nvidia-cdi");
    docker.run("work", "nvcr.io/nvidia/cuda:13", "\"HostConfig\":{\"Runtime\":\"nvidia\"}");

    docker.post("/containers/toolkit/stop");

    assertThat(info().path("DefaultRuntime").asText()).isEqualTo("runc");
    assertThat(root.resolve("etc/docker/daemon.json")).content().doesNotContain("nvidia");
    // SIGHUP does not take a runtime away when the key is gone; a restart does
    assertThat(info().path("Runtimes").has("nvidia")).isTrue();
    client.exec("systemctl restart docker");
    assertThat(info().path("Runtimes").has("nvidia")).isFalse();
    assertThat(docker.post("/containers/work/start").message())
        .isEqualTo("unknown or invalid runtime name: nvidia");
  }

  @Test
  void oldToolkitNeedsItsRoot() throws Exception {
    String image = "nvcr.io/nvidia/k8s/container-toolkit:v1.17.8-ubuntu20.04";
    docker.run("toolkit", image, TOOLKIT_HOST.formatted("false"));

    assertThat(docker.status("toolkit")).isEqualTo("exited");
    assertThat(docker.logs("toolkit")).contains("ROOT");

    docker.run(
        "again",
        image,
        TOOLKIT_HOST.formatted("false").replace("[\"NV", "[\"ROOT=/usr/local/nvidia\",\"NV"));
    Eventually.holds(() -> assertThat(info().path("Runtimes").has("nvidia")).isTrue());
    assertThat(info().path("DefaultRuntime").asText()).isEqualTo("runc");
  }

  private void runDriver() throws Exception {
    docker.run("driver", DRIVER, DRIVER_HOST);
    awaitDriver();
  }

  private void awaitDriver() throws Exception {
    Eventually.holds(() -> assertThat(docker.logs("driver")).endsWith("waiting for signal\n"));
  }

  private JsonNode info() throws IOException {
    return docker.get("/info").json();
  }
}
