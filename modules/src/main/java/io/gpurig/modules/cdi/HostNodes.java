package io.gpurig.modules.cdi;

import java.util.Optional;

/** The device files of a host: a spec may leave type and numbers to them. */
@FunctionalInterface
public interface HostNodes {
  /** A host of which no device files are known: none is there. */
  HostNodes NONE = path -> Optional.empty();

  /**
   * Returns what is at a path, symbolic links not followed; empty if nothing is.
   *
   * @param path absolute
   */
  Optional<HostNode> lstat(String path);

  /**
   * What is at a path.
   *
   * @param type {@code b}, {@code c} or {@code p}; empty for what is no device file
   * @param mode permission bits
   */
  record HostNode(String type, long major, long minor, long mode) {}
}
