package io.gpurig.engine.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.ContainerSpec.Bind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ContainerStateTest {
  @Property(tries = 500)
  void whatASpecMakesDiffersFromItInNothing(@ForAll("specs") ContainerSpec spec) {
    assertThat(ContainerState.differences(spec, ContainerState.of(spec))).isEmpty();
  }

  @Provide
  Arbitrary<ContainerSpec> specs() {
    Arbitrary<String> word =
        Arbitraries.strings().withChars("abz09_-.").ofMinLength(1).ofMaxLength(6);
    Arbitrary<Optional<String>> maybe = word.optional();
    Arbitrary<Bind> bind =
        Combinators.combine(
                word,
                word,
                Arbitraries.of(true, false),
                Arbitraries.of("rshared", "rslave", "shared", "slave").optional())
            .as(
                (from, to, readOnly, propagation) ->
                    new Bind("/" + from, "/" + to, readOnly, propagation));
    return Combinators.combine(
            word,
            word.list().ofMaxSize(2),
            Arbitraries.maps(word, Arbitraries.strings().ofMaxLength(5)).ofMaxSize(3),
            bind.list().uniqueElements(Bind::target).ofMaxSize(3),
            Arbitraries.of(true, false),
            maybe,
            Arbitraries.of("no", "always", "unless-stopped"),
            Arbitraries.maps(word, Arbitraries.longs().between(-1, 9)).ofMaxSize(2))
        .as(
            (name, command, env, binds, privileged, mode, restart, ulimits) ->
                new ContainerSpec(
                    name,
                    "image:1",
                    command,
                    env,
                    binds,
                    command,
                    privileged,
                    mode,
                    mode,
                    mode,
                    restart,
                    command,
                    Optional.of(ulimits.size()),
                    env,
                    ulimits));
  }

  @Test
  void everyDifferenceIsNamedWithBothValues() throws Exception {
    ObjectNode container = ContainerState.of(ActionTest.SPEC).deepCopy();
    ObjectNode config = container.withObject("/Config");
    ObjectNode host = container.withObject("/HostConfig");
    config.put("Image", "registry:5000/a/b:2").put("StopTimeout", 3);
    config.set("Env", json("[\"A=2\", \"PATH=/bin\"]"));
    config.set("Labels", json("{\"maintainer\": \"x\"}"));
    config.set("Cmd", json("[\"sh\"]"));
    host.put("Privileged", false)
        .put("PidMode", "")
        .put("NetworkMode", "bridge")
        .put("Runtime", "crun");
    host.set("Binds", json("[\"/run/x:/run/x\", \"/other:/o:ro\"]"));
    host.set("Devices", json("[]"));
    host.set("Ulimits", json("null"));
    host.set("SecurityOpt", json("null"));
    host.withObject("/RestartPolicy").put("Name", "no");

    assertThat(ContainerState.differences(ActionTest.SPEC, container))
        .containsExactlyInAnyOrder(
            Field.of("image", "registry:5000/a/b:2", "registry:5000/a/b:1"),
            Field.of("command", "[sh]", "[sleep, 9]"),
            Field.of("env A", "2", "1"),
            new Field("env B", Optional.empty(), Optional.of("x=y")),
            new Field("label io.gpurig.module", Optional.empty(), Optional.of("test")),
            Field.of("mount", "/run/x:/run/x", "/run/x:/run/x:rshared"),
            new Field("mount", Optional.empty(), Optional.of("/etc/y:/y:ro")),
            new Field("mount", Optional.of("/other:/o:ro"), Optional.empty()),
            new Field("device /dev/kvm", Optional.empty(), Optional.of("/dev/kvm")),
            Field.of("privileged", "false", "true"),
            new Field("pid mode", Optional.empty(), Optional.of("host")),
            Field.of("network mode", "default", "host"),
            Field.of("runtime", "crun", "runc"),
            Field.of("restart policy", "no", "unless-stopped"),
            new Field(
                "security option label=disable", Optional.empty(), Optional.of("label=disable")),
            Field.of("stop timeout", "3", "120"),
            new Field("ulimit memlock", Optional.empty(), Optional.of("-1:-1")));
  }

  @Test
  void mountsMadeByMountAreSeenToo() throws Exception {
    ObjectNode container = ContainerState.of(ActionTest.SPEC).deepCopy();
    ObjectNode host = container.withObject("/HostConfig");
    host.set("Binds", json("[\"/etc/y:/y:ro\"]"));
    host.set(
        "Mounts",
        json(
            """
            [{"Type": "bind", "Source": "/run/x", "Target": "/run/x", "BindOptions": {"Propagation": "rshared"}},
             {"Type": "volume", "Source": "v", "Target": "/v"}]
            """));
    assertThat(ContainerState.differences(ActionTest.SPEC, container)).isEmpty();
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void whatImageAndEngineAddIsNoDifference() throws Exception {
    ContainerSpec plain =
        new ContainerSpec(
            "a",
            "b:1",
            List.of(),
            Map.of(),
            List.of(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "no",
            List.of(),
            Optional.empty(),
            Map.of(),
            Map.of());
    JsonNode container =
        json(
            """
            {"Name": "/a", "Config": {"Image": "b:1", "Env": ["PATH=/bin"], "Cmd": ["sh"], "Labels": {"x": "y"}},
             "HostConfig": {"Binds": null, "NetworkMode": "bridge", "PidMode": "", "Privileged": false,
              "Runtime": "runc", "RestartPolicy": {"Name": "no"}, "SecurityOpt": null, "Ulimits": null, "Devices": []}}
            """);
    assertThat(ContainerState.differences(plain, container)).isEmpty();
  }
}
