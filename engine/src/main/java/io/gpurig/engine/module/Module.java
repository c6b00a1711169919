package io.gpurig.engine.module;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.plan.Section;
import java.util.List;

/**
 * One kind of thing that plans can ask for. A module never opens a connection.
 *
 * @param <D> what the module's section asks for
 */
public interface Module<D> {
  /** The section of a module that changes nothing and is asked about every plan as a whole. */
  String WHOLE_PLAN = "";

  /** Returns the name of the module's section in a plan, or {@link #WHOLE_PLAN}. */
  String section();

  /** Returns what a section asks for. */
  D desired(Section section);

  /** Returns what must be known of a host. */
  List<Read> reads(D desired);

  /**
   * Returns the smallest section, as YAML, for which everything is read that this module ever
   * reads: what to ask of a host for which there is no plan.
   */
  default String survey() {
    return "{deploy: true}";
  }

  /**
   * Returns what is wrong with a section whatever the host is: what `gpurig validate` says. A pure
   * function.
   */
  default List<Finding> check(D desired) {
    return List.of();
  }

  /**
   * Compares what a host is with what it should be. A pure function: no input or output, no clock,
   * no randomness. On the facts as they are after its changes it finds nothing.
   */
  Diff diff(D desired, Facts facts);
}
