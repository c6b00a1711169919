package io.gpurig.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's answers, in the words and shapes that Docker's clients know. */
class DockerApiTest {
  private static final String IMAGE = "lab/work:1";

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Lab lab;

  @SuppressWarnings("NullAway.Init")
  private LabClient client;

  @SuppressWarnings("NullAway.Init")
  private DockerClient docker;

  @BeforeEach
  void start() throws IOException {
    lab = Lab.start(folder.resolve("lab"), List.of(HostKind.BARE, HostKind.NO_DOCKER));
    client = LabClient.connect(lab, lab.hosts().getFirst());
    docker = client.docker();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    lab.close();
  }

  @Test
  void engineIntroducesItself() throws IOException {
    assertThat(docker.get("/_ping").text()).isEqualTo("OK");
    assertThat(docker.get("/v1.43/version").json().path("ApiVersion").asText()).isEqualTo("1.51");
    JsonNode info = docker.get("/info").json();
    assertThat(info.path("ServerVersion").asText()).startsWith("28.3.");
    assertThat(info.path("Runtimes").has("runc")).isTrue();
    assertThat(info.path("Runtimes").has("nvidia")).isFalse();
    assertThat(info.path("DefaultRuntime").asText()).isEqualTo("runc");
    assertThat(docker.get("/v1.99/info").message())
        .isEqualTo("client version 1.99 is too new. Maximum supported API version is 1.51");
    assertThat(docker.get("/nonsense").status()).isEqualTo(404);
  }

  @Test
  void pullTellsOfItsProgress() throws IOException {
    assertThat(docker.get("/images/" + IMAGE + "/json").status()).isEqualTo(404);

    String progress = docker.pull("nvcr.io/nvidia/cuda:13.0.1-base-ubuntu22.04").text();

    assertThat(progress.lines())
        .first()
        .isEqualTo("{\"status\":\"Pulling from nvidia/cuda\",\"id\":\"13.0.1-base-ubuntu22.04\"}");
    assertThat(progress).contains("\"Pull complete\"", "\"current\":", "Digest: sha256:");
    assertThat(progress).contains("Downloaded newer image");
    assertThat(docker.pull("nvcr.io/nvidia/cuda:13.0.1-base-ubuntu22.04").text())
        .contains("Image is up to date");
    JsonNode image = docker.get("/images/nvcr.io/nvidia/cuda:13.0.1-base-ubuntu22.04/json").json();
    assertThat(image.path("RepoDigests").path(0).asText()).contains("@sha256:");
    assertThat(docker.get("/images/json").json()).hasSize(1);
    assertThat(docker.pull("example.com/secret:1").message()).startsWith("pull access denied for");
    assertThat(docker.pull("lab/work:missing").message()).contains("manifest unknown");
  }

  @Test
  void containerLivesFromCreateToRemove() throws IOException {
    docker.pull(IMAGE);
    String body = "{\"Image\":\"" + IMAGE + "\"}";
    String id = docker.post("/containers/create?name=aa", body).json().path("Id").asText();

    assertThat(docker.status("aa")).isEqualTo("created");
    assertThat(docker.post("/containers/create?name=aa", body).message())
        .isEqualTo(
            ("Conflict. The container name \"/aa\" is already in use by container \"%s\". You have"
                    + " to remove (or rename) that container to be able to reuse that name.")
                .formatted(id));
    assertThat(docker.post("/containers/aa/start").status()).isEqualTo(204);
    assertThat(docker.post("/containers/aa/start").status()).isEqualTo(304);
    assertThat(docker.delete("/containers/aa").message()).contains("container is running");
    assertThat(docker.post("/containers/aa/rename?name=bb").status()).isEqualTo(204);
    assertThat(docker.get("/containers/json").json().path(0).path("Names").path(0).asText())
        .isEqualTo("/bb");
    assertThat(docker.post("/containers/bb/stop?t=5").status()).isEqualTo(204);
    assertThat(docker.post("/containers/bb/stop").status()).isEqualTo(304);
    assertThat(docker.inspect("bb").path("State").path("ExitCode").asInt()).isEqualTo(143);
    assertThat(docker.get("/containers/json").json()).isEmpty();
    assertThat(docker.get("/containers/json?all=true").json()).hasSize(1);
    assertThat(docker.delete("/containers/" + id.substring(0, 12)).status()).isEqualTo(204);
    assertThat(docker.get("/containers/bb/json").message()).isEqualTo("No such container: bb");
  }

  @Test
  void refusalsAreDockers() throws IOException {
    assertThat(docker.post("/containers/create", "{\"Image\":\"lab/none:1\"}").message())
        .isEqualTo("No such image: lab/none:1");
    docker.pull(IMAGE);
    String members = "{\"Image\":\"" + IMAGE + "\",\"HostConfig\":{%s}}";
    assertThat(docker.post("/containers/create", members.formatted("\"Runtime\":\"nvidia\"")))
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
        .satisfies(
            answer ->
                assertThat(answer.message()).isEqualTo("unknown or invalid runtime name: nvidia"));
    String mount = "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv/x\",\"Target\":\"/x\"}]";
    assertThat(docker.post("/containers/create", members.formatted(mount)).message())
        .contains("bind source path does not exist: /srv/x");
    assertThat(docker.post("/containers/create", "not json").message()).startsWith("invalid JSON");
  }

  @Test
  void inspectShowsWhatTheEngineMadeOfTheRequest() throws IOException {
    docker.pull("nvcr.io/nvidia/driver:580.126.20-ubuntu22.04");
    docker.post(
        "/containers/create?name=dd",
        """
        {"Image": "nvcr.io/nvidia/driver:580.126.20-ubuntu22.04", "Env": ["A=1"],
         "Labels": {"x": "y"}, "StopTimeout": 120,
         "HostConfig": {"Privileged": true, "PidMode": "host", "Memory": 1000,
           "Binds": ["/run/nvidia:/run/nvidia:rshared", "/etc/os-release:/o:ro", "v:/v"],
           "DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=0"]}],
           "Ulimits": [{"Name": "memlock", "Soft": -1, "Hard": -1}]}}
        """);

    JsonNode json = docker.inspect("dd");
    JsonNode host = json.path("HostConfig");

    List<String> members = new ArrayList<>();
    json.fieldNames().forEachRemaining(members::add);
    assertThat(members)
        .contains("Id", "Created", "Path", "Args", "State", "Image", "Name", "RestartCount")
        .contains("HostConfig", "Mounts", "Config", "NetworkSettings");
    assertThat(json.path("Config").path("Env").path(0).asText()).isEqualTo("A=1");
    assertThat(json.path("Config").path("Env").toString()).contains("NVIDIA_VISIBLE_DEVICES=void");
    assertThat(json.path("Config").path("StopTimeout").asInt()).isEqualTo(120);
    assertThat(json.path("Path").asText()).isEqualTo("nvidia-driver");
    assertThat(host.path("SecurityOpt").path(0).asText()).isEqualTo("label=disable");
    assertThat(host.path("RestartPolicy").path("Name").asText()).isEqualTo("no");
    assertThat(host.path("NetworkMode").asText()).isEqualTo("bridge");
    assertThat(host.path("Runtime").asText()).isEqualTo("runc");
    assertThat(host.path("MemorySwap").asInt()).isEqualTo(2000);
    assertThat(host.path("ShmSize").asInt()).isEqualTo(67108864);
    assertThat(host.path("MaskedPaths").isNull()).isTrue();
    assertThat(host.path("DeviceRequests").path(0).path("Count").asInt(-1)).isZero();
    assertThat(host.path("DeviceRequests").path(0).path("Options").isNull()).isTrue();
    JsonNode mounts = json.path("Mounts");
    assertThat(mounts.path(0).path("Propagation").asText()).isEqualTo("rshared");
    assertThat(mounts.path(1).path("RW").asBoolean(true)).isFalse();
    assertThat(mounts.path(1).path("Propagation").asText()).isEqualTo("rprivate");
    assertThat(mounts.path(2).path("Type").asText()).isEqualTo("volume");
  }

  @Test
  void deviceOfNoSpecificationIsNotInjected() throws IOException {
    String request =
        "\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"cdi\","
            + "\"DeviceIDs\":[\"nvidia.com/gpu=0\"]}]}";
    assertThatThrownBy(() -> docker.run("gg", IMAGE, request))
        .hasMessageContaining(
            "CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=0");

    Path spec = lab.hosts().getFirst().root().resolve("etc/cdi/nvidia.yaml");
    Files.createDirectories(spec.resolveSibling("."));
    Files.writeString(
        spec, "cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- name: \"0\"\n- name: all\n");

    assertThat(docker.post("/containers/gg/start").status()).isEqualTo(204);
  }

  @Test
  void listIsFiltered() throws IOException {
    docker.run("aa", IMAGE, "\"Labels\":{\"k\":\"1\"}");
    docker.run("bb", IMAGE, "\"Labels\":{\"k\":\"2\"}");

    assertThat(list("{\"label\":[\"k\"]}")).hasSize(2);
    assertThat(list("{\"label\":{\"k=2\":true}}")).hasSize(1);
    assertThat(list("{\"name\":[\"^/aa$\"]}")).hasSize(1);
    assertThat(list("{\"status\":[\"exited\"]}")).isEmpty();
  }

  @Test
  void commandsThatEndAreWaitedFor() throws IOException {
    docker.run("ee", IMAGE, "\"Cmd\":[\"echo\",\"hello\",\"you\"]");

    assertThat(docker.post("/containers/ee/wait").json().path("StatusCode").asInt(-1)).isZero();
    assertThat(docker.logs("ee")).isEqualTo("hello you\n");
    docker.run("ff", IMAGE, "\"Cmd\":[\"false\"]");
    assertThat(docker.post("/containers/ff/wait").json().path("StatusCode").asInt()).isEqualTo(1);
  }

  @Test
  void restartOfTheServiceBringsContainersBackByTheirPolicy() throws IOException {
    docker.run("keep", IMAGE, "\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}");
    docker.run("lose", IMAGE, "");

    assertThat(client.exec("systemctl restart docker && systemctl is-active docker").text())
        .isEqualTo("active");

    assertThat(docker.status("keep")).isEqualTo("running");
    assertThat(docker.status("lose")).isEqualTo("exited");
  }

  @Test
  void engineIsAlsoReachedOverExec() throws IOException {
    LabClient.Result result =
        client.exec(
            "docker system dial-stdio",
            "GET /_ping HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(UTF_8));

    assertThat(result.text()).startsWith("HTTP/1.1 200 OK").endsWith("OK");
    assertThat(result.exit()).isZero();
  }

  @Test
  void otherSocketsAreRefused() throws IOException {
    assertThatThrownBy(() -> client.stream("/run/containerd/containerd.sock"))
        .rootCause()
        .isInstanceOfSatisfying(
            SshChannelOpenException.class,
            e -> assertThat(e.getReasonCode()).isEqualTo(SshConstants.SSH_OPEN_CONNECT_FAILED));
    try (LabClient without = LabClient.connect(lab, lab.hosts().get(1))) {
      assertThatThrownBy(without::docker).isInstanceOf(IOException.class);
      assertThat(without.exec("echo fine").text()).isEqualTo("fine");
    }
  }

  private JsonNode list(String filters) throws IOException {
    return docker.get("/containers/json?filters=" + URLEncoder.encode(filters, UTF_8)).json();
  }
}
