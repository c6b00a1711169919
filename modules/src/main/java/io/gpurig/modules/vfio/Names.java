package io.gpurig.modules.vfio;

import io.gpurig.engine.fact.PciFact;
import java.util.Map;
import java.util.Optional;

/** What functions are, in words. */
final class Names {
  /** Classes (PCI Code and ID Assignment Specification); the longest that fits counts. */
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("0x0106", "SATA controller"),
          Map.entry("0x0108", "NVMe disk"),
          Map.entry("0x01", "storage controller"),
          Map.entry("0x02", "network adapter"),
          Map.entry("0x03", "display adapter"),
          Map.entry("0x0403", "audio"),
          Map.entry("0x04", "multimedia controller"),
          Map.entry("0x0600", "host bridge"),
          Map.entry("0x0604", "PCI bridge"),
          Map.entry("0x0680", "NVSwitch or other bridge"),
          Map.entry("0x06", "bridge"),
          Map.entry("0x08", "system device"),
          Map.entry("0x0c03", "USB controller"),
          Map.entry("0x0c80", "USB-C controller"),
          Map.entry("0x0c", "bus controller"));

  private static final String NVIDIA = "0x10de";
  private static final int SUBCLASS = 6;
  private static final int BASE = 4;

  private Names() {}

  /** Returns such as {@code audio 10de:22ba}. */
  static String of(PciFact function) {
    return kind(function) + " " + id(function);
  }

  static String kind(PciFact function) {
    String code = function.classCode();
    if (isDisplay(function) && function.vendor().equals(NVIDIA)) {
      return "GPU";
    }
    return Optional.ofNullable(CLASSES.get(start(code, SUBCLASS)))
        .or(() -> Optional.ofNullable(CLASSES.get(start(code, BASE))))
        .orElse("device of class " + code);
  }

  static boolean isDisplay(PciFact function) {
    return function.classCode().startsWith("0x03");
  }

  /** Returns {@code 10de:2684}. */
  static String id(PciFact function) {
    return function.vendor().replaceFirst("^0x", "")
        + ":"
        + function.device().replaceFirst("^0x", "");
  }

  private static String start(String code, int length) {
    return code.substring(0, Math.min(length, code.length()));
  }
}
