package io.gpurig.engine.fact;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes apart what {@code read.sh} writes. A host may send anything; none of it is trusted. */
final class ReadAnswer {
  private static final int CONTENT_LIMIT = 1 << 20;
  private static final int LONGEST_HEADER = 80;
  private static final Pattern STAT = Pattern.compile("([0-7]{3,5}) (\\d+:\\d+) (/.*)");
  private static final Pattern DENIED = Pattern.compile("stat: .*'?(/[^']+?)'?: Permission denied");

  private final String host;
  private final List<Read> reads;
  private final Map<String, Optional<FileFact>> files = new HashMap<>();
  private final Map<String, CommandFact> commands = new HashMap<>();
  private final Map<String, List<DeviceUser>> users = new HashMap<>();
  private final Map<String, Stat> stats = new HashMap<>();
  private final Set<String> hidden = new HashSet<>();
  private Optional<Map<String, PciFact>> pci = Optional.empty();
  private boolean hex;
  private String root = "";

  private record Stat(String mode, String owner) {
    String fourDigits() {
      return "0".repeat(Math.max(0, 4 - mode.length())) + mode;
    }
  }

  ReadAnswer(String host, List<Read> reads) {
    this.host = host;
    this.reads = reads;
  }

  /** Walks the lines where they are: an answer of nothing but line ends would be a huge list. */
  Facts parse(byte[] output) throws UnreadableAnswerException {
    boolean begun = false;
    String header = "";
    int content = 0;
    for (int line = 0; line < output.length; ) {
      int end = lineEnd(output, line);
      // a banner of the login shell may stand before our first line
      if (!begun && text(output, line, end).startsWith("%gpurig 1 ")) {
        begun = true;
        hex = text(output, line, end).endsWith("hex");
        content = end + 1;
      } else if (begun && output[line] == '%') {
        close(header, output, content, line);
        header = text(output, line, end);
        content = end + 1;
      }
      line = end + 1;
    }
    if (!header.equals("%end") || content < output.length) {
      throw new UnreadableAnswerException("the read script did not run to its end");
    }
    Facts facts = new Facts(host, files, commands, pci, users, Optional.empty());
    if (!facts.missing(reads).isEmpty()) {
      throw new UnreadableAnswerException("the read script left out " + facts.missing(reads));
    }
    return facts;
  }

  private void close(String header, byte[] output, int from, int to)
      throws UnreadableAnswerException {
    if (!header.isEmpty()) {
      frame(header, decode(output, from, to));
    } else if (from < to) {
      throw unknown("what stands before the first answer");
    }
  }

  private static int lineEnd(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  /** Returns a line of ours, which is short; of another as much as is worth showing. */
  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, Math.min(to - from, LONGEST_HEADER), ISO_8859_1).stripTrailing();
  }

  private static UnreadableAnswerException unknown(String header) {
    return new UnreadableAnswerException("unknown answer: " + header);
  }

  private void frame(String header, byte[] content) throws UnreadableAnswerException {
    String[] words = header.split(" ");
    switch (words[0]) {
      case "%stat" -> stat(text(content));
      case "%root" -> root = text(content).stripTrailing();
      case "%absent", "%directory", "%other", "%unreadable", "%file" -> {
        switch (read(words)) {
          case Read.File(String path) -> files.put(path, file(words[0], path, content));
          case Read.Folder(String path) -> files.put(path, folder(words[0], path));
          default -> throw unknown(header);
        }
      }
      case "%entry" -> {
        if (read(words) instanceof Read.Folder(String path)) {
          entry(path, content);
        }
      }
      case "%command" -> {
        if (read(words) instanceof Read.Command command) {
          commands.put(command.line(), command(content));
        }
      }
      case "%missing" -> {
        if (read(words) instanceof Read.Command command) {
          commands.put(command.line(), CommandFact.NOT_FOUND);
        }
      }
      case "%pci" -> pci = Optional.of(Listings.pci(text(content)));
      case "%users" -> {
        if (read(words) instanceof Read.DeviceUsers(String prefix)) {
          users.put(prefix, Listings.users(text(content)));
        }
      }
      default -> throw unknown(header);
    }
  }

  private Read read(String[] words) throws UnreadableAnswerException {
    try {
      return reads.get(Integer.parseInt(words[1]));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw unknown(String.join(" ", words));
    }
  }

  private void stat(String content) {
    for (String line : Listings.lines(content)) {
      Matcher found = STAT.matcher(line);
      Matcher denied = DENIED.matcher(line);
      if (found.matches()) {
        stats.put(onHost(found.group(3)), new Stat(found.group(1), found.group(2)));
      } else if (denied.matches()) {
        hidden.add(onHost(denied.group(1)));
      }
    }
  }

  /** Under GPURIG_ROOT the host prints longer paths than we asked for. */
  private String onHost(String printed) {
    return printed.startsWith(root) ? printed.substring(root.length()) : printed;
  }

  private Optional<FileFact> file(String kind, String path, byte[] content) {
    if (kind.equals("%absent") && !hidden.contains(path)) {
      return Optional.empty();
    }
    FileFact.Type type =
        switch (kind) {
          case "%directory" -> FileFact.Type.DIRECTORY;
          case "%file", "%unreadable" -> FileFact.Type.FILE;
          default -> FileFact.Type.OTHER;
        };
    Stat stat = stats.getOrDefault(path, new Stat("0", "0:0"));
    byte[] kept = content.length > CONTENT_LIMIT ? Arrays.copyOf(content, CONTENT_LIMIT) : content;
    Optional<String> error =
        switch (kind) {
          case "%absent", "%unreadable" -> Optional.of("permission denied");
          default ->
              content.length > CONTENT_LIMIT ? Optional.of("larger than 1 MiB") : Optional.empty();
        };
    Optional<String> utf8 = utf8(kept);
    String shown = utf8.orElseGet(() -> Base64.getEncoder().encodeToString(kept));
    return Optional.of(
        new FileFact(type, stat.fourDigits(), stat.owner(), shown, utf8.isEmpty(), error));
  }

  private Optional<FileFact> folder(String kind, String path) {
    return file(kind, path, new byte[0])
        .map(
            found ->
                kind.equals("%unreadable")
                    ? new FileFact(
                        FileFact.Type.DIRECTORY,
                        found.mode(),
                        found.owner(),
                        "",
                        false,
                        found.error())
                    : found);
  }

  private void entry(String folder, byte[] content) throws UnreadableAnswerException {
    int end = 0;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    String line = text(Arrays.copyOf(content, end));
    if (end == content.length || line.length() < 2 || line.indexOf('/') >= 0) {
      throw new UnreadableAnswerException("a folder's entry has no name");
    }
    String path = folder + "/" + line.substring(1);
    String kind = line.startsWith("r") ? "%file" : "%unreadable";
    files.put(path, file(kind, path, Arrays.copyOfRange(content, end + 1, content.length)));
  }

  private CommandFact command(byte[] content) throws UnreadableAnswerException {
    int errorsEnd = lastNewline(content, content.length);
    int errorsLength = number(content, errorsEnd + 1, content.length);
    int errorsStart = errorsEnd - errorsLength;
    if (errorsLength < 0 || errorsStart < 1 || content[errorsStart - 1] != '\n') {
      throw new UnreadableAnswerException("a command's answer is cut short");
    }
    byte[] errors = decode(content, errorsStart, errorsEnd);
    int statusAt = lastNewline(errors, errors.length);
    int exit = number(errors, statusAt + 1, errors.length);
    if (exit < 0) {
      throw new UnreadableAnswerException("a command's answer has no exit status");
    }
    return new CommandFact(
        exit,
        text(Arrays.copyOf(content, errorsStart - 1)),
        text(Arrays.copyOf(errors, Math.max(statusAt, 0))));
  }

  private byte[] decode(byte[] bytes, int from, int to) throws UnreadableAnswerException {
    byte[] packed = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] != '\n' && bytes[i] != '\r' && !(hex && bytes[i] == ' ')) {
        packed[length++] = bytes[i];
      }
    }
    try {
      byte[] encoded = Arrays.copyOf(packed, length);
      return hex
          ? HexFormat.of().parseHex(new String(encoded, ISO_8859_1))
          : Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new UnreadableAnswerException("an answer is not in its encoding");
    }
  }

  private static int lastNewline(byte[] bytes, int end) {
    int at = end - 1;
    while (at >= 0 && bytes[at] != '\n') {
      at--;
    }
    return at;
  }

  /** Returns the number that stands there, -1 if none does. */
  private static int number(byte[] bytes, int from, int to) {
    try {
      return Integer.parseInt(new String(bytes, from, Math.max(0, to - from), ISO_8859_1).strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
