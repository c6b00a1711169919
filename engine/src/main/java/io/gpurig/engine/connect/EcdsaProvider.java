package io.gpurig.engine.connect;

import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyFactorySpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.List;

/**
 * Gives the JDK's key factory "EC" the name "ECDSA", by which sshj asks for it: without Bouncy
 * Castle nobody else knows that name.
 */
final class EcdsaProvider extends Provider {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "gpurig-ecdsa";

  private EcdsaProvider() {
    super(NAME, "1", "the key factory EC under the name ECDSA");
    putService(
        new Service(this, "KeyFactory", "ECDSA", Factory.class.getName(), List.of(), null) {
          @Override
          public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            return new Factory();
          }
        });
  }

  /** Makes the name known to this JVM, once. */
  static void install() {
    if (Security.getProvider(NAME) == null) {
      Security.addProvider(new EcdsaProvider());
    }
  }

  private static final class Factory extends KeyFactorySpi {
    private final KeyFactory delegate;

    Factory() throws NoSuchAlgorithmException {
      delegate = KeyFactory.getInstance("EC");
    }

    @Override
    protected PublicKey engineGeneratePublic(KeySpec spec) throws InvalidKeySpecException {
      return delegate.generatePublic(spec);
    }

    @Override
    protected PrivateKey engineGeneratePrivate(KeySpec spec) throws InvalidKeySpecException {
      return delegate.generatePrivate(spec);
    }

    @Override
    protected <T extends KeySpec> T engineGetKeySpec(Key key, Class<T> type)
        throws InvalidKeySpecException {
      return delegate.getKeySpec(key, type);
    }

    @Override
    protected Key engineTranslateKey(Key key) throws InvalidKeyException {
      return delegate.translateKey(key);
    }
  }
}
