package io.gpurig.modules.cdi.host;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.cdi.CdiDirectory;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.config.HostFile;
import io.gpurig.modules.config.TomlText;
import io.gpurig.modules.runtime.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * CRI-O from 1.24 and Podman from 3.2 take CDI devices without being told. Where they look is
 * {@code cdi_spec_dirs}; Podman 5.5 alone looks in /etc/cdi only (podman, common/pkg/config
 * default.go, by tag).
 */
record OtherSide(Cdi desired, Facts facts) implements EngineSide {
  private static final String SYSTEM_PODMAN = "/usr/share/containers/containers.conf";

  static List<Read> reads(Engine engine) {
    List<Read> reads = new ArrayList<>();
    if (engine == Engine.PODMAN) {
      reads.add(new Read.File(SYSTEM_PODMAN));
    }
    reads.add(new Read.File(engine.config()));
    reads.add(new Read.Folder(folder(engine)));
    return reads;
  }

  private static String folder(Engine engine) {
    return engine.dropIn().substring(0, engine.dropIn().lastIndexOf('/'));
  }

  @Override
  public String config() {
    return desired.engine().config();
  }

  private boolean isAtLeast(int major, int minor) {
    return Version.of(desired.engine(), facts).filter(v -> v.isAtLeast(major, minor)).isPresent();
  }

  @Override
  public Optional<Finding> unfit() {
    if (!desired.enabled()) {
      return Optional.empty();
    }
    Engine engine = desired.engine();
    Optional<Version> version = Version.of(engine, facts);
    if (version.isEmpty()) {
      return Optional.of(EngineSide.none(engine));
    }
    String since = engine == Engine.CRIO ? "1.24" : "3.2";
    boolean knows = engine == Engine.CRIO ? isAtLeast(1, 24) : isAtLeast(3, 2);
    return knows
        ? Optional.empty()
        : Optional.of(
            EngineSide.tooOld(
                engine == Engine.CRIO ? "CRI-O" : "Podman", version.get().toString(), since));
  }

  @Override
  public List<String> directories() throws ConfigSyntaxException {
    boolean podman = desired.engine() == Engine.PODMAN;
    List<String> directories =
        podman && isAtLeast(5, 5) && !isAtLeast(5, 6)
            ? CdiDirectory.DEFAULTS.subList(0, 1)
            : CdiDirectory.DEFAULTS;
    if (podman && !isAtLeast(5, 5)) {
      return directories; // it has no such setting
    }
    for (String path : files()) {
      HostFile file = HostFile.of(path, facts);
      JsonNode tree = tree(path, file.text().orElse(""));
      JsonNode said =
          (podman ? tree.path("engine") : tree.path("crio").path("runtime")).path("cdi_spec_dirs");
      if (said.isArray()) {
        List<String> paths = new ArrayList<>();
        said.forEach(directory -> paths.add(directory.asText()));
        directories = paths;
      }
    }
    return directories;
  }

  private List<String> files() {
    List<String> files = new ArrayList<>();
    if (desired.engine() == Engine.PODMAN) {
      files.add(SYSTEM_PODMAN);
    }
    files.add(config());
    String folder = folder(desired.engine());
    for (var file : facts.folder(folder).entrySet()) {
      boolean read = desired.engine() == Engine.CRIO || file.getKey().endsWith(".conf");
      if (read && file.getValue().type() == FileFact.Type.FILE) {
        files.add(folder + "/" + file.getKey());
      }
    }
    return files;
  }

  private static JsonNode tree(String path, String text) throws ConfigSyntaxException {
    try {
      return TomlText.parse(text).tree();
    } catch (ConfigSyntaxException e) {
      throw e.in(path);
    }
  }

  @Override
  public Optional<Change> change() {
    return Optional.empty();
  }
}
