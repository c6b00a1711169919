package io.gpurig.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Set;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/**
 * The two keys of a lab, made anew each time.
 *
 * @param user what the client logs in with
 * @param host what every host proves itself with
 */
record LabKeys(KeyPair user, KeyPair host) {
  static LabKeys generate() {
    Ed25519Registrar.register();
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519.ALGORITHM);
      return new LabKeys(generator.generateKeyPair(), generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  /** Writes the private key of the user in OpenSSH's format, for the owner's eyes only. */
  void writeUserKey(Path file) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(user, "gpurig-lab", null, text);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot encode the user's key", e);
    }
    Files.deleteIfExists(file);
    Files.createFile(
        file,
        PosixFilePermissions.asFileAttribute(
            Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
    Files.write(file, text.toByteArray());
  }

  /** Returns the line of a known_hosts file for a port of this machine. */
  String knownHost(int port) {
    return "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(host.getPublic());
  }
}
