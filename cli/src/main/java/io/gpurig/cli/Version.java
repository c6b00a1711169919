package io.gpurig.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
  Version() {}

  @Override
  public String[] getVersion() {
    return new String[] {"gpurig " + number()};
  }

  /** Returns the version alone. */
  static String number() {
    String version = Gpurig.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
