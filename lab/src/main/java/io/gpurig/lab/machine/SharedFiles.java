package io.gpurig.lab.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Files with the same text, stored once and hard-linked into every host that shows them. A thousand
 * hosts have a hundred thousand read-only sysfs attributes but only some tens of different texts.
 */
public final class SharedFiles {
  private final Path folder;
  private final AtomicInteger stored = new AtomicInteger();
  private final ConcurrentHashMap<String, Path> byText = new ConcurrentHashMap<>();

  /** Keeps the stored files in the given folder. */
  public SharedFiles(Path folder) {
    this.folder = folder;
  }

  /** Makes a file with the text; the file must not be written to afterwards. */
  public void place(Path file, String text) throws IOException {
    Tree.makeParent(file);
    try {
      Files.createLink(file, byText.computeIfAbsent(text, this::store));
    } catch (IOException | UnsupportedOperationException e) {
      // the file system has no hard links, or no more of them for this file
      Files.writeString(file, text);
    }
  }

  private Path store(String text) {
    Path file = folder.resolve("text-" + stored.incrementAndGet());
    try {
      Tree.write(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
