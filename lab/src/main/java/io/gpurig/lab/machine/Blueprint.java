package io.gpurig.lab.machine;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The hardware and the software that a kind of host starts with.
 *
 * @param docker whether it runs a Docker engine
 * @param devices its PCI functions, by address
 */
public record Blueprint(boolean docker, List<PciDevice> devices) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the list, so that all hosts of a kind may share one blueprint. */
  public Blueprint {
    devices = List.copyOf(devices);
  }

  /** Reads the blueprint of a kind from the resources of this package. */
  public static Blueprint load(String kind) {
    String name = "kinds/" + kind + ".json";
    try (InputStream in = Blueprint.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no such kind of host: " + kind);
      }
      return JSON.readValue(in, Blueprint.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** Returns the functions that the NVIDIA kernel driver would take. */
  public List<PciDevice> gpus() {
    return devices.stream().filter(PciDevice::isNvidiaGpu).toList();
  }
}
