package io.gpurig.engine.connect;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.mac.Macs;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.signature.SignatureRSA;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;

/**
 * What we offer to servers, best first: only algorithms without known weakness, all from the JDK.
 * One object serves every connection, since probing the library's default list costs milliseconds.
 */
final class SshAlgorithms extends ConfigImpl {
  /** The configuration that all connections share. */
  static final Config SHARED = new SshAlgorithms();

  private SshAlgorithms() {
    SecurityUtils.setRegisterBouncyCastle(false);
    EcdsaProvider.install();
    setLoggerFactory(LoggerFactory.DEFAULT);
    setVersion("gpurig");
    setKeepAliveProvider(KeepAliveProvider.KEEP_ALIVE); // stays off without an interval
    setRandomFactory(new SingletonRandomFactory(new JCERandom.Factory()));
    setCompressionFactories(List.of(new NoneCompression.Factory()));
    setKeyExchangeFactories(
        List.of(
            new Curve25519SHA256.Factory(),
            new Curve25519SHA256.FactoryLibSsh(),
            new ECDHNistP.Factory256(),
            DHGroups.Group14SHA256(),
            DHGroups.Group16SHA512()));
    setCipherFactories(
        List.of(
            GcmCiphers.AES128GCM(),
            GcmCiphers.AES256GCM(),
            BlockCiphers.AES128CTR(),
            BlockCiphers.AES256CTR()));
    setMACFactories(
        List.of(
            Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm(), Macs.HMACSHA2256(), Macs.HMACSHA2512()));
    setKeyAlgorithms(
        List.of(
            KeyAlgorithms.EdDSA25519CertV01(),
            KeyAlgorithms.ECDSASHANistp256CertV01(),
            KeyAlgorithms.ECDSASHANistp384CertV01(),
            KeyAlgorithms.ECDSASHANistp521CertV01(),
            rsaCertificate("rsa-sha2-512", new SignatureRSA.FactoryRSASHA512()),
            rsaCertificate("rsa-sha2-256", new SignatureRSA.FactoryRSASHA256()),
            KeyAlgorithms.EdDSA25519(),
            KeyAlgorithms.ECDSASHANistp256(),
            KeyAlgorithms.ECDSASHANistp384(),
            KeyAlgorithms.ECDSASHANistp521(),
            KeyAlgorithms.RSASHA512(),
            KeyAlgorithms.RSASHA256()));
  }

  /** The library knows RSA certificates only with SHA-1, which servers refuse since OpenSSH 8.8. */
  private static KeyAlgorithms.Factory rsaCertificate(
      String signature,
      net.schmizz.sshj.common.Factory.Named<net.schmizz.sshj.signature.Signature> factory) {
    return new KeyAlgorithms.Factory(
        signature + "-cert-v01@openssh.com", factory, KeyType.RSA_CERT);
  }
}
