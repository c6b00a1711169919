package io.gpurig.modules.cdi.gpus;

import java.util.List;
import java.util.Map;

/**
 * The Engine API's DeviceRequest.
 *
 * @param driver empty: the first driver that has the capabilities
 * @param count how many devices; negative for all
 * @param deviceIds empty if not given
 * @param capabilities all of these; the API's list of such lists has one
 */
public record DeviceRequest(
    String driver,
    long count,
    List<String> deviceIds,
    List<String> capabilities,
    Map<String, String> options) {

  public DeviceRequest {
    deviceIds = List.copyOf(deviceIds);
    capabilities = List.copyOf(capabilities);
    options = Map.copyOf(options);
  }

  /** Returns a request for the same by other names, as one driver hands it to another. */
  DeviceRequest withDevices(List<String> names) {
    return new DeviceRequest(driver, 0, names, capabilities, Map.of());
  }
}
