package io.gpurig.modules.gvisor;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gvisor.Releases.Release;
import io.gpurig.modules.host.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The runsc of a host.
 *
 * @param path where it is
 * @param release the date in the tag of its release, {@code 20240729.0}; empty for a build of its
 *     own
 * @param supported the drivers that it says it supports; of a release without that command those of
 *     {@link Releases}
 * @param asked whether it said so itself
 */
public record Runsc(
    String path, Optional<Version> release, List<Version> supported, boolean asked) {
  static final String CAPABILITIES = "--nvproxy-allowed-driver-capabilities";
  static final String ALLOW_UNSUPPORTED = "--nvproxy-allow-unsupported-driver";

  /** The first release with the flag (gvisor, runsc/config/flags.go by tag). */
  static final String HAS_NVPROXY = "20230529.0";

  static final String HAS_CAPABILITIES = "20240930.0";
  static final String HAS_ALLOW_UNSUPPORTED = "20260615.0";

  /** The first that takes all the hooks of NVIDIA's CDI specs (gvisor 8f3bcd05c). */
  public static final String TAKES_CDI = "20260601.0";

  private static final Pattern RELEASE =
      Pattern.compile("(?m)^runsc version .*?(\\d{8}(?:\\.\\d+)*)");

  public Runsc {
    requireNonNull(path, "path is null");
    requireNonNull(release, "release is null");
    supported = List.copyOf(supported);
  }

  /**
   * Returns the reads that tell.
   *
   * @param program its path, or {@code runsc} for that on PATH
   */
  public static List<Read> reads(String program) {
    return List.of(
        Read.Command.of("command", "-v", program),
        Read.Command.of(program, "--version"),
        Read.Command.of(program, "nvproxy", "list-supported-drivers"));
  }

  /** Returns the runsc of a host, if it has one. */
  public static Optional<Runsc> of(String program, Facts facts) {
    Optional<String> path =
        facts
            .command("command", "-v", program)
            .stdout()
            .lines()
            .filter(line -> line.startsWith("/"))
            .findFirst();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Matcher number = RELEASE.matcher(facts.command(program, "--version").stdout());
    Optional<Version> release = number.find() ? Version.in(number.group(1)) : Optional.empty();
    CommandFact listed = facts.command(program, "nvproxy", "list-supported-drivers");
    List<Version> said = new ArrayList<>();
    if (listed.succeeded()) {
      listed.stdout().lines().forEach(line -> Version.in(line).ifPresent(said::add));
    }
    List<Version> supported =
        listed.succeeded()
            ? said
            : release.flatMap(Releases::of).map(Release::supported).orElse(List.of());
    return Optional.of(new Runsc(path.get(), release, supported, listed.succeeded()));
  }

  /** Returns whether it is of that release or a later one; a build of its own counts as later. */
  public boolean isAtLeast(String number) {
    return release.isEmpty() || release.get().isAtLeast(number);
  }

  /** Returns whether it supports a driver: the match is exact (gvisor, nvproxy/version.go). */
  public boolean supports(Version driver) {
    return supported.stream().anyMatch(driver::isSameAs);
  }

  /** Returns whether it knows a driver that it does not support. */
  boolean lets(Version driver) {
    return release
        .flatMap(Releases::of)
        .filter(known -> known.unsupported().stream().anyMatch(driver::isSameAs))
        .isPresent();
  }

  /** Returns what it is, in words. */
  public String describe() {
    return "runsc" + release.map(number -> " " + number).orElse("") + " (" + path + ")";
  }

  /** Returns what to do so that runsc and a driver fit, in words. */
  public String advice(Version driver) {
    List<Version> branch =
        supported.stream().filter(version -> version.major() == driver.major()).toList();
    List<Version> near = branch.isEmpty() ? supported : branch;
    String drivers =
        near.isEmpty()
            ? "it supports no driver that gpurig knows of"
            : "it supports "
                + near.stream()
                    .sorted(Comparator.reverseOrder())
                    .limit(4)
                    .map(Version::text)
                    .collect(Collectors.joining(", "));
    List<Release> releases = Releases.supporting(driver);
    String release;
    if (releases.isEmpty()) {
      release = "no release of gVisor up to " + Releases.newest().number() + " supports " + driver;
    } else {
      Version last = releases.getLast().number();
      release =
          "runsc %s supports %s%s"
              .formatted(
                  last,
                  driver,
                  last.equals(Releases.newest().number()) ? "" : ", later ones may not again");
    }
    return drivers + "; " + release;
  }
}
