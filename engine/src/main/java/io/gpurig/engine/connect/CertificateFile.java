package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer.BufferException;
import net.schmizz.sshj.common.Buffer.PlainBuffer;

/**
 * A certificate for a user's key, as {@code ssh-keygen -s} writes it.
 *
 * @param path the file
 * @param blob the certificate
 * @param key the blob of the key that it is for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CertificateFile(Path path, byte[] blob, byte[] key) {

  static CertificateFile read(Path path) throws IOException {
    String[] words = Files.readString(path, ISO_8859_1).strip().split("\\s+");
    try {
      byte[] blob = Base64.getDecoder().decode(words.length < 2 ? "" : words[1]);
      PublicKey key = new PlainBuffer(blob).readPublicKey();
      if (!(key instanceof Certificate<?> certificate)) {
        throw new IOException("not a certificate");
      }
      return new CertificateFile(path, blob, PublicKeys.blob(certificate.getKey()));
    } catch (IllegalArgumentException | BufferException e) {
      throw new IOException("not a certificate", e);
    }
  }

  /** Reads a certificate that need not be there. */
  static Optional<CertificateFile> ifThere(Path path) {
    try {
      return Optional.of(read(path));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }
}
