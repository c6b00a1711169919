package io.gpurig.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
  Version() {}

  @Override
  public String[] getVersion() {
    String version = Gpurig.class.getPackage().getImplementationVersion();
    return new String[] {"gpurig " + (version == null ? "(not packaged)" : version)};
  }
}
