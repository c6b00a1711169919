package io.gpurig.engine.connect;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import io.gpurig.engine.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the key that a host shows, as OpenSSH does, and remembers why it was refused.
 *
 * <p>Revoked keys are looked for first: a key that is listed and revoked is refused. A certificate
 * counts when it is one for hosts and an authority for this host has signed it; its dates and names
 * were checked before. Any other key of a host that has keys in the files is a changed key, also
 * one of another type: the order of {@link #findExistingAlgorithms} makes an honest server show a
 * listed one.
 */
final class HostKeys implements HostKeyVerifier {
  private static final long HOST_CERTIFICATE = 2;
  private static final Set<String> WEAK_SIGNATURES = Set.of("ssh-rsa", "ssh-dss");

  private final Destination host;
  private final KnownHosts known;
  private final String name;
  private final String portless;
  private volatile @Nullable Problem refusal;
  private volatile byte @Nullable [] unknown;

  HostKeys(Destination host) throws IOException {
    this.host = host;
    this.name = host.knownName();
    this.portless = host.hosts().alias().orElseGet(() -> KnownHosts.name(host.address(), 22));
    this.known =
        KnownHosts.read(host.hosts().files()).pinned(host.hosts().pinned()).only(name, portless);
  }

  /** Returns why the key was refused, if it was. */
  Optional<Problem> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Returns the key that the host has shown, if the user may be asked about it. */
  Optional<byte[]> unknown() {
    return Optional.ofNullable(unknown);
  }

  @Override
  public boolean verify(String hostname, int port, PublicKey key) {
    Optional<Problem> problem = judge(key);
    refusal = problem.orElse(null);
    return problem.isEmpty();
  }

  private Optional<Problem> judge(PublicKey shown) {
    List<KnownHost> lines = known.about(name);
    byte[] key =
        PublicKeys.blob(shown instanceof Certificate<?> certificate ? certificate.getKey() : shown);
    for (KnownHost line : lines) {
      if (line.is(KnownHost.Marker.REVOKED)
          && (line.has(key)
              || (shown instanceof Certificate<?> c && line.has(c.getSignatureKey())))) {
        return Optional.of(HostKeyProblems.revoked(host, key, line));
      }
    }
    boolean trusted =
        linesOrPortless().stream()
            .anyMatch(
                line ->
                    switch (line.marker()) {
                      case PLAIN -> line.has(key);
                      case CERT_AUTHORITY -> hasSigned(line, shown);
                      case REVOKED -> false;
                    });
    if (trusted || host.hosts().check() == HostKeyCheck.OFF) {
      return Optional.empty();
    }
    Optional<KnownHost> other = otherKey(lines, PublicKeys.type(key));
    if (other.isPresent()) {
      return Optional.of(HostKeyProblems.changed(host, key, other.get()));
    }
    if (!host.hosts().pinned().isEmpty()) {
      return Optional.of(HostKeyProblems.notPinned(host, key));
    }
    if (host.hosts().check() == HostKeyCheck.ACCEPT_NEW) {
      return remember(key);
    }
    unknown = host.hosts().check() == HostKeyCheck.ASK ? key : null;
    return Optional.of(HostKeyProblems.unknown(host, key));
  }

  /** A host without a key for its port may be known by the key for port 22, as in OpenSSH. */
  private List<KnownHost> linesOrPortless() {
    List<KnownHost> lines = known.about(name);
    return lines.stream().allMatch(line -> line.is(KnownHost.Marker.REVOKED))
        ? known.about(portless)
        : lines;
  }

  private static boolean hasSigned(KnownHost authority, PublicKey shown) {
    return shown instanceof Certificate<?> certificate
        && certificate.getType() == HOST_CERTIFICATE
        && !WEAK_SIGNATURES.contains(PublicKeys.type(certificate.getSignature()))
        && authority.has(certificate.getSignatureKey());
  }

  private static Optional<KnownHost> otherKey(List<KnownHost> lines, String type) {
    List<KnownHost> own = lines.stream().filter(line -> line.is(KnownHost.Marker.PLAIN)).toList();
    return own.stream()
        .filter(line -> PublicKeys.type(line.blob()).equals(type))
        .findFirst()
        .or(() -> own.stream().findFirst());
  }

  private Optional<Problem> remember(byte[] key) {
    if (host.hosts().files().isEmpty()) {
      return Optional.of(HostKeyProblems.unknown(host, key));
    }
    Path file = host.hosts().files().getFirst();
    try {
      KnownHosts.append(file, name, key, host.hosts().hashed());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(HostKeyProblems.notRemembered(host, file, e));
    }
  }

  /** Returns the algorithms to prefer: those with which the host can show a key that we know. */
  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    List<KnownHost> lines = linesOrPortless();
    boolean certificates =
        lines.stream().anyMatch(line -> line.is(KnownHost.Marker.CERT_AUTHORITY));
    List<String> types =
        lines.stream()
            .filter(line -> line.is(KnownHost.Marker.PLAIN))
            .map(line -> PublicKeys.type(line.blob()))
            .toList();
    return SshAlgorithms.SHARED.getKeyAlgorithms().stream()
        .map(factory -> factory.getName())
        .filter(
            algorithm ->
                algorithm.contains("-cert-v01@")
                    ? certificates
                    : (types.isEmpty() && !certificates)
                        || types.contains(algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm))
        .toList();
  }

  @Override
  public String toString() {
    return "known_hosts " + host.hosts().files();
  }
}
