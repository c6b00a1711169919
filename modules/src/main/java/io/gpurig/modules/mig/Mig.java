package io.gpurig.modules.mig;

import io.gpurig.engine.module.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What a plan's {@code mig} section asks for.
 *
 * @param requests in the order of the plan; of those that mean a GPU the last one counts
 * @param persist whether the layout is made again at every boot
 * @param evictClients whether containers that use a GPU may be stopped and started again
 * @param faults what is wrong with the section on its own
 */
record Mig(List<MigRequest> requests, boolean persist, boolean evictClients, List<Finding> faults) {
  Mig {
    requests = List.copyOf(requests);
    faults = List.copyOf(faults);
  }

  /** Returns what is asked of a GPU, empty if nothing is. */
  Optional<MigRequest> of(MigGpu gpu) {
    return requests.reversed().stream().filter(request -> request.matches(gpu)).findFirst();
  }
}
