package io.gpurig.modules.gpu;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The GPUs of hosts as JSON: schema/gpus.schema.json. What is not known is null. */
public final class GpuJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private GpuJson() {}

  /**
   * Returns the document.
   *
   * @param hosts by name, in the order in which they are shown
   */
  public static ObjectNode render(Map<String, GpuInventory> hosts) {
    ObjectNode document = JSON.objectNode();
    ArrayNode list = document.putArray("hosts");
    hosts.forEach(
        (name, inventory) -> {
          ObjectNode host = list.addObject();
          host.put("host", name);
          host.put("driverVersion", inventory.driverVersion().orElse(null));
          host.put("cudaVersion", inventory.cudaVersion().orElse(null));
          ArrayNode gpus = host.putArray("gpus");
          inventory.gpus().forEach(gpu -> gpus.add(gpu(gpu)));
        });
    return document;
  }

  private static ObjectNode gpu(Gpu gpu) {
    ObjectNode node = JSON.objectNode();
    node.put("bdf", gpu.bdf().orElse(null));
    node.put("vendor", Gpu.VENDOR);
    node.put("deviceId", gpu.deviceId().orElse(null));
    node.put("name", gpu.name().orElse(null));
    node.put("driver", gpu.driver().orElse(null));
    node.put("iommuGroup", gpu.iommuGroup().orElse(null));
    node.put("numaNode", gpu.numaNode().orElse(null));
    node.put("uuid", gpu.uuid().orElse(null));
    node.put("index", gpu.index().orElse(null));
    node.set("mig", mig(gpu.mig()));
    node.put("virtualizationMode", gpu.virtualizationMode().orElse(null));
    Metrics metrics = gpu.metrics();
    node.put("temperatureC", metrics.temperatureC().orElse(null));
    node.put("gpuUtilPct", metrics.gpuUtilPct().orElse(null));
    node.put("memoryUtilPct", metrics.memoryUtilPct().orElse(null));
    node.put("memoryTotalMiB", metrics.memoryTotalMiB().orElse(null));
    node.put("memoryUsedMiB", metrics.memoryUsedMiB().orElse(null));
    node.put("memoryFreeMiB", metrics.memoryFreeMiB().orElse(null));
    node.put("powerDrawW", metrics.powerDrawW().orElse(null));
    node.put("powerLimitW", metrics.powerLimitW().orElse(null));
    node.put("recoveryAction", gpu.recoveryAction().orElse(null));
    return node;
  }

  private static ObjectNode mig(Mig mig) {
    ObjectNode node = JSON.objectNode();
    node.put("current", mig.current().orElse(null));
    node.put("pending", mig.pending().orElse(null));
    ArrayNode devices = node.putArray("devices");
    for (Mig.Device device : mig.devices()) {
      devices
          .addObject()
          .put("index", device.index().orElse(null))
          .put("gpuInstanceId", device.gpuInstanceId().orElse(null))
          .put("computeInstanceId", device.computeInstanceId().orElse(null))
          .put("smCount", device.smCount().orElse(null))
          .put("memoryTotalMiB", device.memoryTotalMiB().orElse(null))
          .put("memoryUsedMiB", device.memoryUsedMiB().orElse(null));
    }
    return node;
  }
}
