package io.gpurig.engine.yaml;

/** Spells JSON pointers. */
public final class Pointers {
  private Pointers() {}

  /** Returns the pointer of a member: of a mapping its key, of a list its index from 0. */
  public static String child(String parent, String member) {
    return parent + "/" + member.replace("~", "~0").replace("/", "~1");
  }

  /** Returns the last part of a pointer as it is written in the document; empty for the root. */
  public static String last(String pointer) {
    String part = pointer.substring(pointer.lastIndexOf('/') + 1);
    return part.replace("~1", "/").replace("~0", "~");
  }
}
