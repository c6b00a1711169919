package io.gpurig.engine.report;

import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.change.Change.Field;
import io.gpurig.engine.change.Change.Kind;
import io.gpurig.engine.change.Disruption;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.report.ChangeReport.Outcome;
import io.gpurig.engine.report.HostReport.RoundTrips;
import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Reports to render. */
final class Samples {
  static final RoundTrips COST = new RoundTrips(1, 1, 1, 4);

  /** What would break out of some format, move a cursor or call somebody. */
  static final List<String> HOSTILE =
      List.of(
          "</script><script>alert(1)</script>",
          "<img src=x onerror=alert(1)>",
          "]]><x/>",
          "a | b \\| c",
          "```\n\n# heading\n```",
          "`` ` ``",
          "@everyone see #1 and http://evil.example www.evil.example",
          "**bold** _it_ ~~no~~ [l](x) ![i](x) <!-- c --> $x$",
          "\u001b[2J\u001b[31mred",
          "a\rb\u0000c\u009b1mC1\u007f",
          "left\u202etfel\u2066x\u200b\u2028\u2029",
          "\ud800 lone \udc00 \uffff",
          "&amp; &#64; \" ' <",
          "- list\n+ x\n1. y",
          "</summary></details>\n\n</code>",
          "--- a\n+++ b\n@@ -1 +1 @@\n",
          "");

  private Samples() {}

  static Arbitrary<String> hostile() {
    Arbitrary<String> anything =
        Arbitraries.strings()
            .withChars("`|<>&\"'\\*_[]()!#@$~-+=\n\r\t \u001b\u202ewx.:/")
            .ofMaxLength(40);
    return Arbitraries.oneOf(
        Arbitraries.of(HOSTILE), anything, Arbitraries.strings().ofMaxLength(20));
  }

  static Change driver() {
    return new Change(
        "driver",
        Kind.CREATE,
        "container nvidia-driver",
        "it is not there",
        List.of(
            new Field("image", Optional.empty(), Optional.of("nvcr.io/nvidia/driver:580.126.20"))),
        Disruption.NONE,
        List.of(),
        List.of(
            new Action.PullImage("nvcr.io/nvidia/driver:580.126.20"),
            new Action.WaitFor("the driver", List.of(), 1200, Optional.of("nvidia-driver"))),
        List.of());
  }

  static Change file() {
    return new Change(
        "runtime",
        Kind.UPDATE,
        "file /etc/docker/daemon.json",
        "it does not name the runtime",
        List.of(
            Field.of(
                "content",
                "{\n  \"log-driver\": \"json-file\",\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n",
                "{\n  \"log-driver\": \"json-file\",\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 4\n}\n"),
            Field.of("mode", "0600", "0644")),
        Disruption.DOCKER_RESTART,
        List.of("training-a", "notebook-b"),
        List.of(
            new Action.WriteFile("/etc/docker/daemon.json", "{}", Optional.of("0644")),
            new Action.RunCommand(List.of("systemctl", "reload", "docker"), List.of(), 60)),
        List.of());
  }

  static Report fleet() {
    List<HostReport> hosts = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      hosts.add(host("gpu-%02d".formatted(i), Status.PENDING, List.of(driver(), file())));
    }
    for (int i = 13; i <= 40; i++) {
      hosts.add(host("gpu-%02d".formatted(i), Status.UNCHANGED, List.of()));
    }
    Problem busy =
        new Problem(
            Severity.REFUSED,
            "safety/gpu-in-use",
            Optional.empty(),
            "GPU 0 is in use by container training-a (python pid 4711)",
            Optional.of("drain the host, or allow it with rollout.allowDisruption"));
    hosts.add(
        new HostReport("gpu-41", Status.REFUSED, List.of(pending(file())), List.of(busy), COST));
    Problem unreachable =
        Problem.error("connect/unreachable", "10.0.0.42:22 does not answer: Connection refused")
            .suggest("is sshd running there?");
    hosts.add(HostReport.failed("gpu-42", List.of(unreachable), RoundTrips.NONE));
    return new Report("plan", "GPU nodes", hosts, List.of());
  }

  static Report applied() {
    Problem failed =
        Problem.error("run/command-failed", "`modprobe nvidia` ended with status 1")
            .suggest("the last lines it wrote:\nmodprobe: ERROR: could not insert\nNo such device");
    return new Report(
        "apply",
        "GPU nodes",
        List.of(
            new HostReport(
                "gpu-01",
                Status.CHANGED,
                List.of(new ChangeReport(driver(), Outcome.DONE)),
                List.of(),
                COST),
            new HostReport(
                "gpu-02",
                Status.FAILED,
                List.of(
                    new ChangeReport(driver(), Outcome.DONE),
                    new ChangeReport(file(), Outcome.UNDONE),
                    pending(driver())),
                List.of(failed),
                COST)),
        List.of(Problem.warning("plan/old-image", "the image is from last year")));
  }

  static Report validated() {
    Source source = new Source("plans/a b:c.yaml", 4, 3, 6, "  dé𝒙loi: true");
    return new Report(
        "validate",
        "",
        List.of(),
        List.of(
            Problem.error("schema/unknown-key", source, "unknown key `deploi`")
                .suggest("did you mean `deploy`?"),
            Problem.warning("inventory/empty-group", "group lab has no hosts")));
  }

  /** A report in which every text that can come from a plan or a host is the one given. */
  static Report hostile(String text) {
    Change change =
        new Change(
            text,
            Kind.REPLACE,
            text,
            text,
            List.of(
                Field.of(text, text, text + "!"),
                Field.of("content", text, "x" + text),
                new Field(text, Optional.empty(), Optional.of(text + "\n" + text)),
                new Field(text, Optional.of(text), Optional.empty())),
            Disruption.REBOOT,
            List.of(text, text),
            List.of(
                new Action.WriteFile(text, text, Optional.empty()),
                new Action.RunCommand(List.of(text, text), List.of(), 1)),
            List.of());
    Problem placed = Problem.error("a/b", new Source(text, 1, 1, 3, text), text).suggest(text);
    Problem other = new Problem(Severity.REFUSED, text, Optional.empty(), text, Optional.of(text));
    return new Report(
        "plan",
        text,
        Stream.of(Status.values())
            .map(
                status ->
                    new HostReport(
                        text, status, List.of(pending(change)), List.of(placed, other), COST))
            .toList(),
        List.of(placed, other));
  }

  static HostReport host(String name, Status status, List<Change> changes) {
    return new HostReport(
        name, status, changes.stream().map(Samples::pending).toList(), List.of(), COST);
  }

  static ChangeReport pending(Change change) {
    return new ChangeReport(change, Outcome.PENDING);
  }

  /** Returns the code points that a terminal may obey, or that turn the direction of writing. */
  static List<String> controls(String text) {
    return text.codePoints()
        .filter(c -> c != '\n')
        .filter(
            c ->
                Character.isISOControl(c)
                    || (c >= 0x202A && c <= 0x202E)
                    || (c >= 0x2066 && c <= 0x2069)
                    || c == 0x2028
                    || c == 0x2029
                    || (c >= 0xD800 && c <= 0xDFFF))
        .mapToObj("U+%04X"::formatted)
        .toList();
  }
}
