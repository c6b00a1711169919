package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a workspace gets beside what its plan writes in Docker's own terms.
 *
 * @param env variables; those that the plan sets itself win
 * @param runtime the OCI runtime
 * @param deviceRequests in the Engine API's form
 * @param devices device files, the same inside as on the host
 * @param readOnlyBinds folders of the host, the same inside
 * @param unlimitedMemlock whether all of its memory may be locked
 * @param labels further labels
 */
record Attachment(
    Map<String, String> env,
    Optional<String> runtime,
    List<JsonNode> deviceRequests,
    List<String> devices,
    List<String> readOnlyBinds,
    boolean unlimitedMemlock,
    Map<String, String> labels) {
  static final Attachment NOTHING =
      new Attachment(Map.of(), Optional.empty(), List.of(), List.of(), List.of(), false, Map.of());

  Attachment {
    env = Map.copyOf(env);
    deviceRequests = List.copyOf(deviceRequests);
    devices = List.copyOf(devices);
    readOnlyBinds = List.copyOf(readOnlyBinds);
    labels = Map.copyOf(labels);
  }

  static Attachment devices(List<String> devices, List<String> readOnlyBinds) {
    return new Attachment(
        Map.of(), Optional.empty(), List.of(), devices, readOnlyBinds, false, Map.of());
  }

  /** The nvidia runtime makes those GPUs visible that the variable lists. */
  static Attachment visible(String runtime, List<String> ids) {
    return new Attachment(
        Map.of(Workspace.VISIBLE_DEVICES, ids.isEmpty() ? "void" : String.join(",", ids)),
        ids.isEmpty() ? Optional.empty() : Optional.of(runtime),
        List.of(),
        List.of(),
        List.of(),
        false,
        Map.of());
  }

  /**
   * A device request (Engine API, DeviceRequest).
   *
   * @param driver empty for whichever has the capabilities
   * @param capabilities all of which it must have; none where the driver is named
   */
  static Attachment request(
      String driver, List<String> ids, List<String> capabilities, Optional<String> runtime) {
    var request = JsonNodeFactory.instance.objectNode().put("Driver", driver);
    ids.forEach(request.putArray("DeviceIDs")::add);
    if (!capabilities.isEmpty()) {
      capabilities.forEach(request.putArray("Capabilities").addArray()::add);
    }
    return new Attachment(
        Map.of(), runtime, List.of(request), List.of(), List.of(), false, Map.of());
  }

  /** The request of {@code docker run --gpus all}. */
  static Attachment allByHook(String driver, Optional<String> runtime) {
    var request = JsonNodeFactory.instance.objectNode().put("Driver", driver).put("Count", -1);
    if (driver.isEmpty()) {
      request.putArray("Capabilities").addArray().add("gpu");
    }
    return new Attachment(
        Map.of(), runtime, List.of(request), List.of(), List.of(), false, Map.of());
  }

  /** A guest's GPUs: VFIO pins all of the guest's memory, so none of it may be limited. */
  static Attachment passedThrough(List<String> nodes, List<String> bdfs) {
    return new Attachment(
        Map.of(),
        Optional.empty(),
        List.of(),
        nodes,
        List.of(),
        true,
        Map.of(Labels.VFIO, String.join(",", bdfs)));
  }

  Attachment labelled(String label, String value) {
    return and(
        new Attachment(
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            false,
            Map.of(label, value)));
  }

  Attachment and(Attachment other) {
    return new Attachment(
        joined(env, other.env),
        runtime.or(other::runtime),
        joined(deviceRequests, other.deviceRequests),
        joined(devices, other.devices),
        joined(readOnlyBinds, other.readOnlyBinds),
        unlimitedMemlock || other.unlimitedMemlock,
        joined(labels, other.labels));
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    List<T> all = new ArrayList<>(some);
    more.stream().filter(one -> !all.contains(one)).forEach(all::add);
    return all;
  }

  private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(some);
    more.forEach(all::putIfAbsent);
    return all;
  }
}
