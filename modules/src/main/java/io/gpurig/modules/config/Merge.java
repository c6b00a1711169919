package io.gpurig.modules.config;

import java.util.List;
import java.util.Optional;

/**
 * What a plan wants to have in a file that belongs to the host. Both methods leave alone what is
 * right already.
 */
public interface Merge {
  /**
   * Returns the file that has this text.
   *
   * @throws ConfigSyntaxException if it has no such meaning
   */
  ConfigText parse(String text) throws ConfigSyntaxException;

  /** Returns the names of the entries that are put into the file. */
  List<String> names();

  /**
   * Returns the file with the entries.
   *
   * @param before the file as it was before gpurig put anything into it, if that is known
   */
  ConfigText put(ConfigText file, Optional<ConfigText> before) throws ConfigSyntaxException;

  /**
   * Returns the file without entries.
   *
   * @param names of the entries
   * @param before as above: values that had been there come back
   */
  ConfigText takeOut(ConfigText file, List<String> names, Optional<ConfigText> before)
      throws ConfigSyntaxException;
}
