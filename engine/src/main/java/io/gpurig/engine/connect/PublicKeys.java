package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer.PlainBuffer;

/** Public keys in the form that goes over the wire and into files: "blobs". */
final class PublicKeys {
  private PublicKeys() {}

  /** Returns the blob of a key. */
  static byte[] blob(PublicKey key) {
    return new PlainBuffer().putPublicKey(key).getCompactData();
  }

  /** Returns the key type that a blob starts with, such as {@code ssh-ed25519}. */
  static String type(byte[] blob) {
    if (blob.length < Integer.BYTES) {
      return "";
    }
    int length = ByteBuffer.wrap(blob).getInt();
    return length < 0 || length > blob.length - Integer.BYTES
        ? ""
        : new String(blob, Integer.BYTES, length, US_ASCII);
  }

  /** Returns the fingerprint as {@code ssh-keygen -l} prints it. */
  static String fingerprint(byte[] blob) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns the short name that {@code ssh-keyscan -t} takes for a key type. */
  static String shortName(String type) {
    if (type.startsWith("ecdsa-")) {
      return "ecdsa";
    }
    return type.startsWith("ssh-rsa") || type.startsWith("rsa-") ? "rsa" : "ed25519";
  }
}
