package io.gpurig.modules.mig;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which GPUs a value of a plan means. */
sealed interface Gpus {
  /** All that MIG can divide. */
  record All() implements Gpus {}

  /** The one that nvidia-smi numbers so. */
  record Index(int index) implements Gpus {}

  /** The one with this UUID, {@code GPU-…}. */
  record Uuid(String uuid) implements Gpus {}

  /**
   * The one at this address.
   *
   * @param bdf with a domain of four digits, in lower case: {@code 0000:3b:00.0}
   */
  record Bdf(String bdf) implements Gpus {}

  /**
   * Those with this PCI device id.
   *
   * @param id four hexadecimal digits in lower case
   */
  record Device(String id) implements Gpus {}

  /** Those that nvidia-smi prints under this name. */
  record Product(String name) implements Gpus {}

  /** An address, with the domain of 8 digits that nvidia-smi prints or that of 4 of the kernel. */
  Pattern BDF =
      Pattern.compile("(?:[0-9a-f]{0,4}([0-9a-f]{4}):)?([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])");

  /** Device and vendor, as mig-parted's device-filter has them; a subsystem may follow. */
  Pattern DEVICE = Pattern.compile("0x([0-9a-f]{4})10de(?::0x[0-9a-f]{8})?");

  /** Returns what a value of a plan means. */
  static Gpus of(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    Matcher device = DEVICE.matcher(lower);
    if (lower.equals("all")) {
      return new All();
    }
    if (lower.matches("\\d{1,4}")) {
      return new Index(Integer.parseInt(lower));
    }
    if (lower.matches("gpu-[0-9a-f-]+")) {
      return new Uuid("GPU-" + lower.substring("gpu-".length()));
    }
    if (device.matches()) {
      return new Device(device.group(1));
    }
    return bdf(lower).<Gpus>map(Bdf::new).orElseGet(() -> new Product(text.strip()));
  }

  /** Returns an address as the kernel writes it, empty if the text is none. */
  static Optional<String> bdf(String text) {
    Matcher matcher = BDF.matcher(text.toLowerCase(Locale.ROOT));
    return matcher.matches()
        ? Optional.of(Optional.ofNullable(matcher.group(1)).orElse("0000") + ":" + matcher.group(2))
        : Optional.empty();
  }

  /** Returns the model that this names, if it names one that is known. */
  default Optional<MigModel> model() {
    return switch (this) {
      case Device(String id) -> MigModels.ofDevice(id);
      case Product(String name) -> MigModels.ofProduct(name);
      case All() -> Optional.empty();
      case Index(int index) -> Optional.empty();
      case Uuid(String uuid) -> Optional.empty();
      case Bdf(String bdf) -> Optional.empty();
    };
  }

  /** Returns whether this means one certain GPU, which then has to be there. */
  default boolean isOne() {
    return this instanceof Index || this instanceof Uuid || this instanceof Bdf;
  }

  /** Returns whether this means that GPU. */
  default boolean matches(MigGpu gpu) {
    return switch (this) {
      case All() -> true;
      case Index(int index) -> gpu.index() == index;
      case Uuid(String uuid) -> gpu.uuid().equalsIgnoreCase(uuid);
      case Bdf(String bdf) -> gpu.bdf().equals(bdf);
      case Device(String id) -> gpu.deviceId().equals(id);
      case Product(String name) ->
          MigModels.bare(gpu.product()).equals(MigModels.bare(name))
              || (gpu.product().isEmpty()
                  && model().filter(m -> m.deviceIds().contains(gpu.deviceId())).isPresent());
    };
  }
}
