package io.gpurig.cli;

import static io.gpurig.cli.Commands.gpurig;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.cli.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where values come from. */
final class ExplainTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void everyValueSaysWhereItComesFrom() throws IOException {
    write("base.yaml", "name: B\nhosts: all\ntoolkit:\n  deploy: true\n  image: ${registry}/t:1\n");
    Path plan =
        write(
            "plan.yaml",
            """
            name: P
            from: base.yaml
            vars: {registry: 'r.example.com', tag: '${version}-x', common: {A: 1}}
            driver:
              deploy: ${deploy}
              image: ${registry}/d:${tag}
              env: ${common}
            """);
    Path inventory =
        write(
            "inventory.yaml",
            "all:\n  vars: {version: 1}\n  hosts:\n    a:\n    b:\n    c: {version: 2}\n");

    Result result = gpurig("plan", plan, "-i", inventory, "--var", "deploy=true", "--explain");

    assertThat(result.exit()).as(result.all()).isZero();
    assertThat(result.out().replace(folder + "/", ""))
        .startsWith(
            """
            P

            a, b:
              toolkit.deploy: true   # base.yaml:4:11
              toolkit.image: "r.example.com/t:1"   # base.yaml:5:10
                  ${registry} from vars, plan.yaml:3:18
              toolkit.method: "container"   # default
              toolkit.packages.version: "1.17.8-1"   # default
              toolkit.packages.repository: "https://nvidia.github.io/libnvidia-container"   # default
              toolkit.packages.channel: "stable"   # default
              toolkit.packages.hold: true   # default
              toolkit.packages.lockTimeout: "10m"   # default
              toolkit.driverRoot: "/run/nvidia/driver"   # default
              toolkit.env: {}   # default
              toolkit.readyTimeout: "5m"   # default
              driver.deploy: true   # plan.yaml:5:11
                  ${deploy} from --var
              driver.image: "r.example.com/d:1-x"   # plan.yaml:6:10
                  ${registry} from vars, plan.yaml:3:18
                  ${tag} from vars, plan.yaml:3:40
                  ${version} from the inventory, inventory.yaml:2:19
              driver.env.A: 1   # plan.yaml:7:8
                  ${common} from vars, plan.yaml:3:64
              driver.evictClients: false   # default
            """);
  }

  @Test
  void whatIsWrongIsSaidInstead() throws IOException {
    Path plan = write("plan.yaml", "name: P\nhosts: localhost\ndriver: {deploy: '${no}'}\n");
    Result result = gpurig("plan", plan, "--explain");
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("error[variable/unknown]");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
