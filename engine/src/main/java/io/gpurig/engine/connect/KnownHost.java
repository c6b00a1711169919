package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpurig.engine.connect.config.Patterns;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One line of a known_hosts file.
 *
 * @param marker what the line says about its key
 * @param hosts the host names it is about: patterns, or one hashed name
 * @param blob the key
 * @param file where it is written
 * @param line the line number, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record KnownHost(Marker marker, String hosts, byte[] blob, Path file, int line) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a line says about its key. */
  enum Marker {
    /** It is the host's own. */
    PLAIN,
    /** It signs the certificates of hosts. */
    CERT_AUTHORITY,
    /** It must not be accepted. */
    REVOKED
  }

  /** Returns what a line says, or nothing for comments and lines that make no sense. */
  static Optional<KnownHost> parse(String text, Path file, int line) {
    List<String> words = List.of(text.strip().split("\\s+"));
    Marker marker = marker(words.getFirst());
    int first = marker == Marker.PLAIN ? 0 : 1;
    if (words.getFirst().startsWith("#") || words.size() < first + 3) {
      return Optional.empty();
    }
    try {
      byte[] blob = Base64.getDecoder().decode(words.get(first + 2));
      return PublicKeys.type(blob).equals(words.get(first + 1))
          ? Optional.of(new KnownHost(marker, words.get(first), blob, file, line))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static Marker marker(String word) {
    return switch (word) {
      case "@cert-authority" -> Marker.CERT_AUTHORITY;
      case "@revoked" -> Marker.REVOKED;
      default -> Marker.PLAIN;
    };
  }

  /** Returns whether the line is about this host: {@code name}, or {@code [name]:port}. */
  boolean matches(String host) {
    if (hosts.startsWith("|1|")) {
      return matchesHash(host);
    }
    return Patterns.listMatches(hosts.toLowerCase(Locale.ROOT), host);
  }

  private boolean matchesHash(String host) {
    String[] parts = hosts.split("\\|", -1);
    if (parts.length != 4) {
      return false;
    }
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      return MessageDigest.isEqual(base64.decode(parts[3]), mac(base64.decode(parts[2]), host));
    } catch (GeneralSecurityException | IllegalArgumentException notAHash) {
      return false;
    }
  }

  /** Returns a host name as it is written where nobody shall read it (OpenSSH's hostfile.c). */
  static String hash(String host) {
    byte[] salt = new byte[20]; // as long as the hash
    RANDOM.nextBytes(salt);
    try {
      Base64.Encoder base64 = Base64.getEncoder();
      return "|1|%s|%s"
          .formatted(base64.encodeToString(salt), base64.encodeToString(mac(salt, host)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA1", e);
    }
  }

  private static byte[] mac(byte[] salt, String host) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1"); // what the file format says
    mac.init(new SecretKeySpec(salt, "HmacSHA1"));
    return mac.doFinal(host.getBytes(UTF_8));
  }

  boolean is(Marker wanted) {
    return marker == wanted;
  }

  boolean has(byte[] key) {
    return Arrays.equals(blob, key);
  }

  /** Returns {@code file:line}. */
  String place() {
    return file + ":" + line;
  }
}
