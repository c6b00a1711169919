package io.gpurig.engine.connect;

import java.io.IOException;

/**
 * A key or certificate to log in with.
 *
 * @param label how to name it to the user
 * @param blob what the server gets to see
 * @param signer what proves that it is ours
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Identity(String label, byte[] blob, Signer signer) {

  /** Signs with the private key, wherever that is. */
  @FunctionalInterface
  interface Signer {
    /** Returns a signature with its name, in the form that goes over the wire. */
    byte[] sign(byte[] data) throws IOException;
  }

  /** Returns the name of the algorithm to announce: never SHA-1, also for RSA. */
  String algorithm() {
    String type = PublicKeys.type(blob);
    return type.startsWith("ssh-rsa") ? type.replace("ssh-rsa", "rsa-sha2-512") : type;
  }

  /** Returns the label with type and fingerprint. */
  String describe() {
    return "%s (%s %s)".formatted(label, PublicKeys.type(blob), PublicKeys.fingerprint(blob));
  }
}
