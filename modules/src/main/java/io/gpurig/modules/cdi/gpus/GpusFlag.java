package io.gpurig.modules.cdi.gpus;

import io.gpurig.modules.cdi.GoText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The value of {@code --gpus}, read as docker/cli does (opts/gpus.go of 28f756087eea). */
public final class GpusFlag {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");

  private final Set<String> seen = new HashSet<>();
  private String driver = "";
  private long count;
  private List<String> devices = List.of();
  private List<String> capabilities = List.of("gpu");
  private Map<String, String> options = Map.of();

  private GpusFlag() {}

  /** Why a value is refused, in the words of docker. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** Returns the request that a value stands for. */
  public static DeviceRequest parse(String value) throws Malformed {
    GpusFlag flag = new GpusFlag();
    for (String field : GoCsv.record(value)) {
      flag.add(field);
    }
    if (!flag.seen.contains("count") && flag.devices.isEmpty()) {
      flag.count = 1;
    }
    return new DeviceRequest(
        flag.driver, flag.count, flag.devices, flag.capabilities, flag.options);
  }

  private void add(String field) throws Malformed {
    int equals = field.indexOf('=');
    String key = equals < 0 ? field : field.substring(0, equals);
    String value = field.substring(equals + 1);
    if (!seen.add(key)) {
      throw new Malformed("gpu request key '%s' can be specified only once".formatted(key));
    }
    if (equals < 0) {
      seen.add("count");
      count = count(key);
      return;
    }
    switch (key) {
      case "driver" -> driver = value;
      case "count" -> count = count(value);
      case "device" -> devices = List.of(value.split(",", -1));
      case "capabilities" -> {
        capabilities = new ArrayList<>(List.of(value.split(",", -1)));
        capabilities.add("gpu");
      }
      case "options" -> options = options(value);
      default -> throw new Malformed("unexpected key '%s' in '%s'".formatted(key, field));
    }
  }

  private static long count(String text) throws Malformed {
    if (text.equals("all")) {
      return -1;
    }
    boolean integer = INTEGER.matcher(text).matches();
    if (integer && new BigInteger(text).bitLength() < Long.SIZE) {
      return Long.parseLong(text);
    }
    throw new Malformed(
        "invalid count (%s): value must be either \"all\" or an integer: %s"
            .formatted(text, integer ? "value out of range" : "invalid syntax"));
  }

  private static Map<String, String> options(String text) throws Malformed {
    Map<String, String> options = new HashMap<>();
    try {
      for (String option : GoCsv.record(text)) {
        int equals = option.indexOf('=');
        options.put(
            equals < 0 ? option : option.substring(0, equals),
            equals < 0 ? "" : option.substring(equals + 1));
      }
    } catch (Malformed e) {
      throw new Malformed("failed to read gpu options: " + e.getMessage());
    }
    return options;
  }

  /** Returns capabilities as Go's {@code %v} prints the API's list of lists. */
  static String shown(DeviceRequest request) {
    return "could not select device driver %s with capabilities: [[%s]]"
        .formatted(GoText.quote(request.driver()), String.join(" ", request.capabilities()));
  }
}
