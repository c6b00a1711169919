package io.gpurig.modules.cdi;

import io.gpurig.engine.problem.Problem;
import io.gpurig.modules.cdi.GoYamlParser.Unparsable;
import io.gpurig.modules.cdi.SpecDecoder.Decoded;
import java.util.List;
import java.util.Optional;

/**
 * A spec file with the verdict of the Go library.
 *
 * @param path as messages name it
 * @param spec the spec, if the file could be decoded; it may be invalid all the same
 * @param problems what is wrong; the first is the one that the library reports
 * @param error what the library reports of a bad file, the text that Docker's log has too; empty if
 *     the file is good
 */
public record CdiFile(
    String path, Optional<CdiSpec> spec, List<Problem> problems, Optional<String> error) {
  private static final String CODE = "cdi/spec";
  private static final String UNMARSHAL = "failed to unmarshal CDI Spec: ";

  public CdiFile {
    problems = List.copyOf(problems);
  }

  /** Reads the bytes of a file. */
  public static CdiFile read(String path, byte[] content) {
    return CdiBytes.text(content)
        .map(text -> read(path, text))
        .orElseGet(
            () -> {
              String message = UNMARSHAL + "error converting YAML to JSON: yaml: invalid UTF-8";
              return bad(
                  path, List.of(), Optional.empty(), List.of(new Fault(message, Place.START)));
            });
  }

  /** Reads YAML or JSON; which of both it is does not depend on the name of the file. */
  public static CdiFile read(String path, String content) {
    // line breaks in YAML 1.1, which go-yaml reads; not so in YAML 1.2
    String text = content.replace('\u2028', '\n').replace('\u2029', '\n').replace('\u0085', '\n');
    List<String> lines = text.lines().toList();
    try {
      Optional<GoValue> value = GoYaml.read(text);
      if (value.isEmpty() || value.get() instanceof GoValue.Null) {
        Place place = value.map(GoValue::place).orElse(Place.START);
        String error = "failed to parse CDI Spec %s, no Spec data".formatted(GoText.quote(path));
        Fault fault = new Fault("no Spec data", place, "write a spec, or remove the file");
        return bad(path, lines, Optional.empty(), List.of(fault), error);
      }
      return decoded(path, lines, SpecDecoder.decode(value.get()));
    } catch (Unparsable e) {
      String message = UNMARSHAL + "error converting YAML to JSON: yaml: " + e.reason();
      return bad(path, lines, Optional.empty(), List.of(new Fault(message, e.place())));
    }
  }

  /**
   * Returns the file for one that cannot be read as text.
   *
   * @param problem why
   */
  public static CdiFile unreadable(String path, Problem problem) {
    String error =
        "failed to read CDI Spec %s: %s".formatted(GoText.quote(path), problem.message());
    return new CdiFile(path, Optional.empty(), List.of(problem), Optional.of(error));
  }

  private static CdiFile decoded(String path, List<String> lines, Decoded decoded) {
    if (!decoded.faults().isEmpty()) {
      List<Fault> faults =
          decoded.faults().stream()
              .map(f -> new Fault(UNMARSHAL + JSON_ERROR + f.message(), f.place(), f.fix()))
              .toList();
      return bad(path, lines, Optional.empty(), faults);
    }
    List<Fault> nulls = SpecRules.nulls(decoded);
    if (!nulls.isEmpty()) {
      return bad(path, lines, Optional.empty(), nulls, nulls.getFirst().message());
    }
    CdiSpec spec = SpecTree.spec(decoded.tree());
    List<Fault> faults = SpecRules.check(spec, decoded.places());
    return faults.isEmpty()
        ? new CdiFile(path, Optional.of(spec), List.of(), Optional.empty())
        : bad(path, lines, Optional.of(spec), faults, faults.getFirst().message());
  }

  private static final String JSON_ERROR = "error unmarshaling JSON: while decoding JSON: ";

  private static CdiFile bad(
      String path, List<String> lines, Optional<CdiSpec> spec, List<Fault> faults) {
    String error =
        "failed to parse CDI Spec %s: %s"
            .formatted(GoText.quote(path), faults.getFirst().message());
    return bad(path, lines, spec, faults, error);
  }

  private static CdiFile bad(
      String path, List<String> lines, Optional<CdiSpec> spec, List<Fault> faults, String error) {
    List<Problem> problems =
        faults.stream().distinct().map(fault -> problem(path, lines, fault)).toList();
    return new CdiFile(path, spec, problems, Optional.of(error));
  }

  private static Problem problem(String path, List<String> lines, Fault fault) {
    Problem problem =
        Problem.error(
            CODE, fault.place().in(path, lines), fault.message().replaceAll("\\s*\n\\s*", " "));
    return fault.fix().isEmpty() ? problem : problem.suggest(fault.fix());
  }

  /** Returns the file as a library reads it that knows no newer specification than this. */
  public CdiFile knownTo(CdiVersion newest) {
    boolean newer =
        spec.flatMap(s -> CdiVersion.of(s.version()))
            .filter(version -> version.compareTo(newest) > 0)
            .isPresent();
    if (!isValid() || !newer) {
      return this;
    }
    String version = spec.map(CdiSpec::version).orElse("");
    String message = "invalid CDI Spec: invalid version " + GoText.quote(version);
    return new CdiFile(path, spec, List.of(Problem.error(CODE, message)), Optional.of(message));
  }

  /** Returns whether the library takes the file. */
  public boolean isValid() {
    return error.isEmpty();
  }

  /** Returns whether the library reads files of this name: they end in .json or .yaml. */
  public static boolean isNamedLikeOne(String path) {
    return path.endsWith(".json") || path.endsWith(".yaml");
  }
}
