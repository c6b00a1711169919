package io.gpurig.engine.connect;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of some known_hosts files, and how one is added. */
record KnownHosts(List<KnownHost> lines) {
  /** Comments may hold any bytes. */
  private static final Charset UNDECODED = StandardCharsets.ISO_8859_1;

  /** Several hosts may be seen for the first time at once. */
  private static final ReentrantLock APPENDING = new ReentrantLock();

  /** A fleet's file has a line a host, and every connection asks for its own. */
  private static final Map<Path, Parsed> PARSED = new ConcurrentHashMap<>();

  KnownHosts {
    lines = List.copyOf(lines);
  }

  /** Reads those of the files that exist. */
  static KnownHosts read(List<Path> files) throws IOException {
    List<KnownHost> lines = new ArrayList<>();
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        lines.addAll(lines(file));
      }
    }
    return new KnownHosts(lines);
  }

  private static List<KnownHost> lines(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    Parsed known = PARSED.get(file);
    if (known == null || !known.isOf(now)) {
      List<KnownHost> lines = parse(Files.readString(file, UNDECODED), file).toList();
      known = new Parsed(now.lastModifiedTime(), now.size(), now.fileKey(), lines);
      PARSED.put(file, known);
    }
    return known.lines();
  }

  /** What a file said when it was last read. */
  private record Parsed(
      FileTime modified, long size, @Nullable Object inode, List<KnownHost> lines) {
    boolean isOf(BasicFileAttributes file) {
      return modified.equals(file.lastModifiedTime())
          && size == file.size()
          && Objects.equals(inode, file.fileKey());
    }
  }

  /**
   * Returns these keys alone, for any host, if there are some; those that are revoked stay so.
   *
   * @param keys as in known_hosts, without the name of the host
   */
  KnownHosts pinned(List<String> keys) {
    if (keys.isEmpty()) {
      return this;
    }
    List<KnownHost> pinned = new ArrayList<>(lines);
    pinned.removeIf(line -> !line.is(KnownHost.Marker.REVOKED));
    for (int i = 0; i < keys.size(); i++) {
      pin(keys.get(i), i + 1).ifPresent(pinned::add);
    }
    return new KnownHosts(pinned);
  }

  /** Reads a key that is pinned: {@code [@cert-authority] TYPE BASE64}. */
  static Optional<KnownHost> pin(String key, int number) {
    String text = key.strip().replaceFirst("^(@cert-authority\\s+)?", "$1* ");
    return KnownHost.parse(text, Path.of("ansible_ssh_host_key"), number);
  }

  /**
   * Returns the lines about a host by any of its names alone. A file has as many lines as a fleet
   * has hosts, and every connection keeps what it is given.
   */
  KnownHosts only(String... names) {
    return new KnownHosts(
        lines.stream().filter(line -> Stream.of(names).anyMatch(line::matches)).toList());
  }

  /** Returns the lines about a host. */
  List<KnownHost> about(String host) {
    return lines.stream().filter(line -> line.matches(host)).toList();
  }

  /** Returns the name under which a host is listed. */
  static String name(String address, int port) {
    String lower = address.toLowerCase(Locale.ROOT);
    return port == 22 ? lower : "[" + lower + "]:" + port;
  }

  /**
   * Adds a line in one write, unless a line about this host and key is there already. Other threads
   * and other gpurig processes wait meanwhile; a file whose last line is unfinished is mended.
   */
  static void append(Path file, String host, byte[] blob, boolean hashed) throws IOException {
    APPENDING.lock();
    try (FileChannel channel = open(file);
        FileLock held = channel.lock()) {
      // read through the locked channel: closing another one would give up the lock
      String text = UNDECODED.decode(channel.map(READ_ONLY, 0, channel.size())).toString();
      boolean listed =
          parse(text, file)
              .anyMatch(
                  line -> line.is(KnownHost.Marker.PLAIN) && line.matches(host) && line.has(blob));
      if (held.isValid() && !listed) {
        String line =
            "%s%s %s %s\n"
                .formatted(
                    text.isEmpty() || text.endsWith("\n") ? "" : "\n",
                    hashed ? KnownHost.hash(host) : host,
                    PublicKeys.type(blob),
                    Base64.getEncoder().encodeToString(blob));
        channel.write(UNDECODED.encode(line), channel.size());
      }
    } finally {
      APPENDING.unlock();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder, asFileAttribute(fromString("rwx------")));
    }
    return FileChannel.open(
        file, Set.of(CREATE, READ, WRITE), asFileAttribute(fromString("rw-------")));
  }

  private static Stream<KnownHost> parse(String text, Path file) {
    List<String> lines = text.lines().toList();
    return IntStream.range(0, lines.size())
        .boxed()
        .flatMap(i -> KnownHost.parse(lines.get(i), file, i + 1).stream());
  }
}
