package io.gpurig.modules.cdi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.problem.Problem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The spec files that facts hold. */
public final class CdiFacts {
  private CdiFacts() {}

  /**
   * Returns directories with those of their files that the facts hold.
   *
   * @param paths of the directories, the one of least priority first; {@code /var/run} is {@code
   *     /run}, and one that is named twice counts once
   */
  public static List<CdiDirectory> directories(Facts facts, List<String> paths) {
    List<CdiDirectory> directories = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String path : paths) {
      if (seen.add(canonical(path))) {
        directories.add(new CdiDirectory(path, files(facts, canonical(path))));
      }
    }
    return directories;
  }

  private static List<CdiFile> files(Facts facts, String directory) {
    List<CdiFile> files = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    facts
        .files()
        .forEach(
            (path, fact) -> {
              String parent = path.substring(0, path.lastIndexOf('/'));
              String name = path.substring(parent.length());
              boolean here = canonical(parent).equals(directory) && seen.add(name);
              if (here && CdiFile.isNamedLikeOne(path)) {
                fact.filter(f -> f.type() == FileFact.Type.FILE)
                    .ifPresent(file -> files.add(read(path, file)));
              }
            });
    return files;
  }

  private static CdiFile read(String path, FileFact file) {
    if (file.error().isPresent()) {
      return CdiFile.unreadable(path, Problem.error("cdi/unreadable", file.error().get()));
    }
    byte[] content =
        file.base64()
            ? Base64.getMimeDecoder().decode(file.content())
            : file.content().getBytes(UTF_8);
    return CdiFile.read(path, content);
  }

  private static String canonical(String path) {
    String clean = path.replaceAll("/+", "/").replaceAll("/$", "");
    return clean.replaceFirst("^/var/run(?=/|$)", "/run");
  }
}
