package io.gpurig.engine.connect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * PEM files encrypted the way of old OpenSSL (PEM_read_bio, RFC 1421 headers), which the SSH
 * library opens with Bouncy Castle alone.
 */
final class OldPem {
  private static final Pattern FILE =
      Pattern.compile(
          "-----BEGIN ([A-Z ]+)-----\\s+Proc-Type: 4,ENCRYPTED\\s+"
              + "DEK-Info: AES-(128|192|256)-CBC,([0-9A-F]{32})\\s+([A-Za-z0-9+/=\\s]+)-----END");
  private static final int SALT = 8;

  private OldPem() {}

  static boolean is(String text) {
    return text.contains("DEK-Info:");
  }

  /** Returns the file as it would be without encryption. */
  static String decrypt(String text, Password passphrase) throws IOException {
    Matcher file = FILE.matcher(text);
    if (!file.find()) {
      throw new IOException("its encryption is not supported");
    }
    byte[] iv = HexFormat.of().parseHex(file.group(3));
    byte[] secret = passphrase.reveal().getBytes(UTF_8);
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      byte[] key = key(secret, Arrays.copyOf(iv, SALT), Integer.parseInt(file.group(2)) / 8);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] plain = cipher.doFinal(Base64.getMimeDecoder().decode(file.group(4)));
      String body = Base64.getMimeEncoder(64, "\n".getBytes(ISO_8859_1)).encodeToString(plain);
      return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(file.group(1), body);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the passphrase is wrong", e);
    }
  }

  /** OpenSSL's EVP_BytesToKey with MD5 and one round. */
  private static byte[] key(byte[] secret, byte[] salt, int length)
      throws GeneralSecurityException {
    MessageDigest md5 = MessageDigest.getInstance("MD5"); // what the file format says
    byte[] key = new byte[length];
    byte[] last = {};
    for (int done = 0; done < length; done += last.length) {
      md5.update(last);
      md5.update(secret);
      last = md5.digest(salt);
      System.arraycopy(last, 0, key, done, Math.min(last.length, length - done));
    }
    return key;
  }
}
