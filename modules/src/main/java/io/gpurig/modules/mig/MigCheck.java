package io.gpurig.modules.mig;

import io.gpurig.engine.module.Finding;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.yaml.Pointers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What can be said of a section without a host. */
final class MigCheck {
  private MigCheck() {}

  static List<Finding> of(Mig desired) {
    List<Finding> findings = new ArrayList<>(desired.faults());
    for (MigRequest request : desired.requests()) {
      request.gpus().forEach(gpus -> unknownProduct(request, gpus).ifPresent(findings::add));
      Layout layout = request.layout().orElse(Layout.EMPTY);
      if (layout.size() == 0) {
        continue;
      }
      List<Finding> faults = new ArrayList<>();
      for (MigModel model : request.models()) {
        new Validity(model)
            .fault(layout)
            .map(f -> invalid(request, model, f))
            .ifPresent(faults::add);
      }
      if (faults.isEmpty() && request.meansOthers()) {
        ofAnyModel(request, layout).ifPresent(faults::add);
      }
      findings.addAll(faults);
    }
    return List.copyOf(findings);
  }

  private static Optional<Finding> unknownProduct(MigRequest request, Gpus gpus) {
    return gpus instanceof Gpus.Product(String name) && gpus.model().isEmpty()
        ? Optional.of(
            Finding.warning(
                "mig/unknown-product",
                request.pointer() + "/gpus",
                "no placements are known of a GPU `%s`, so its layout is checked on the host alone"
                    .formatted(name),
                Nearest.to(name, MigModels.products())
                    .map(near -> "did you mean `%s`?".formatted(near))
                    .orElse("write the name that nvidia-smi -L prints")))
        : Optional.empty();
  }

  static Finding invalid(MigRequest request, MigModel model, Validity.Fault fault) {
    return Finding.error(
        "mig/layout",
        request.layoutPointer(),
        "%s cannot be divided into %s: %s"
            .formatted(model.shownName(), request.layout().orElse(Layout.EMPTY), fault.reason()),
        fault.suggestion());
  }

  /** A layout for GPUs whose model only the host tells has to fit one model at least. */
  private static Optional<Finding> ofAnyModel(MigRequest request, Layout layout) {
    List<String> names = MigModels.all().stream().flatMap(m -> m.names().stream()).toList();
    Optional<String> stranger =
        layout.counts().keySet().stream()
            .map(profile -> profile.gpuInstance().toString())
            .filter(name -> !names.contains(name))
            .findFirst();
    if (stranger.isPresent()) {
      return Optional.of(unknownProfile(request, stranger.get(), names));
    }
    List<MigModel> knowing =
        MigModels.all().stream().filter(model -> hasAll(model, layout)).toList();
    if (knowing.isEmpty()) {
      return Optional.of(
          Finding.error(
              "mig/layout",
              request.layoutPointer(),
              "no GPU has all the profiles of %s".formatted(layout),
              "write a layout for each product, with its name in gpus"));
    }
    return knowing.stream().anyMatch(m -> new Validity(m).fault(layout).isEmpty())
        ? Optional.empty()
        : knowing.stream()
            .min(Comparator.comparingInt(m -> new Validity(m).nearest(layout).distance(layout)))
            .flatMap(m -> new Validity(m).fault(layout).map(fault -> invalid(request, m, fault)));
  }

  private static boolean hasAll(MigModel model, Layout layout) {
    return layout.counts().keySet().stream()
        .allMatch(profile -> model.profile(profile.gpuInstance()).isPresent());
  }

  private static Finding unknownProfile(MigRequest request, String name, List<String> names) {
    return Finding.warning(
        "mig/unknown-profile",
        Pointers.child(request.layoutPointer(), name),
        "no GPU whose placements are known has a profile %s, so it is checked on the host alone"
            .formatted(name),
        Nearest.to(name, names)
            .map(near -> "did you mean `%s`?".formatted(near))
            .orElse("nvidia-smi mig -lgip prints the profiles of a GPU"));
  }
}
