package io.gpurig.engine.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.common.Factory;
import org.junit.jupiter.api.Test;

/** A network may choose among what is offered; nothing weak is. */
final class SshAlgorithmsTest {
  @Test
  void nothingWeakIsOffered() {
    Config offered = SshAlgorithms.SHARED;
    List<String> names =
        Stream.of(
                Factory.Named.Util.getNames(offered.getKeyExchangeFactories()),
                Factory.Named.Util.getNames(offered.getCipherFactories()),
                Factory.Named.Util.getNames(offered.getMACFactories()),
                Factory.Named.Util.getNames(offered.getKeyAlgorithms()))
            .flatMap(List::stream)
            .toList();

    assertThat(names)
        .hasSizeGreaterThan(20)
        .noneMatch(name -> name.matches(".*(sha1|md5|cbc|arcfour|3des|blowfish|dss|group1-).*"))
        .doesNotContain("none", "ssh-rsa", "ssh-rsa-cert-v01@openssh.com");
    assertThat(Factory.Named.Util.getNames(offered.getCompressionFactories()))
        .containsExactly("none");
  }
}
