package io.gpurig.modules.cdi.host;

import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.config.ConfigSyntaxException;
import io.gpurig.modules.runtime.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a container engine of a host does with CDI. */
sealed interface EngineSide permits DockerSide, ContainerdSide, OtherSide {
  /** Returns what an engine is asked. */
  static List<Read> reads(Engine engine) {
    List<Read> reads = new ArrayList<>();
    switch (engine) {
      case DOCKER -> reads.addAll(DockerSide.READS);
      case CONTAINERD -> reads.addAll(ContainerdSide.READS);
      case CRIO, PODMAN -> reads.addAll(OtherSide.reads(engine));
    }
    if (engine != Engine.DOCKER) {
      reads.add(Read.Command.of(engine.word(), "--version"));
    }
    return reads;
  }

  static EngineSide of(Cdi desired, Facts facts) {
    return switch (desired.engine()) {
      case DOCKER -> DockerSide.of(desired, facts);
      case CONTAINERD -> new ContainerdSide(desired, facts);
      case CRIO, PODMAN -> new OtherSide(desired, facts);
    };
  }

  /** Returns what stands against CDI with this engine. */
  Optional<Finding> unfit() throws ConfigSyntaxException;

  /** Returns the directories that it reads specs from, the one of least priority first. */
  List<String> directories() throws ConfigSyntaxException;

  /** Returns the change that makes it take CDI devices, or takes that back; none if it is so. */
  Optional<Change> change() throws ConfigSyntaxException;

  /** Returns the path of the file that {@link #change} edits first. */
  String config();

  /** An engine's version, {@code major.minor}. */
  record Version(int major, int minor) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /** Returns what {@code --version} says; empty if the host has no such engine. */
    static Optional<Version> of(Engine engine, Facts facts) {
      CommandFact answer = facts.command(engine.word(), "--version");
      Matcher version = FORM.matcher(answer.stdout());
      return answer.succeeded() && version.find()
          ? Optional.of(
              new Version(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))))
          : Optional.empty();
    }

    boolean isAtLeast(int otherMajor, int otherMinor) {
      return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  static Finding none(Engine engine) {
    return Finding.error(
        "cdi/no-engine",
        "/cdi/engine",
        "this host has no " + engine.word(),
        "install it first, or choose the engine that the host has");
  }

  static Finding tooOld(String engine, String version, String since) {
    return Finding.error(
        "cdi/engine-too-old",
        "/cdi/engine",
        "%s %s has no CDI; it came with %s".formatted(engine, version, since),
        "upgrade it, or leave the cdi section out for this host");
  }
}
