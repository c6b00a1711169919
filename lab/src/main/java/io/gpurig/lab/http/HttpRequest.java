package io.gpurig.lab.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came in.
 *
 * @param method such as {@code GET}
 * @param path the segments of the decoded path, without a leading {@code /v1.NN}
 * @param apiVersion the NN of a leading {@code /v1.NN}; -1 for none
 * @param query the decoded query; of a name given twice, the first
 * @param headers by lower-case name
 * @param body what followed the headers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HttpRequest(
    String method,
    List<String> path,
    int apiVersion,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {
  /** Returns a query parameter, or null if it was not given. */
  public @Nullable String query(String name) {
    return query.get(name);
  }

  /** Returns a query parameter as Docker reads booleans. */
  public boolean flag(String name) {
    String value = query.getOrDefault(name, "");
    return !(value.isEmpty()
        || value.equals("0")
        || value.equals("no")
        || value.equalsIgnoreCase("false")
        || value.equals("none"));
  }

  /** Returns whether the client wants the stream closed after the answer. */
  public boolean isLast() {
    return headers.getOrDefault("connection", "").equalsIgnoreCase("close");
  }
}
