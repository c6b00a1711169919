package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One thing to learn from a host. All reads of a host but Docker's go in one {@link ReadScript}.
 */
public sealed interface Read {

  /**
   * A file's content, mode and owner, or that there is none. Content above 1 MiB is cut.
   *
   * @param path absolute
   */
  record File(String path) implements Read {
    public File {
      requireAbsolute(path);
    }
  }

  /**
   * The regular files that lie in a folder itself, each as {@link File} tells it, and the folder.
   *
   * @param path absolute, without a slash at its end
   */
  record Folder(String path) implements Read {
    public Folder {
      requireAbsolute(path);
    }
  }

  /**
   * What a command answers. It gets no input and 30 seconds.
   *
   * @param argv the command and its arguments
   */
  record Command(List<String> argv) implements Read {
    public Command {
      argv = List.copyOf(argv);
      if (argv.isEmpty()) {
        throw new IllegalArgumentException("argv is empty");
      }
    }

    /** Returns a read of a command with these words. */
    public static Command of(String... argv) {
      return new Command(List.of(argv));
    }

    /** Returns the command line, quoted where needed: the key under which facts hold the answer. */
    public String line() {
      return Shell.join(argv);
    }
  }

  /** The functions on the PCI bus, from {@code /sys/bus/pci/devices}. */
  record Pci() implements Read {}

  /**
   * The processes that have device files open, found by their descriptors in {@code /proc}.
   *
   * @param prefix what the paths of the device files start with, such as {@code /dev/nvidia}
   */
  record DeviceUsers(String prefix) implements Read {
    public DeviceUsers {
      requireAbsolute(prefix);
    }
  }

  /**
   * Docker's state: {@code GET /info}, and {@code GET /containers/{id}/json} of every container.
   */
  record Docker() implements Read {}

  /**
   * What Docker says of an image: {@code GET /images/{name}/json}.
   *
   * @param reference its name, with a tag or a digest
   */
  record Image(String reference) implements Read {
    public Image {
      requireNonNull(reference, "reference is null");
    }
  }

  /** The images, by their ids, of the containers that have a label. */
  record ImagesOf(String label) implements Read {
    public ImagesOf {
      requireNonNull(label, "label is null");
    }
  }

  /**
   * What the registry says of an image, asked by Docker: {@code GET /distribution/{name}/json}.
   *
   * @param reference its name, with a tag
   */
  record Distribution(String reference) implements Read {
    public Distribution {
      requireNonNull(reference, "reference is null");
    }
  }

  /** Returns whether this is asked of Docker, and not by a script. */
  default boolean asksDocker() {
    return switch (this) {
      case Docker _, Image _, ImagesOf _, Distribution _ -> true;
      case File _, Folder _, Command _, Pci _, DeviceUsers _ -> false;
    };
  }

  private static void requireAbsolute(String path) {
    requireNonNull(path, "path is null");
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: " + path);
    }
  }
}
