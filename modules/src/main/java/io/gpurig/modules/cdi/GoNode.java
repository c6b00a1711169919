package io.gpurig.modules.cdi;

import java.util.List;

/** A node as the parser of go-yaml v2 leaves it, before scalars have types. */
sealed interface GoNode {
  Place place();

  /**
   * @param tag empty if there is none
   * @param implicit whether its type is told from its text when it has no tag
   */
  record Scalar(String text, String tag, boolean implicit, Place place) implements GoNode {}

  record Sequence(List<GoNode> items, Place place) implements GoNode {}

  /**
   * @param children keys and values in turn
   */
  record Mapping(List<GoNode> children, Place place) implements GoNode {}

  /**
   * @param target an anchor may stand around its own alias, so it is filled in later
   */
  record Alias(String name, Anchor target, Place place) implements GoNode {}

  /** What an alias stands for. */
  final class Anchor {
    private GoNode node = new Scalar("", "", true, Place.START);

    GoNode node() {
      return node;
    }

    void set(GoNode target) {
      node = target;
    }
  }

  /** Whether this is the key of a merge, {@code <<}. */
  default boolean isMerge() {
    return this instanceof Scalar(String text, String tag, boolean implicit, Place place)
        && text.equals("<<")
        && (tag.isEmpty() ? implicit : tag.equals("tag:yaml.org,2002:merge"));
  }
}
