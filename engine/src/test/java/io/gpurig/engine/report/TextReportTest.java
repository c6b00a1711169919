package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.report.HostReport.Status;
import io.gpurig.engine.report.TextReport.Style;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class TextReportTest {
  @Provide
  Arbitrary<String> hostile() {
    return Samples.hostile();
  }

  @Test
  void hostsWithTheSameChangesStandTogetherAndFilesAreDiffed() {
    assertThat(TextReport.render(Samples.fleet(), Style.PLAIN))
        .isEqualTo(
            """
            GPU nodes

            gpu-[01:12]: 2 changes
              + container nvidia-driver, because it is not there
                  image: nvcr.io/nvidia/driver:580.126.20
                  1. pull nvcr.io/nvidia/driver:580.126.20 unless it is there
                  2. wait for the driver (up to 1200 s)
              ~ file /etc/docker/daemon.json, because it does not name the runtime
                  --- /etc/docker/daemon.json
                  +++ /etc/docker/daemon.json
                  @@ -2,5 +2,5 @@
                     "log-driver": "json-file",
                     "a": 1,
                     "b": 2,
                  -  "c": 3
                  +  "c": 4
                   }
                  mode: 0600 -> 0644
                  docker-restart: training-a, notebook-b
                  1. write /etc/docker/daemon.json
                  2. run `systemctl reload docker`

            gpu-[13:40]: as the plan asks, nothing to change

            gpu-41: refused, nothing was touched
              ~ file /etc/docker/daemon.json, because it does not name the runtime
                  --- /etc/docker/daemon.json
                  +++ /etc/docker/daemon.json
                  @@ -2,5 +2,5 @@
                     "log-driver": "json-file",
                     "a": 1,
                     "b": 2,
                  -  "c": 3
                  +  "c": 4
                   }
                  mode: 0600 -> 0644
                  docker-restart: training-a, notebook-b
                  1. write /etc/docker/daemon.json
                  2. run `systemctl reload docker`

            gpu-41: refused[safety/gpu-in-use]: GPU 0 is in use by container training-a (python pid 4711)
              -> drain the host, or allow it with rollout.allowDisruption

            gpu-42: failed

            gpu-42: error[connect/unreachable]: 10.0.0.42:22 does not answer: Connection refused
              -> is sshd running there?

            42 hosts: 12 with changes pending, 28 as the plan asks, 1 refused, 1 failed
            """);
  }

  @Test
  void aFailedHostSaysWhatBecameOfEachChange() {
    assertThat(TextReport.render(Samples.applied(), Style.PLAIN))
        .contains("warning[plan/old-image]: the image is from last year\n")
        .contains("gpu-01: changed, read again, and as the plan asks\n")
        .contains("nvidia-driver, because it is not there: done\n")
        .contains("does not name the runtime: failed and taken back\n")
        .contains("it is not there: not reached\n")
        .contains("     No such device\n")
        .doesNotContain("1. pull", "round", "SSH");
  }

  @Test
  void theCaretsStandBelowWhatIsMeantWhateverTheLettersAre() {
    assertThat(TextReport.render(Samples.validated(), Style.PLAIN))
        .contains("     4 |   d\u00e9\ud835\udc99loi: true\n       |   ^^^^^^\n");
  }

  @Test
  void quietLeavesOutHostsThatAreAsAsked() {
    Style quiet = new Style(100, false, false, true);
    assertThat(TextReport.render(Samples.fleet(), quiet))
        .doesNotContain("gpu-[13:40]")
        .contains("gpu-[01:12]", "28 as the plan asks");
  }

  @Test
  void verboseShowsStepsOfWhatWasDoneAndRoundTrips() {
    Style verbose = new Style(100, false, true, false);
    assertThat(TextReport.render(Samples.applied(), verbose))
        .contains("1. pull nvcr.io/nvidia/driver:580.126.20 unless it is there")
        .contains("  gpu-01: 1 SSH connection, 1 exec, 1 channel to Docker, 4 Docker requests\n");
  }

  @Test
  void longLinesAreBrokenAtBlanksOnly() {
    List<HostReport> hosts =
        List.of("red", "green", "blue", "yellow", "white", "black", "violet").stream()
            .map(name -> Samples.host("host-" + name, Status.UNCHANGED, List.of()))
            .toList();
    String text = TextReport.render(new Report("plan", "p", hosts, List.of()), narrow(false));
    assertThat(text.lines().skip(2))
        .startsWith(
            "host-red, host-green, host-blue,",
            "    host-yellow, host-white, host-black,",
            "    host-violet: as the plan asks,",
            "    nothing to change");
    String fleet = TextReport.render(Samples.fleet(), narrow(false));
    assertThat(fleet).contains("nvcr.io/nvidia/driver:580.126.20");
    // colours take no room: both are broken at the same places
    assertThat(TextReport.render(Samples.fleet(), narrow(true)).replaceAll("\u001b\\[[0-9]+m", ""))
        .isEqualTo(fleet);
  }

  private static Style narrow(boolean colour) {
    return new Style(40, colour, false, false);
  }

  @Property(tries = 300)
  void nothingReachesTheTerminalThatItWouldObey(@ForAll("hostile") String text) {
    Report report = Samples.hostile(text);
    assertThat(Samples.controls(TextReport.render(report, new Style(60, false, true, false))))
        .isEmpty();
    String coloured = TextReport.render(report, new Style(60, true, true, false));
    assertThat(Samples.controls(coloured.replaceAll("\u001b\\[(0|1|3[1236])m", ""))).isEmpty();
    assertThat(Samples.controls(ReportJson.render(report))).isEmpty();
  }
}
