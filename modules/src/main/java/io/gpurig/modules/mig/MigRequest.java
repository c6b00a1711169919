package io.gpurig.modules.mig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of some GPUs.
 *
 * @param pointer the JSON pointer of the request in the plan
 * @param layoutPointer that of its profiles
 * @param gpus which GPUs; one of these has to match
 * @param filter only GPUs with one of these device ids; all if empty
 * @param enabled whether MIG is to be on
 * @param layout the devices that are to be there; empty if they are left as they are
 * @param strict whether a GPU that is named and not there is a mistake
 */
record MigRequest(
    String pointer,
    String layoutPointer,
    List<Gpus> gpus,
    List<Gpus> filter,
    boolean enabled,
    Optional<Layout> layout,
    boolean strict) {
  MigRequest {
    gpus = List.copyOf(gpus);
    filter = List.copyOf(filter);
  }

  boolean matches(MigGpu gpu) {
    return gpus.stream().anyMatch(which -> which.matches(gpu))
        && (filter.isEmpty() || filter.stream().anyMatch(which -> which.matches(gpu)));
  }

  /** Returns whether it names the GPU, rather than all that can be divided. */
  boolean names(MigGpu gpu) {
    return gpus.stream().anyMatch(which -> !(which instanceof Gpus.All) && which.matches(gpu));
  }

  /** Returns the models that it names, whatever host it is for. */
  List<MigModel> models() {
    List<Gpus> naming = new ArrayList<>(filter.isEmpty() ? gpus : filter);
    return naming.stream().flatMap(which -> which.model().stream()).distinct().toList();
  }

  /** Returns whether it can mean GPUs of a model that it does not name. */
  boolean meansOthers() {
    return (filter.isEmpty() ? gpus : filter).stream().anyMatch(which -> which.model().isEmpty());
  }
}
