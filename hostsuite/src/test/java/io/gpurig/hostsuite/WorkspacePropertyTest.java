package io.gpurig.hostsuite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.hostsuite.Program.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What gpurig has a real engine make and then inspects is what the plan asks for: 300 workspaces
 * with options drawn by lot, on each version of Docker. The requests are those of the saved plan,
 * sent as they are; the containers are not started, as their inspection says the same but for the
 * state.
 */
@OnHosts
final class WorkspacePropertyTest {
  private static final int WORKSPACES = 300;

  private static final String IMAGE =
      "docker create --name base lab/busybox:1 >/dev/null; docker commit -c 'ENV A=img' -c 'ENV"
          + " B=img' -c 'ENTRYPOINT [\"sleep\"]' -c 'CMD [\"9\"]' -c 'USER 7' -c 'WORKDIR /tmp' -c"
          + " 'LABEL team=img' -c 'EXPOSE 80' -c 'VOLUME /vol' -c 'HEALTHCHECK --interval=9s CMD"
          + " true' base lab/defaults:1 >/dev/null; docker rm base >/dev/null";

  private static final String DEVICES =
      "mkdir -p /dev/dri /dev/net; for d in dri/card0 kvm net/tun; do [ -e /dev/$d ] || mknod"
          + " /dev/$d c 1 3; done; docker network create net-1; docker network create net-2; "
          + IMAGE;

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"bookworm", "trixie", "sid"})
  void whatIsMadeDiffsToNothing(String base) throws Exception {
    RealHost.prepare("--base", base);
    try (RealHost host = RealHost.up("random-" + base, "--base", base)) {
      host.sh(DEVICES);
      Workbench bench = new Workbench(folder);
      Path inventory = bench.inventory(host);
      long seed = Long.getLong("gpurig.seed", 20261121L);
      Random random = new Random(seed);
      StringBuilder items = new StringBuilder("workspaces:\n");
      for (int i = 0; i < WORKSPACES; i++) {
        items.append(RandomWorkspace.of(i, random));
      }
      Path plan = bench.plan(items.toString());
      Path saved = folder.resolve("saved.json");
      Result planned =
          Program.gpurig("plan", plan, "-i", inventory, "--out", saved, "--format", "json");
      assertThat(planned.exit()).as(planned.both()).isEqualTo(3);

      assertThat(create(host, saved)).isEqualTo(WORKSPACES);
      Path facts = folder.resolve("facts");
      Result read = Program.gpurig("facts", plan, "-i", inventory, "--save", facts);
      assertThat(read.exit()).as(read.both()).isZero();
      pretendTheyRun(facts.resolve(host.name() + ".json"));
      Result again = Program.gpurig("plan", plan, "--facts", facts);

      assertThat(again.exit()).as("seed " + seed + "\n" + again.both()).isZero();
    }
  }

  /** Sends the requests of a saved plan to the engine as DockerEngine does, and counts them. */
  private static int create(RealHost host, Path saved) throws Exception {
    String encoded = Base64.getEncoder().encodeToString(Files.readAllBytes(saved));
    int piece = 100_000; // of one argument of a command Linux takes 128 KiB
    for (int i = 0; i < encoded.length(); i += piece) {
      String part = encoded.substring(i, Math.min(encoded.length(), i + piece));
      host.sh("printf %s '" + part + "' >>/root/saved.base64");
    }
    String script =
        """
        import base64, http.client, json, socket
        class Docker(http.client.HTTPConnection):
            def connect(self):
                self.sock = socket.socket(socket.AF_UNIX)
                self.sock.connect("/var/run/docker.sock")
        docker = Docker("docker")
        def post(path, body):
            docker.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = docker.getresponse()
            text = answer.read()
            assert answer.status < 300, (path, body, text)
        saved = json.loads(base64.b64decode(open("/root/saved.base64").read()))
        made = 0
        for change in saved["plans"][0]["hosts"][0]["changes"]:
            for action in change["actions"]:
                if action["action"] == "create-container":
                    body = action["request"]
                    networks = body.get("NetworkingConfig", {}).get("EndpointsConfig", {})
                    further = [n for n in networks if n != body["HostConfig"].get("NetworkMode")]
                    for network in further:
                        del networks[network]
                    post("/containers/create?name=" + action["name"], body)
                    for network in further:
                        post("/networks/" + network + "/connect", {"Container": action["name"]})
                    made += 1
        print(made)
        """;
    return Integer.parseInt(
        host.sh("cat >/root/make.py <<'EOF'\n" + script + "EOF\npython3 /root/make.py").strip());
  }

  /** A container that was only made is taken for one that runs. */
  private static void pretendTheyRun(Path file) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode facts = json.readTree(file.toFile());
    for (JsonNode container : facts.at("/reads/docker/containers")) {
      ((ObjectNode) container.path("State")).put("Running", true).put("Status", "running");
    }
    json.writeValue(file.toFile(), facts);
  }
}
