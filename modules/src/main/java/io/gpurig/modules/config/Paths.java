package io.gpurig.modules.config;

import java.util.List;
import java.util.stream.Stream;

/** Keys one below the other. */
final class Paths {
  private Paths() {}

  static List<String> child(List<String> path, String key) {
    return Stream.concat(path.stream(), Stream.of(key)).toList();
  }

  static List<String> last(List<String> path) {
    return List.of(path.getLast());
  }

  static boolean startsWith(List<String> path, List<String> prefix) {
    return path.size() >= prefix.size() && path.subList(0, prefix.size()).equals(prefix);
  }
}
