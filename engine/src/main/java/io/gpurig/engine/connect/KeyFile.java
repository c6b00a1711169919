package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer.PlainBuffer;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.userauth.keyprovider.FileKeyProvider;
import net.schmizz.sshj.userauth.keyprovider.PKCS8KeyFile;
import net.schmizz.sshj.userauth.password.PasswordUtils;

/**
 * A private key file, of OpenSSH's own format or PEM.
 *
 * @param path the file
 * @param text its content
 * @param locked whether it needs a passphrase
 * @param blob the public key, as far as it can be known without the passphrase
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record KeyFile(Path path, String text, boolean locked, Optional<byte[]> blob) {
  private static final String OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(ISO_8859_1);

  /** Reads a file; the private key itself is decoded only when it is asked for. */
  static KeyFile read(Path path) throws IOException {
    String text = Files.readString(path, ISO_8859_1);
    if (text.contains(OPENSSH)) {
      PlainBuffer buffer = openSsh(text);
      boolean locked = !"none".equals(buffer.readString());
      buffer.readBytes(); // name of the key derivation
      buffer.readBytes(); // its options
      buffer.readUInt32(); // number of keys, always 1
      return new KeyFile(path, text, locked, Optional.of(buffer.readBytes()));
    }
    if (!text.contains("PRIVATE KEY-----")) {
      throw new IOException("not a private key");
    }
    return new KeyFile(path, text, text.contains("ENCRYPTED"), beside(path, ".pub"));
  }

  private static PlainBuffer openSsh(String text) throws IOException {
    int start = text.indexOf(OPENSSH) + OPENSSH.length();
    int end = text.indexOf("-----END", start);
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text.substring(start, Math.max(start, end)));
      PlainBuffer buffer = new PlainBuffer(bytes);
      byte[] magic = new byte[MAGIC.length];
      buffer.readRawBytes(magic);
      return buffer;
    } catch (IllegalArgumentException e) {
      throw new IOException("not a private key", e);
    }
  }

  /** Returns the public key of a file: of a private key, a public key, or of one beside it. */
  static Optional<byte[]> publicKey(Path path) {
    try {
      return isPublic(path) ? beside(path, "") : read(path).blob();
    } catch (IOException absent) {
      return beside(path, ".pub"); // the private key may be in the agent alone
    }
  }

  /** Returns whether a file has a public key, not a private one. */
  static boolean isPublic(Path path) {
    try {
      return Files.readString(path, ISO_8859_1).matches("(?s)\\s*(ssh|ecdsa|sk)-[^\n]*\\s*");
    } catch (IOException absent) {
      return false;
    }
  }

  private static Optional<byte[]> beside(Path path, String suffix) {
    Path file = path.resolveSibling(path.getFileName() + suffix);
    try {
      String[] words = Files.readString(file, ISO_8859_1).strip().split("\\s+");
      return words.length < 2
          ? Optional.empty()
          : Optional.of(Base64.getDecoder().decode(words[1]));
    } catch (IOException | IllegalArgumentException absent) {
      return Optional.empty();
    }
  }

  /**
   * Decodes the private key.
   *
   * @param passphrase for a key that needs one
   */
  KeyPair keys(Optional<Password> passphrase) throws IOException {
    boolean old = OldPem.is(text) && passphrase.isPresent();
    String plain = old ? OldPem.decrypt(text, passphrase.get()) : text;
    FileKeyProvider provider =
        text.contains(OPENSSH) ? new OpenSSHKeyV1KeyFile() : new PKCS8KeyFile();
    // not by its path: a foreign .pub file beside it would win
    provider.init(
        plain,
        null,
        passphrase
            .map(known -> PasswordUtils.createOneOff(known.reveal().toCharArray()))
            .orElse(null));
    try {
      return new KeyPair(provider.getPublic(), provider.getPrivate());
    } catch (SSHRuntimeException | IllegalArgumentException e) {
      throw new IOException("its format is not supported", e);
    }
  }

  /** Returns a signature with its name, in the form that goes over the wire. */
  static byte[] sign(KeyPair keys, byte[] data) throws IOException {
    Signature signature =
        switch (PublicKeys.type(PublicKeys.blob(keys.getPublic()))) {
          case "ssh-rsa" -> KeyAlgorithms.RSASHA512().create().newSignature();
          case "ssh-ed25519" -> KeyAlgorithms.EdDSA25519().create().newSignature();
          case "ecdsa-sha2-nistp256" -> KeyAlgorithms.ECDSASHANistp256().create().newSignature();
          case "ecdsa-sha2-nistp384" -> KeyAlgorithms.ECDSASHANistp384().create().newSignature();
          case "ecdsa-sha2-nistp521" -> KeyAlgorithms.ECDSASHANistp521().create().newSignature();
          default -> throw new IOException("keys of its type are not supported");
        };
    signature.initSign(keys.getPrivate());
    signature.update(data);
    return new PlainBuffer()
        .putString(signature.getSignatureName())
        .putBytes(signature.encode(signature.sign()))
        .getCompactData();
  }
}
