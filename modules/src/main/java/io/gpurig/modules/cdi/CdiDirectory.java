package io.gpurig.modules.cdi;

import java.util.Comparator;
import java.util.List;

/**
 * A directory of spec files.
 *
 * @param path as {@code /etc/cdi}
 * @param files those named {@code *.json} and {@code *.yaml}, in the order of their names
 */
public record CdiDirectory(String path, List<CdiFile> files) {
  /** Where specs lie unless an engine is told otherwise; the later directory wins. */
  public static final List<String> DEFAULTS = List.of("/etc/cdi", "/var/run/cdi");

  public CdiDirectory {
    files =
        files.stream()
            .filter(file -> CdiFile.isNamedLikeOne(file.path()))
            .sorted(Comparator.comparing(CdiFile::path, GoYaml.BY_BYTES))
            .toList();
  }

  /** Returns the directory as a library reads it that knows no newer specification than this. */
  public CdiDirectory knownTo(CdiVersion newest) {
    return new CdiDirectory(path, files.stream().map(file -> file.knownTo(newest)).toList());
  }
}
