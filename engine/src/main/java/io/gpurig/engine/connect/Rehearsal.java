package io.gpurig.engine.connect;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import javax.crypto.KeyAgreement;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.cipher.Cipher;
import net.schmizz.sshj.transport.digest.Digest;
import net.schmizz.sshj.transport.digest.SHA256;

/**
 * The cryptography of a connection, done once for nobody and with nothing kept: its first time in a
 * process takes far longer than any later one, for classes to be linked, providers found and code
 * compiled.
 */
final class Rehearsal {
  private Rehearsal() {}

  static void run() {
    try {
      SshAlgorithms.SHARED.getRandomFactory().create().fill(new byte[16]);
      exchange();
      sign();
      encrypt();
    } catch (GeneralSecurityException | IOException | RuntimeException missing) {
      // a connection that needs it will say what is wrong
    }
  }

  private static void exchange() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(generator.generateKeyPair().getPrivate());
    agreement.doPhase(generator.generateKeyPair().getPublic(), true);
    agreement.generateSecret();
  }

  private static void sign() throws GeneralSecurityException, IOException {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Digest digest = new SHA256.Factory().create();
    digest.init();
    byte[] data = digest.digest();
    byte[] signed = KeyFile.sign(keys, data);
    Signature check = KeyAlgorithms.EdDSA25519().create().newSignature();
    check.initVerify(keys.getPublic());
    check.update(data);
    check.verify(signed);
  }

  private static void encrypt() {
    Cipher cipher = GcmCiphers.AES128GCM().create();
    cipher.init(Cipher.Mode.Encrypt, new byte[cipher.getBlockSize()], new byte[cipher.getIVSize()]);
    int head = Integer.BYTES;
    byte[] packet = new byte[head + 4 * cipher.getBlockSize() + cipher.getAuthenticationTagSize()];
    cipher.updateWithAAD(packet, 0, head, 4 * cipher.getBlockSize());
  }
}
