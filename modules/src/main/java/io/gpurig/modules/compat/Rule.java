package io.gpurig.modules.compat;

import static java.util.Objects.requireNonNull;

import io.gpurig.engine.fact.Read;
import io.gpurig.engine.problem.Severity;
import java.util.List;

/**
 * Something that cannot be right on a host.
 *
 * @param id a stable name
 * @param severity error: GPUs or containers do not work; warning: they may stop to; refused: an
 *     apply does not bring it about
 * @param source the document or the file of the upstream project that says so
 * @param what is wrong, as a sentence without a full stop
 * @param fix what to do, and what to write in the plan
 * @param sections those sections of plans that it bears on: the first that a plan has is where the
 *     finding is shown
 * @param reads what must be known to tell; what is not known is taken to be right
 * @param check tells how it shows on a host: a sentence each time, none if all is well
 */
record Rule(
    String id,
    Severity severity,
    String source,
    String what,
    String fix,
    List<String> sections,
    List<Read> reads,
    Check check) {
  Rule {
    requireNonNull(id, "id is null");
    requireNonNull(severity, "severity is null");
    requireNonNull(source, "source is null");
    requireNonNull(what, "what is null");
    requireNonNull(fix, "fix is null");
    sections = List.copyOf(sections);
    reads = List.copyOf(reads);
    requireNonNull(check, "check is null");
  }

  /** Looks at a host. A pure function. */
  @FunctionalInterface
  interface Check {
    List<String> of(HostState host);
  }
}
