package io.gpurig.engine.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.gpurig.engine.change.Action;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.problem.Problem;
import java.util.List;
import java.util.Locale;

/** A report as JSON, for programs. Version 1: properties may be added, none changes its meaning. */
public final class ReportJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().addModule(new Jdk8Module()).build();

  private ReportJson() {}

  /**
   * Returns the report as text. All but ASCII is escaped, so that what a host says cannot control
   * the terminal that this is printed to.
   */
  public static String render(Report report) {
    return AsciiJson.render(write(report));
  }

  /** Returns the report. */
  public static ObjectNode write(Report report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("gpurigReport", 1);
    root.put("command", report.command());
    root.put("plan", report.plan());
    root.put("exitCode", report.exitCode().code());
    report.shard().ifPresent(shard -> root.put("shard", shard.toString()));
    problems(root.putArray("problems"), report.problems());
    ArrayNode hosts = root.putArray("hosts");
    report.hosts().forEach(host -> host(hosts.addObject(), host));
    return root;
  }

  private static void host(ObjectNode node, HostReport host) {
    node.put("host", host.host()).put("status", word(host.status()));
    ArrayNode changes = node.putArray("changes");
    host.changes().forEach(change -> change(changes.addObject(), change));
    problems(node.putArray("problems"), host.problems());
    node.putObject("roundTrips")
        .put("connections", host.roundTrips().connections())
        .put("execs", host.roundTrips().execs())
        .put("channels", host.roundTrips().channels())
        .put("dockerRequests", host.roundTrips().dockerRequests());
  }

  private static void change(ObjectNode node, ChangeReport report) {
    Change change = report.change();
    node.put("module", change.module())
        .put("kind", word(change.kind()))
        .put("target", change.target())
        .put("reason", change.reason())
        .put("outcome", word(report.outcome()))
        .put("disruption", change.disruption().word());
    change.affected().forEach(node.putArray("affected")::add);
    report.undone().forEach(node.putArray("undone")::add);
    ArrayNode fields = node.putArray("fields");
    for (Change.Field field : change.fields()) {
      fields
          .addObject()
          .put("name", field.name())
          .put("before", field.before().orElse(null))
          .put("after", field.after().orElse(null));
    }
    ArrayNode actions = node.putArray("actions");
    for (Action action : change.actions()) {
      actions.addObject().put("description", action.describe()).setAll(typed(action));
    }
  }

  private static ObjectNode typed(Action action) {
    // valueToTree of the sealed type itself, so that the property that names the action is written
    return MAPPER.convertValue(MAPPER.valueToTree(action), ObjectNode.class);
  }

  private static void problems(ArrayNode array, List<Problem> problems) {
    for (Problem problem : problems) {
      ObjectNode node =
          array
              .addObject()
              .put("severity", word(problem.severity()))
              .put("code", problem.code())
              .put("message", problem.message())
              .put("suggestion", problem.suggestion().orElse(null));
      problem
          .source()
          .ifPresent(
              source ->
                  node.put("file", source.file())
                      .put("line", source.line())
                      .put("column", source.column()));
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
