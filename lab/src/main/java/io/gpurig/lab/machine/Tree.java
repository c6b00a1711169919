package io.gpurig.lab.machine;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** The few file operations that a simulated host needs, each making the folders above it. */
public final class Tree {
  private Tree() {}

  /** Writes a file, replacing what is there. */
  public static void write(Path file, String text) throws IOException {
    makeParent(file);
    Files.writeString(file, text);
  }

  /** Makes an empty file unless there is one. */
  public static void touch(Path file) throws IOException {
    makeParent(file);
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // as wanted
    }
  }

  /** Makes a symbolic link with a relative target, replacing what is there. */
  public static void link(Path link, Path target) throws IOException {
    Path parent = makeParent(link);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, parent.relativize(target));
  }

  /** Returns the text of a file without the space around it, or null if there is no such file. */
  public static @Nullable String read(Path file) throws IOException {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Removes a file or a folder with all that is in it; does not follow links. */
  public static void delete(Path path) throws IOException {
    for (int attempt = 0; attempt < 5; attempt++) {
      try {
        deleteOnce(path);
        return;
      } catch (DirectoryNotEmptyException e) {
        // a command that is ending has just made a file there
      }
    }
    deleteOnce(path);
  }

  private static void deleteOnce(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // a command that is ending removed it first
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static Path makeParent(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IOException("no folder above " + file);
    }
    Files.createDirectories(parent);
    return parent;
  }
}
