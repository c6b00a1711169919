package io.gpurig.modules.toolkit;

import static java.util.function.Predicate.not;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FileFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One repository in apt's sources, in either of the two formats of sources.list(5).
 *
 * @param file where it stands
 * @param uri without a slash at its end
 * @param signedBy the keyring, if one is named
 */
record AptSource(String file, String uri, Optional<String> signedBy) {
  static final String FOLDER = "/etc/apt/sources.list.d";
  static final String LIST = "/etc/apt/sources.list";

  private static final Pattern ONE_LINE =
      Pattern.compile("deb(?:\\s+\\[(?<options>[^]]*)])?\\s+(?<uri>\\S+)\\s+\\S+.*");
  private static final Pattern SIGNED_BY =
      Pattern.compile("(?:^|\\s)signed-by=(\\S+)", Pattern.CASE_INSENSITIVE);

  /** Returns all that are switched on. */
  static List<AptSource> all(Facts facts) {
    List<AptSource> sources = new ArrayList<>();
    facts.file(LIST).map(FileFact::content).ifPresent(text -> lines(LIST, text, sources));
    facts
        .folder(FOLDER)
        .forEach(
            (name, file) -> {
              String path = FOLDER + "/" + name;
              if (name.endsWith(".list")) {
                lines(path, file.content(), sources);
              } else if (name.endsWith(".sources")) {
                stanzas(path, file.content(), sources);
              }
            });
    return sources;
  }

  private static void lines(String path, String content, List<AptSource> sources) {
    for (String line : content.lines().map(l -> l.replaceFirst("#.*", "").strip()).toList()) {
      Matcher source = ONE_LINE.matcher(line);
      if (source.matches()) {
        String options = Optional.ofNullable(source.group("options")).orElse("");
        Optional<String> key =
            SIGNED_BY.matcher(options).results().findFirst().map(m -> m.group(1));
        sources.add(new AptSource(path, trimmed(source.group("uri")), key));
      }
    }
  }

  private static void stanzas(String path, String content, List<AptSource> sources) {
    for (String stanza : content.split("\\n\\s*\\n")) {
      Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      stanza
          .lines()
          .filter(not(line -> line.startsWith("#")))
          .map(line -> line.split(":", 2))
          .filter(pair -> pair.length == 2)
          .forEach(pair -> fields.put(pair[0].strip(), pair[1].strip()));
      boolean on = !fields.getOrDefault("Enabled", "yes").matches("(?i)no|false|off|0");
      Optional<String> key =
          Optional.ofNullable(fields.get("Signed-By")).filter(not(String::isEmpty));
      if (on && List.of(fields.getOrDefault("Types", "").split("\\s+")).contains("deb")) {
        Stream.of(fields.getOrDefault("URIs", "").split("\\s+"))
            .filter(not(String::isEmpty))
            .forEach(uri -> sources.add(new AptSource(path, trimmed(uri), key)));
      }
    }
  }

  private static String trimmed(String uri) {
    return uri.replaceFirst("/+$", "");
  }
}
