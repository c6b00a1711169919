package io.gpurig.modules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.gpurig.engine.module.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dependencies run one way, and what must be pure is. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.gpurig.engine", "io.gpurig.modules");

  @Test
  void theEngineDoesNotKnowTheModules() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.gpurig.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.gpurig.modules..", "io.gpurig.cli..", "io.gpurig.lab.."));
  }

  @Test
  void theEngineKnowsNoGpu() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../engine/src/main"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file).toLowerCase(Locale.ROOT);
        // an example in a comment may name one; code may not
        String code = text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)//.*$", "");
        assertThat(List.of("nvidia", "cuda", "0x10de", "vfio").stream().filter(code::contains))
            .as(file.toString())
            .isEmpty();
      }
    }
  }

  @Test
  void modulesKnowNeitherSshNorDocker() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.gpurig.modules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "net.schmizz..",
                "com.hierynomus..",
                "com.github.dockerjava..",
                "io.gpurig.engine.connect..",
                "io.gpurig.engine.docker..",
                "io.gpurig.engine.run.."));
  }

  @Test
  void diffsReachNoInputOutputClockOrRandomness() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "io.gpurig.modules..", "io.gpurig.engine.change..", "io.gpurig.engine.module..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Instant")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random"));
  }

  @Test
  void sshStaysInItsPackageAndSoDoesDocker() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.gpurig.engine.connect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.schmizz..", "com.hierynomus.."));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.gpurig.engine.docker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.github.dockerjava.."));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("io.gpurig.engine.(*)..").should().beFreeOfCycles());
    check(slices().matching("io.gpurig.modules.(*)..").should().beFreeOfCycles());
  }

  @Test
  void nothingBelowTheCommandPrintsOrExits() {
    check(
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class));
  }

  @Test
  void everyModuleIsFinalAndListed() {
    check(
        classes()
            .that()
            .implement(Module.class)
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL));
    assertThat(Modules.planned().stream().map(m -> m.getClass().getName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            CLASSES.stream()
                .filter(c -> !c.isInterface() && c.isAssignableTo(Module.class))
                .map(c -> c.getName())
                .toList());
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }
}
