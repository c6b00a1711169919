package io.gpurig.lab.docker;

import io.gpurig.lab.machine.RootFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes or demands the folders that a container binds, as the engine does when it creates one. */
final class BindSources {
  private final RootFolder root;

  BindSources(RootFolder root) {
    this.root = root;
  }

  void prepare(List<MountPoint> mounts) throws IOException {
    for (MountPoint mount : mounts) {
      if (!mount.type().equals("bind")) {
        continue;
      }
      Path source = root.at(mount.source());
      if (Files.exists(source)) {
        continue;
      }
      if (mount.mustExist()) {
        throw new ApiException(
            400,
            "invalid mount config for type \"bind\": bind source path does not exist: "
                + mount.source());
      }
      Files.createDirectories(source);
    }
  }
}
