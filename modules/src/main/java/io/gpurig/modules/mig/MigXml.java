package io.gpurig.modules.mig;

import io.gpurig.modules.mig.MigGpu.ComputeInstance;
import io.gpurig.modules.mig.MigGpu.GpuInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code nvidia-smi -q -x} tells of MIG. Its elements are looked for as text: nothing in them
 * is ever expanded, and an answer that is cut off still tells what it holds.
 */
final class MigXml {
  private static final Pattern GPU = Pattern.compile("(?s)<gpu id=\"([^\"]+)\">(.*?)</gpu>");
  private static final Pattern DEVICES =
      Pattern.compile("(?s)<mig_devices>.*?</mig_devices>|<mig_devices\\s*/>");

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
      String device = text(gpu, "pci_device_id").orElse("").toLowerCase(java.util.Locale.ROOT);
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

  /** Returns an answer in which these GPUs are in these states. */
  static String with(String xml, List<MigGpu> gpus) {
    if (!GPU.matcher(xml).find()) {
      return made(gpus);
    }
    return GPU.matcher(xml)
        .replaceAll(
            match -> {
              Optional<String> bdf = Gpus.bdf(match.group(1));
              Optional<MigGpu> gpu =
                  gpus.stream().filter(g -> bdf.equals(Optional.of(g.bdf()))).findFirst();
              return Matcher.quoteReplacement(
                  gpu.map(g -> with(match.group(), g)).orElse(match.group()));
            });
  }

  private static String with(String xml, MigGpu gpu) {
    String moded =
        xml.replaceFirst(
                "<current_mig>[^<]*</current_mig>",
                "<current_mig>" + word(gpu.current()) + "</current_mig>")
            .replaceFirst(
                "<pending_mig>[^<]*</pending_mig>",
                "<pending_mig>" + word(gpu.pending()) + "</pending_mig>");
    return DEVICES.matcher(moded).replaceFirst(Matcher.quoteReplacement(devices(gpu)));
  }

  /** The least that an answer says, for GPUs that no driver has told of yet. */
  private static String made(List<MigGpu> gpus) {
    StringBuilder xml = new StringBuilder("<nvidia_smi_log>\n");
    for (MigGpu gpu : gpus) {
      xml.append("<gpu id=\"0000%s\">%n".formatted(gpu.bdf()));
      xml.append(
          "<mig_mode><current_mig>%s</current_mig><pending_mig>%s</pending_mig></mig_mode>%n"
              .formatted(word(gpu.current()), word(gpu.pending())));
      xml.append(devices(gpu)).append('\n');
      xml.append("<pci><pci_device_id>%s10DE</pci_device_id></pci>%n".formatted(gpu.deviceId()));
      xml.append("</gpu>\n");
    }
    return xml.append("</nvidia_smi_log>\n").toString();
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
    return "<mig_devices>" + (xml.isEmpty() ? "None" : "\n" + xml) + "</mig_devices>";
  }
}
