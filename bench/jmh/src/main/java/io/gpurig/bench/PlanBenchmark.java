package io.gpurig.bench;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsFolder;
import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.plan.PlanFile;
import io.gpurig.engine.plan.ResolvedPlan;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.HtmlReport;
import io.gpurig.engine.report.Report;
import io.gpurig.engine.report.ReportJson;
import io.gpurig.engine.report.TextReport;
import io.gpurig.engine.run.Fleet;
import io.gpurig.engine.run.Operator;
import io.gpurig.engine.run.Target;
import io.gpurig.engine.run.Waiting;
import io.gpurig.modules.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Parsing, comparing and rendering, on the plan and the facts of a case of the modules' tests. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlanBenchmark {
  private static final int HOSTS = 1000;

  /** From the root of the repository, where the benchmarks are started. */
  private static final Path CASES = Path.of("modules/src/test/resources/cases");

  /** One host as it should be, and one with a change pending. */
  @Param({"driver/converged", "driver/upgrade"})
  private String state = "driver/converged";

  private Path plan = CASES;
  private Path inventory = CASES;
  private Target.Recorded host = target(CASES.resolve("driver/converged"));
  private Report fleet = new Report("plan", "", List.of(), List.of());

  private static Target.Recorded target(Path folder) {
    Problems problems = new Problems();
    Facts facts = FactsFolder.load(folder, problems).getFirst();
    PlanFile file = PlanFile.load(folder.resolve("plan.yaml"), "plan.yaml", problems).orElseThrow();
    ResolvedPlan resolved =
        file.resolve(new Host(facts.host(), Map.of()), Map.of(), problems).orElseThrow();
    return new Target.Recorded(facts, resolved);
  }

  /** Writes the inventory and plans a fleet whose report is rendered. */
  @Setup
  public void setUp() throws IOException, InterruptedException {
    plan = CASES.resolve(state).resolve("plan.yaml");
    StringBuilder text = new StringBuilder("gpu:\n  vars: {ansible_user: root}\n  hosts:\n");
    for (int i = 1; i <= HOSTS; i++) {
      text.append(
          "    gpu-%04d: {ansible_host: 10.0.%d.%d, rack: r%d}\n"
              .formatted(i, i / 250, i % 250 + 1, i % 40));
    }
    inventory = Files.writeString(Files.createTempFile("inventory", ".yaml"), text);
    host = target(CASES.resolve(state));
    HostReport report = diff().getFirst();
    List<HostReport> hosts = new ArrayList<>();
    for (int i = 1; i <= HOSTS; i++) {
      hosts.add(
          new HostReport(
              "gpu-%04d".formatted(i),
              report.status(),
              report.changes(),
              report.problems(),
              report.roundTrips()));
    }
    fleet = new Report("plan", "Fleet", hosts, List.of());
  }

  /** Removes the inventory. */
  @TearDown
  public void tearDown() throws IOException {
    Files.delete(inventory);
  }

  /** A plan file: parsed, checked against the schema and resolved for a host. */
  @Benchmark
  public Optional<ResolvedPlan> parsePlan() {
    Problems problems = new Problems();
    return PlanFile.load(plan, "plan.yaml", problems)
        .flatMap(file -> file.resolve(new Host("gpu-1", Map.of()), Map.of(), problems));
  }

  /** An inventory of 1,000 hosts. */
  @Benchmark
  public Optional<Inventory> parseInventory() {
    return Inventory.load(inventory, "inventory.yaml", new Problems());
  }

  /** What all modules say of one host, from its facts to its report. */
  @Benchmark
  public List<HostReport> diff() throws InterruptedException {
    return new Fleet(
            Modules.planned(),
            settings -> {
              throw new IllegalStateException("facts are recorded");
            },
            event -> {},
            Waiting.REAL,
            Operator.NONE,
            1)
        .plan(List.of(host));
  }

  /** The report of 1,000 hosts as a person reads it. */
  @Benchmark
  public String renderText() {
    return TextReport.render(fleet, TextReport.Style.PLAIN);
  }

  /** The same as JSON. */
  @Benchmark
  public String renderJson() {
    return ReportJson.render(fleet);
  }

  /** The same as a page. */
  @Benchmark
  public String renderHtml() {
    return HtmlReport.render(List.of(fleet));
  }
}
