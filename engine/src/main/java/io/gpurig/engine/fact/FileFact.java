package io.gpurig.engine.fact;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What was found at a path.
 *
 * @param type what kind of thing it is
 * @param mode the permission bits in octal, four digits: {@code 0644}
 * @param owner user and group, as numbers: {@code 0:0}
 * @param content the content of a regular file; empty text for anything else
 * @param base64 whether {@code content} is base64, because it is not UTF-8 text
 * @param error why the content could not be read
 */
public record FileFact(
    Type type, String mode, String owner, String content, boolean base64, Optional<String> error) {

  /** What kind of thing a path leads to, symbolic links followed. */
  public enum Type {
    FILE,
    DIRECTORY,
    OTHER
  }

  public FileFact {
    requireNonNull(type, "type is null");
    requireNonNull(mode, "mode is null");
    requireNonNull(owner, "owner is null");
    requireNonNull(content, "content is null");
    requireNonNull(error, "error is null");
  }

  /** Returns a text file of root's with mode 0644. */
  public static FileFact text(String content) {
    return new FileFact(Type.FILE, "0644", "0:0", content, false, Optional.empty());
  }

  /** Returns the content without white space around it, as one wants it from sysfs. */
  public String value() {
    return content.strip();
  }
}
