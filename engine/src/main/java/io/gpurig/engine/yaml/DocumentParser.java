package io.gpurig.engine.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.Schema;

/** Reads one text into one {@link Document}. */
final class DocumentParser {
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setUseMarks(true)
          .setSchema(new PlainCoreSchema())
          .setCodePointLimit(InputFile.MAX_BYTES)
          // TreeBuilder counts what aliases expand to, which is what matters
          .setMaxAliasesForCollections(Integer.MAX_VALUE)
          .setAllowNonScalarKeys(true)
          // with the default of 1024, the time for one long line grows with its square
          .setBufferSize(1 << 16)
          .build();

  private final String name;
  private final String text;
  private final Problems problems;
  private final List<String> lines;

  DocumentParser(String name, String text, Problems problems) {
    this.name = name;
    this.text = text;
    this.problems = problems;
    this.lines = text.lines().toList();
  }

  Optional<Document> parse() {
    if (text.length() > InputFile.MAX_BYTES) {
      problems.add(InputFile.tooBig(name));
      return Optional.empty();
    }
    try {
      return compose();
    } catch (MarkedYamlEngineException e) {
      problems.add(SyntaxProblem.of(e, name, lines));
    } catch (ReaderException e) {
      problems.add(SyntaxProblem.of(e, name, text, lines));
    } catch (GuardedParser.LimitException e) {
      problems.add(Problem.error("yaml/limit", e.span().in(name, lines), e.reason()));
    } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // the parser throws these two for some malformed directives and tags
      problems.add(
          Problem.error(
              "yaml/syntax",
              new Span(1, 1, 1).in(name, lines),
              "this is not YAML: " + e.getMessage()));
    }
    return Optional.empty();
  }

  private Optional<Document> compose() {
    Composer composer = new Composer(SETTINGS, new GuardedParser(SETTINGS, text));
    if (!composer.hasNext()) {
      return empty();
    }
    Node root = composer.next();
    TreeBuilder builder = new TreeBuilder(name, lines, problems);
    JsonNode tree = builder.build(root);
    if (composer.hasNext()) {
      Span second = Span.of(composer.next().getStartMark());
      problems.add(
          Problem.error(
                  "yaml/second-document",
                  second.in(name, lines),
                  "a second document begins here, but a file holds one")
              .suggest("move it to a file of its own"));
    }
    if (tree.isNull()) {
      return empty();
    }
    return Optional.of(new Document(name, text, tree, builder.places()));
  }

  private Optional<Document> empty() {
    problems.add(
        Problem.error("yaml/empty", new Span(1, 1, 1).in(name, lines), "the document is empty"));
    return Optional.empty();
  }

  /** The core schema, without merge keys and variables, which {@link TreeBuilder} must see. */
  private static final class PlainCoreSchema implements Schema {
    private final ScalarResolver core = new CoreScalarResolver(false);

    @Override
    public ScalarResolver getScalarResolver() {
      return (value, implicit) -> {
        Tag tag = core.resolve(value, implicit);
        return tag.equals(Tag.ENV_TAG) ? Tag.STR : tag;
      };
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
      return Map.of();
    }
  }
}
