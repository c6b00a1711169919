package io.gpurig.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpurig.engine.change.ContainerSpec;
import io.gpurig.engine.connect.Become;
import io.gpurig.engine.docker.FakeEngine.Reply;
import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class DockerEngineTest {
  @TempDir Path folder;
  private FakeEngine fake;
  private FakeHost host;
  private DockerEngine engine;

  private void serve(Function<String, Reply> replies) throws IOException {
    serve(replies, Duration.ofSeconds(30));
  }

  private void serve(Function<String, Reply> replies, Duration usual) throws IOException {
    fake = new FakeEngine(folder, replies);
    host = FakeHost.withSocket(fake.path());
    engine = DockerEngine.over(host, Optional.empty(), usual);
  }

  @AfterEach
  void close() throws IOException {
    if (engine != null) {
      engine.close();
      host.close();
    }
    if (fake != null) {
      fake.close();
    }
  }

  private static Problem problem(ThrowingCallable call) {
    DockerException refused = catchThrowableOfType(DockerException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.problem().message()).doesNotContain("Exception", "\n");
    return refused.problem();
  }

  @Test
  void opensNothingBeforeTheFirstUseAndThenKeepsOneChannel() throws Exception {
    serve(request -> Reply.json(200, "{\"ID\":\"x\"}"));
    assertThat(host.log()).isEmpty();

    for (int i = 0; i < 3; i++) {
      assertThat(engine.info().path("ID").asText()).isEqualTo("x");
    }

    assertThat(fake.requests()).containsOnly("GET /info").hasSize(3);
    assertThat(fake.connections()).isEqualTo(1);
    assertThat(engine.requests()).isEqualTo(3);
    assertThat(host.log()).containsExactly("socket /var/run/docker.sock");
  }

  @Test
  void readsChunksThatComeByteByByte() throws Exception {
    serve(request -> Reply.chunked("{\"Fields\":", "[1,2", ",3]}").inPiecesOf(1));

    for (int i = 0; i < 2; i++) {
      assertThat(engine.info().path("Fields").size()).isEqualTo(3);
    }
    assertThat(fake.connections()).isEqualTo(1);
  }

  @Test
  void skipsInterimAnswersAndReadsToTheEndWithoutALength() throws Exception {
    serve(
        request ->
            Reply.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"a\":1}").close());

    assertThat(engine.info().path("a").asInt()).isEqualTo(1);
    assertThat(engine.info().path("a").asInt()).isEqualTo(1);
    assertThat(fake.connections()).isEqualTo(2);
  }

  @Test
  void noticesAChannelThatWasClosedMeanwhile() throws Exception {
    serve(request -> Reply.json(200, "{}").close());
    engine.info();
    Thread.sleep(100);
    engine.start("x");

    assertThat(fake.requests()).containsExactly("GET /info", "POST /containers/x/start");
  }

  @Test
  void repeatsAReadOnceOnADeadChannel() throws Exception {
    AtomicInteger count = new AtomicInteger();
    serve(
        request ->
            count.incrementAndGet() == 2 ? Reply.nothing().close() : Reply.json(200, "{\"a\":1}"));
    engine.info();

    assertThat(engine.info().path("a").asInt()).isEqualTo(1);
    assertThat(fake.connections()).isEqualTo(2);
  }

  @Test
  void repeatsNoAction() throws Exception {
    serve(
        request ->
            request.startsWith("POST") ? Reply.nothing().close() : Reply.json(200, "{\"a\":1}"));
    engine.info();

    Problem problem = problem(() -> engine.start("x"));
    assertThat(problem.code()).isEqualTo("docker/unreachable");
    assertThat(problem.message()).contains("broke");
    assertThat(fake.requests().stream().filter(line -> line.startsWith("POST"))).hasSize(1);
  }

  @Test
  void cutsWhatDoesNotEnd() throws Exception {
    serve(
        request ->
            request.contains("/logs")
                ? Reply.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                : request.contains("/start") ? Reply.nothing() : Reply.json(200, "{\"a\":1}"),
        Duration.ofMillis(700));

    assertThat(problem(() -> engine.logTail("x", 5)).message()).contains("did not finish");
    assertThat(problem(() -> engine.start("x")).message()).contains("did not finish");
    assertThat(engine.info().path("a").asInt()).isEqualTo(1);
  }

  @Test
  void givesUpOnABrokenAnswer() throws Exception {
    serve(request -> Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").close());
    assertThat(problem(() -> engine.info()).code()).isEqualTo("docker/unreachable");
  }

  @Test
  void saysThatSomethingElseAnswers() throws Exception {
    serve(request -> Reply.raw("Welcome to gpu1!\r\n"));
    Problem problem = problem(() -> engine.info());
    assertThat(problem.message()).contains("is not Docker", "Welcome to gpu1!");
    assertThat(problem.suggestion().orElseThrow()).contains("login script");
  }

  /** Docker's own words, of a host whose network had failed in the middle of an apply. */
  @Test
  void aContainerThatIsBeingRemovedIsNoneAnyMore() throws Exception {
    AtomicInteger lists = new AtomicInteger();
    serve(
        request ->
            switch (request) {
              case "GET /containers/json?all=1" ->
                  Reply.json(
                      200,
                      "[{\"Id\":\"a\",\"State\":\"running\"},{\"Id\":\"b\",\"State\":\"exited\"}"
                          + (lists.incrementAndGet() == 1
                              ? ",{\"Id\":\"c\",\"State\":\"exited\"}]"
                              : ",{\"Id\":\"c\",\"State\":\"removing\"}]"));
              case "GET /containers/c/json" ->
                  Reply.json(
                      500, "{\"message\":\"stat /var/lib/docker/overlay2/6f: no such file\"}");
              default -> Reply.json(200, "{\"Path\":\"" + request + "\"}");
            });

    assertThat(engine.containers()).hasSize(2);
    assertThat(lists).hasValue(2);
  }

  @Test
  void aContainerThatCannotBeReadAndStaysIsAnError() throws Exception {
    serve(
        request ->
            request.equals("GET /containers/json?all=1")
                ? Reply.json(200, "[{\"Id\":\"c\",\"State\":\"exited\"}]")
                : Reply.json(500, "{\"message\":\"no such file\"}"));

    assertThatThrownBy(() -> engine.containers()).hasMessageContaining("no such file");
  }

  @Test
  void readsAllContainersAndLeavesOutThoseThatVanish() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < 20; i++) {
      list.append(i == 0 ? "" : ",").append("{\"Id\":\"c").append(i).append("\"}");
    }
    serve(
        request -> {
          if (request.equals("GET /containers/json?all=1")) {
            return Reply.json(200, list + "]");
          }
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          try {
            Thread.sleep(10);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          running.decrementAndGet();
          return request.contains("/c7/")
              ? Reply.json(404, "{\"message\":\"No such container: c7\"}")
              : Reply.json(200, "{\"Path\":\"" + request + "\",\"NewField\":true}");
        });

    List<JsonNode> containers = engine.containers();

    assertThat(containers).hasSize(19);
    assertThat(containers.get(1).path("Path").asText()).isEqualTo("GET /containers/c1/json");
    assertThat(containers.get(1).path("NewField").asBoolean()).isTrue();
    assertThat(most.get()).isLessThanOrEqualTo(4);
    assertThat(fake.connections()).isLessThanOrEqualTo(4);
    assertThat(engine.requests()).isEqualTo(21);
  }

  @Test
  void asksForContainersAndImagesByAnyName() throws Exception {
    serve(
        request ->
            request.contains("there")
                ? Reply.json(200, "{}")
                : Reply.json(404, "{\"message\":\"no such thing\"}"));

    assertThat(engine.container("there/../x y")).isPresent();
    assertThat(engine.container("none")).isEmpty();
    assertThat(engine.hasImage("host:5000/there:1")).isTrue();
    assertThat(engine.hasImage("none@sha256:00")).isFalse();
    assertThat(fake.requests())
        .containsExactly(
            "GET /containers/there%2F..%2Fx%20y/json",
            "GET /containers/none/json",
            "GET /images/host:5000/there:1/json",
            "GET /images/none%40sha256:00/json");
  }

  @ParameterizedTest
  @CsvSource({"404, docker/not-found", "409, docker/conflict", "500, docker/failed"})
  void explainsRefusals(int status, String code) throws Exception {
    serve(request -> Reply.json(status, "{\"message\":\"Docker's own \\\"words\\\"\"}"));

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> engine.info(), () -> engine.start("x"), () -> engine.rename("a", "b"))) {
      assertThat(problem(call).code()).isEqualTo(code);
    }
    assertThat(problem(() -> engine.start("x")).message())
        .isEqualTo("Docker cannot start x: Docker's own \"words\"");
  }

  @Test
  void takesWhatIsSoAlready() throws Exception {
    serve(
        request ->
            request.startsWith("DELETE")
                ? Reply.json(404, "{\"message\":\"No such container\"}")
                : Reply.raw("HTTP/1.1 304 Not Modified\r\n\r\n"));

    engine.start("x");
    engine.stop("x", Duration.ofSeconds(7));
    engine.remove("x");

    assertThat(fake.requests())
        .containsExactly(
            "POST /containers/x/start", "POST /containers/x/stop?t=7", "DELETE /containers/x");
    assertThat(fake.connections()).isEqualTo(1);
  }

  @Test
  void renames() throws Exception {
    serve(request -> Reply.raw("HTTP/1.1 204 No Content\r\n\r\n"));
    engine.rename("a", "b");
    assertThat(fake.requests()).containsExactly("POST /containers/a/rename?name=b");
  }

  @Test
  void pullsAndTellsEachNewState() throws Exception {
    serve(
        request ->
            Reply.chunked(
                    "{\"status\":\"Pulling from x\",\"id\":\"1\"}\r\n",
                    "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1,\"total\":2},"
                        + "\"id\":\"ab\"}\r\n{\"status\":\"Downloading\",\"id\":\"ab\"}\r\n",
                    "{\"status\":\"Pull complete\",\"id\":\"ab\"}\r\n",
                    "{\"status\":\"Status: Downloaded\"}\r\n")
                .inPiecesOf(7));
    List<String> progress = new ArrayList<>();

    engine.pull("host:5000/x:1", progress::add);
    engine.pull("host:5000/x:1", line -> {});

    assertThat(progress)
        .containsExactly(
            "1: Pulling from x", "ab: Downloading", "ab: Pull complete", "Status: Downloaded");
    assertThat(fake.requests().getFirst())
        .startsWith("POST /images/create?")
        .contains("tag=1")
        .containsAnyOf("fromImage=host:5000/x", "fromImage=host%3A5000%2Fx");
    assertThat(fake.connections()).isEqualTo(1);
  }

  @Test
  void failsWhenThePullSaysSoHalfWay() throws Exception {
    serve(
        request ->
            Reply.chunked(
                "{\"status\":\"Pulling\"}\r\n",
                "{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}"));
    Problem problem = problem(() -> engine.pull("x", line -> {}));
    assertThat(problem.code()).isEqualTo("docker/failed");
    assertThat(problem.message()).isEqualTo("Docker cannot pull x: no space left");
  }

  @Test
  void failsWhenThePullBreaksOffOrIsRefused() throws Exception {
    serve(
        request ->
            request.contains("gone")
                ? Reply.json(404, "{\"message\":\"manifest unknown\"}")
                : Reply.raw(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"status\":")
                    .close());
    assertThat(problem(() -> engine.pull("x", line -> {})).code()).isEqualTo("docker/unreachable");
    assertThat(problem(() -> engine.pull("gone", line -> {})).code()).isEqualTo("docker/not-found");
  }

  @Test
  void createsAContainerAsTheSpecSays() throws Exception {
    serve(request -> Reply.json(201, "{\"Id\":\"abc\",\"Warnings\":[]}"));

    String id =
        engine.create(
            new ContainerSpec(
                "work",
                "nvcr.io/x:1",
                List.of("sleep", "infinity"),
                Map.of("A", "1", "B", "x=y"),
                List.of(
                    new ContainerSpec.Bind("/data", "/d", true, Optional.of("rslave")),
                    new ContainerSpec.Bind("/tmp", "/t", false, Optional.empty())),
                List.of("/dev/vfio/1", "/dev/a:/dev/b:r"),
                true,
                Optional.of("host"),
                Optional.of("none"),
                Optional.of("nvidia"),
                "on-failure:3",
                List.of("seccomp=unconfined"),
                Optional.of(9),
                Map.of("gpurig", "yes"),
                Map.of("memlock", -1L)));

    assertThat(id).isEqualTo("abc");
    String request = fake.requests().getFirst();
    assertThat(request).startsWith("POST /containers/create?name=work {");
    JsonNode body = new ObjectMapper().readTree(request.substring(request.indexOf('{')));
    JsonNode hostConfig = body.path("HostConfig");
    assertThat(body.path("Image").asText()).isEqualTo("nvcr.io/x:1");
    assertThat(body.path("Cmd").toString()).isEqualTo("[\"sleep\",\"infinity\"]");
    assertThat(body.path("Env").toString()).isEqualTo("[\"A=1\",\"B=x=y\"]");
    assertThat(body.path("Labels").toString()).isEqualTo("{\"gpurig\":\"yes\"}");
    assertThat(body.path("StopTimeout").asInt()).isEqualTo(9);
    assertThat(hostConfig.path("Binds").toString())
        .isEqualTo("[\"/data:/d:ro,rslave\",\"/tmp:/t:rw\"]");
    assertThat(hostConfig.path("Devices").toString())
        .isEqualTo(
            "[{\"CgroupPermissions\":\"rwm\",\"PathOnHost\":\"/dev/vfio/1\","
                + "\"PathInContainer\":\"/dev/vfio/1\"},"
                + "{\"CgroupPermissions\":\"r\",\"PathOnHost\":\"/dev/a\","
                + "\"PathInContainer\":\"/dev/b\"}]");
    assertThat(hostConfig.path("Privileged").asBoolean()).isTrue();
    assertThat(hostConfig.path("PidMode").asText()).isEqualTo("host");
    assertThat(hostConfig.path("NetworkMode").asText()).isEqualTo("none");
    assertThat(hostConfig.path("Runtime").asText()).isEqualTo("nvidia");
    assertThat(hostConfig.path("RestartPolicy").toString())
        .isEqualTo("{\"MaximumRetryCount\":3,\"Name\":\"on-failure\"}");
    assertThat(hostConfig.path("SecurityOpt").toString()).isEqualTo("[\"seccomp=unconfined\"]");
    assertThat(hostConfig.path("Ulimits").toString())
        .isEqualTo("[{\"Name\":\"memlock\",\"Soft\":-1,\"Hard\":-1}]");
  }

  @Test
  void joinsTheFramesOfALog() throws Exception {
    String frames = "\1\0\0\0\0\0\0\4out\n\2\0\0\0\0\0\0\4err\n";
    serve(request -> request.contains("tty") ? Reply.chunked("plain\r\n") : Reply.chunked(frames));

    assertThat(engine.logTail("x", 10)).isEqualTo("out\nerr\n");
    assertThat(engine.logTail("tty", 10)).isEqualTo("plain\r\n");
    assertThat(fake.requests().getFirst())
        .isEqualTo("GET /containers/x/logs?stdout=1&stderr=1&tail=10");
  }

  @Test
  void goesThroughTheDockerCommandWhereTheSocketIsRefused() throws Exception {
    fake = new FakeEngine(folder, request -> Reply.json(200, "{}").close());
    host = FakeHost.withCommand(fake.path());
    engine =
        DockerEngine.over(
            host, Optional.of(new Become("root", Optional.empty())), DockerEngine.USUAL);

    engine.info();
    engine.info();

    assertThat(host.log())
        .containsExactly(
            "socket /var/run/docker.sock",
            "command sudo -n -H -u root -- docker system dial-stdio",
            "command sudo -n -H -u root -- docker system dial-stdio");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | Cannot connect to the Docker daemon at unix:///var/run/docker.sock. | daemon of the"
            + " host does not run",
        "1 | permission denied while trying to connect to the Docker daemon socket | may not use"
            + " Docker",
        "127 | sh: 1: docker: not found | there is no Docker",
        "1 | sudo: a password is required | asks for a password",
        "1 | something new | does not answer: something new"
      })
  void saysWhyDockerIsNotThere(int exit, String stderr, String message) {
    host = FakeHost.without(exit, stderr);
    engine = DockerEngine.over(host, Optional.empty(), DockerEngine.USUAL);

    Problem problem = problem(() -> engine.info());

    assertThat(problem.code()).isEqualTo("docker/unreachable");
    assertThat(problem.message()).contains(message);
    assertThat(problem.suggestion()).isPresent();
    assertThat(host.log().getLast()).startsWith("exec docker version");
  }

  @Test
  void aContainerIsCreatedOfItsRequestAndThenConnectedToFurtherNetworks() throws Exception {
    serve(request -> Reply.json(request.contains("/create") ? 201 : 200, "{\"Id\": \"1\"}"));
    engine.create(
        "work",
        tree(
            "{\"Image\": \"a:1\", \"HostConfig\": {\"NetworkMode\": \"n1\"}, \"NetworkingConfig\":"
                + " {\"EndpointsConfig\": {\"n1\": {}, \"n2\": {}}}}"));

    assertThat(fake.requests())
        .containsExactly(
            "POST /containers/create?name=work"
                + " {\"Image\":\"a:1\",\"HostConfig\":{\"NetworkMode\":\"n1\"},"
                + "\"NetworkingConfig\":{\"EndpointsConfig\":{\"n1\":{}}}}",
            "POST /networks/n2/connect {\"Container\":\"work\",\"EndpointConfig\":{}}");
  }

  @Test
  void oneThatCannotBeConnectedIsRemovedAgain() throws Exception {
    serve(
        request ->
            request.contains("/connect")
                ? Reply.json(404, "{\"message\": \"network n2 not found\"}")
                : request.startsWith("DELETE") ? Reply.json(204, "") : Reply.json(201, "{}"));
    JsonNode request =
        tree(
            "{\"HostConfig\": {\"NetworkMode\": \"n1\"}, \"NetworkingConfig\":"
                + " {\"EndpointsConfig\": {\"n1\": {}, \"n2\": {}}}}");

    assertThat(catchThrowableOfType(DockerException.class, () -> engine.create("work", request)))
        .hasMessageContaining("network n2 not found");
    assertThat(fake.requests().getLast()).startsWith("DELETE /containers/work");
  }

  @Test
  void aContainerIsUpdated() throws Exception {
    serve(request -> Reply.json(200, "{\"Warnings\": null}"));
    engine.update("work", tree("{\"Memory\": 5}"));
    assertThat(fake.requests()).containsExactly("POST /containers/work/update {\"Memory\":5}");
  }

  @Test
  void imagesAreReadByNameAndRegistriesMayRefuse() throws Exception {
    serve(
        request ->
            request.startsWith("GET /images/a/b:1/json")
                ? Reply.json(200, "{\"Id\": \"sha256:1\"}")
                : request.startsWith("GET /distribution/")
                    ? Reply.json(403, "{\"message\": \"denied\"}")
                    : Reply.json(404, "{\"message\": \"No such image\"}"));

    assertThat(engine.images(Set.of("a/b:1", "none:2")).get("a/b:1"))
        .hasValueSatisfying(image -> assertThat(image.path("Id").asText()).isEqualTo("sha256:1"));
    assertThat(engine.images(Set.of("a/b:1", "none:2")).get("none:2")).isEmpty();
    assertThat(engine.distributions(Set.of("a/b:1")).get("a/b:1")).isEmpty();
    assertThat(engine.images(Set.of())).isEmpty();
  }

  private static JsonNode tree(String json) throws Exception {
    return new ObjectMapper().readTree(json);
  }
}
