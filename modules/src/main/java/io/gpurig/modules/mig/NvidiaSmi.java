package io.gpurig.modules.mig;

import io.gpurig.engine.fact.CommandFact;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.host.DriverPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How nvidia-smi is called on a host.
 *
 * @param prefix the words before its arguments
 */
record NvidiaSmi(List<String> prefix) {
  /** A driver that is installed on the host. */
  static final NvidiaSmi OF_HOST = new NvidiaSmi(List.of("nvidia-smi"));

  /** A driver container's. */
  static final NvidiaSmi OF_CONTAINER =
      new NvidiaSmi(List.of("chroot", DriverPlace.ROOT, "nvidia-smi"));

  private static final List<String> LIST = List.of("-L");
  private static final List<String> QUERY = List.of("-q", "-x");
  private static final List<String> INSTANCES = List.of("mig", "-lgi");
  private static final List<String> COMPUTE_INSTANCES = List.of("mig", "-lci");
  private static final List<String> PROFILES = List.of("mig", "-lgip");
  private static final List<String> POSSIBLE_PLACEMENTS = List.of("mig", "-lgipp");

  NvidiaSmi {
    prefix = List.copyOf(prefix);
  }

  /** The reads that tell all. */
  static List<Read> reads() {
    List<Read> reads = new ArrayList<>();
    reads.add(new Read.Command(OF_HOST.argv(QUERY)));
    reads.add(new Read.Command(GpuInventory.CONTAINER));
    for (NvidiaSmi smi : List.of(OF_HOST, OF_CONTAINER)) {
      for (List<String> arguments :
          List.of(LIST, INSTANCES, COMPUTE_INSTANCES, PROFILES, POSSIBLE_PLACEMENTS)) {
        reads.add(new Read.Command(smi.argv(arguments)));
      }
    }
    return reads;
  }

  /**
   * Returns the nvidia-smi that answers: a driver container's, else the host's own. So a plan that
   * brings the container says the same before and after.
   */
  static Optional<NvidiaSmi> of(Facts facts) {
    return Stream.of(OF_CONTAINER, OF_HOST).filter(smi -> smi.list(facts).succeeded()).findFirst();
  }

  CommandFact list(Facts facts) {
    return answer(LIST, facts);
  }

  /** Temperatures and the like move, and nothing rests on them. */
  CommandFact query(Facts facts) {
    return facts.command(queryArgv(facts), answer -> MigXml.identity(answer.stdout()));
  }

  CommandFact instances(Facts facts) {
    return answer(INSTANCES, facts);
  }

  CommandFact computeInstances(Facts facts) {
    return answer(COMPUTE_INSTANCES, facts);
  }

  CommandFact profiles(Facts facts) {
    return answer(PROFILES, facts);
  }

  CommandFact possiblePlacements(Facts facts) {
    return answer(POSSIBLE_PLACEMENTS, facts);
  }

  /** The inventory asks the same, and asks the host's own first where that answers too. */
  List<String> queryArgv(Facts facts) {
    return equals(OF_HOST) || OF_HOST.list(facts).succeeded()
        ? OF_HOST.argv(QUERY)
        : GpuInventory.CONTAINER;
  }

  List<String> listArgv() {
    return argv(LIST);
  }

  List<String> instancesArgv() {
    return argv(INSTANCES);
  }

  List<String> computeInstancesArgv() {
    return argv(COMPUTE_INSTANCES);
  }

  List<String> argv(String... arguments) {
    return argv(List.of(arguments));
  }

  private List<String> argv(List<String> arguments) {
    return Stream.concat(prefix.stream(), arguments.stream()).toList();
  }

  private CommandFact answer(List<String> arguments, Facts facts) {
    return facts.command(argv(arguments).toArray(String[]::new));
  }
}
