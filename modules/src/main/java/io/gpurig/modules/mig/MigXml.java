package io.gpurig.modules.mig;

import io.gpurig.modules.mig.MigGpu.ComputeInstance;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code nvidia-smi -q -x} tells of MIG. Its elements are looked for as text: nothing in them
 * is ever expanded, and an answer that is cut off still tells what it holds.
 */
final class MigXml {
  private static final Pattern GPU = Pattern.compile("(?s)<gpu id=\"([^\"]+)\">(.*?)</gpu>");

  private MigXml() {}

  /** Returns the GPUs in the order in which nvidia-smi numbers them, without their instances. */
  static List<MigGpu> gpus(String xml) {
    List<MigGpu> gpus = new ArrayList<>();
    Matcher matcher = GPU.matcher(xml);
    int index = 0;
    while (matcher.find()) {
      String gpu = matcher.group(2);
      int at = index++;
      String product = text(gpu, "product_name").orElse("");
      String device = text(gpu, "pci_device_id").orElse("").toLowerCase(Locale.ROOT);
      String id = device.length() == 8 ? device.substring(0, 4) : "";
      Gpus.bdf(matcher.group(1))
          .ifPresent(
              bdf ->
                  gpus.add(
                      new MigGpu(
                          at,
                          bdf,
                          text(gpu, "uuid").orElse(""),
                          product,
                          id,
                          text(gpu, "minor_number")
                              .filter(t -> t.matches("\\d{1,4}"))
                              .map(Integer::valueOf),
                          text(gpu, "virtualization_mode").equals(Optional.of("Pass-Through")),
                          mode(gpu, "current_mig"),
                          mode(gpu, "pending_mig"),
                          List.of(),
                          MigModels.ofDevice(id).or(() -> MigModels.ofProduct(product)))));
    }
    return gpus;
  }

  /** Returns what of an answer counts for MIG. */
  static String identity(String xml) {
    return gpus(xml).stream()
        .map(
            gpu ->
                "%s %s %s %s minor %s, MIG %s, pending %s%s"
                    .formatted(
                        gpu.bdf(),
                        gpu.uuid(),
                        gpu.product(),
                        gpu.deviceId(),
                        gpu.minor().map(String::valueOf).orElse("unknown"),
                        word(gpu.current()),
                        word(gpu.pending()),
                        gpu.passedThrough() ? ", passed through" : ""))
        .collect(Collectors.joining("; "));
  }

  private static Optional<Boolean> mode(String gpu, String element) {
    return switch (text(gpu, element).orElse("")) {
      case "Enabled" -> Optional.of(true);
      case "Disabled" -> Optional.of(false);
      default -> Optional.empty(); // N/A: it cannot be divided
    };
  }

  private static Optional<String> text(String gpu, String element) {
    Matcher matcher =
        Pattern.compile("<" + element + ">\\s*([^<]*?)\\s*</" + element + ">").matcher(gpu);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * Returns what an answer tells that is in these states. What moves by itself is left out, so that
   * the same plan for the same host is the same text.
   *
   * @param before an answer of the same driver, empty if there is none yet
   */
  static String print(String before, List<MigGpu> gpus) {
    StringBuilder xml = new StringBuilder("<nvidia_smi_log>\n");
    for (String element : List.of("driver_version", "cuda_version")) {
      text(before, element).ifPresent(value -> xml.append(element(element, value)));
    }
    for (MigGpu gpu : gpus) {
      xml.append("<gpu id=\"0000%s\">%n".formatted(gpu.bdf().toUpperCase(Locale.ROOT)));
      if (!gpu.product().isEmpty()) {
        xml.append(element("product_name", gpu.product()));
      }
      if (!gpu.uuid().isEmpty()) {
        xml.append(element("uuid", gpu.uuid()));
      }
      gpu.minor().ifPresent(minor -> xml.append(element("minor_number", String.valueOf(minor))));
      xml.append("<mig_mode>\n")
          .append(element("current_mig", word(gpu.current())))
          .append(element("pending_mig", word(gpu.pending())))
          .append("</mig_mode>\n")
          .append(devices(gpu));
      if (gpu.passedThrough()) {
        xml.append("<gpu_virtualization_mode>\n")
            .append(element("virtualization_mode", "Pass-Through"))
            .append("</gpu_virtualization_mode>\n");
      }
      xml.append("<pci>\n")
          .append(element("pci_device_id", gpu.deviceId().toUpperCase(Locale.ROOT) + "10DE"))
          .append("</pci>\n</gpu>\n");
    }
    return xml.append("</nvidia_smi_log>\n").toString();
  }

  private static String element(String name, String value) {
    return "<%s>%s</%s>%n".formatted(name, value, name);
  }

  private static String word(Optional<Boolean> mode) {
    return mode.map(on -> on ? "Enabled" : "Disabled").orElse("N/A");
  }

  private static String devices(MigGpu gpu) {
    StringBuilder xml = new StringBuilder();
    int index = 0;
    for (GpuInstance instance : gpu.instances()) {
      for (ComputeInstance compute : instance.compute()) {
        xml.append(
            """
            <mig_device>
            <index>%d</index>
            <gpu_instance_id>%d</gpu_instance_id>
            <compute_instance_id>%d</compute_instance_id>
            </mig_device>
            """
                .formatted(index++, instance.id(), compute.id()));
      }
    }
    return "<mig_devices>" + (xml.isEmpty() ? "None" : "\n" + xml) + "</mig_devices>\n";
  }
}
