package io.gpurig.modules.mig;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a kind of MIG device (MIG User Guide, MIG Device Names): {@code 3g.20gb}, {@code
 * 1g.5gb+me}, {@code 1g.24gb-me}, {@code 1c.3g.20gb}.
 *
 * @param compute slices of the compute instance, the number before {@code c}
 * @param slices slices of the GPU instance that it is in, the number before {@code g}
 * @param gigabytes memory of the GPU instance as the name has it
 * @param attributes what follows, with its sign: {@code +me}; empty if nothing does
 */
record MigProfile(int compute, int slices, int gigabytes, String attributes)
    implements Comparable<MigProfile> {
  /** As go-nvlib, pkg/nvlib/device/mig_profile.go parses it; the words can be any. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?:([1-9]\\d?)c\\.)?([1-9]\\d?)g\\.(\\d{1,4})gb"
              + "((?:[+-][A-Za-z][A-Za-z0-9.]*(?:,[A-Za-z][A-Za-z0-9.]*)*)?)");

  private static final Comparator<MigProfile> LARGEST_FIRST =
      Comparator.comparingInt(MigProfile::slices)
          .thenComparingInt(MigProfile::gigabytes)
          .thenComparingInt(MigProfile::compute)
          .reversed()
          .thenComparing(MigProfile::attributes);

  /** Returns the profile of a name, empty if it is none. */
  static Optional<MigProfile> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int slices = Integer.parseInt(matcher.group(2));
    int compute = Optional.ofNullable(matcher.group(1)).map(Integer::parseInt).orElse(slices);
    return Optional.of(
        new MigProfile(compute, slices, Integer.parseInt(matcher.group(3)), matcher.group(4)));
  }

  /** Returns the profile of the whole GPU instance that it is in. */
  MigProfile gpuInstance() {
    return new MigProfile(slices, slices, gigabytes, attributes);
  }

  /** Returns its name; the compute instance is left out where it is the whole GPU instance. */
  @Override
  public String toString() {
    String whole = slices + "g." + gigabytes + "gb" + attributes;
    return compute == slices ? whole : compute + "c." + whole;
  }

  @Override
  public int compareTo(MigProfile other) {
    return LARGEST_FIRST.compare(this, other);
  }
}
