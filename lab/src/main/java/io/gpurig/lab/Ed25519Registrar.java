package io.gpurig.lab;

import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.loader.openssh.OpenSSHKeyPairResourceParser;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;

/** Tells MINA that the JDK has Ed25519. */
final class Ed25519Registrar extends AbstractSecurityProviderRegistrar {
  private static final Ed25519 SUPPORT = new Ed25519();

  private Ed25519Registrar() {
    super("SunEC");
  }

  /** Registers it once per process, unless another library has brought Ed25519 already. */
  static synchronized void register() {
    if (SecurityUtils.isEDDSACurveSupported()) {
      return;
    }
    SecurityUtils.registerSecurityProvider(new Ed25519Registrar());
    // MINA fills these tables when it is first used, which may have been before now
    KeyUtils.registerPublicKeyEntryDecoder(SUPPORT.getEDDSAPublicKeyEntryDecoder());
    OpenSSHKeyPairResourceParser.registerPrivateKeyEntryDecoder(
        SUPPORT.getOpenSSHEDDSAPrivateKeyEntryDecoder());
  }

  @Override
  public boolean isSupported() {
    return getSecurityProvider() != null;
  }

  @Override
  public boolean isNamedProviderUsed() {
    return false; // the JDK finds its own
  }

  @Override
  public Provider getSecurityProvider() {
    return Security.getProvider("SunEC");
  }

  @Override
  public String getDefaultSecurityEntitySupportValue(Class<?> type) {
    return NO_OPTIONS_VALUE; // MINA takes everything else from the JDK anyway
  }

  @Override
  public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
    return Optional.of(SUPPORT);
  }
}
