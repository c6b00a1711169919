package io.gpurig.modules.mig;

import io.gpurig.engine.module.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What one GPU is to be, and how it gets there.
 *
 * @param gpu as it is
 * @param on whether MIG is to be on
 * @param step what happens to its instances
 * @param waits whether the mode changes only when the host is rebooted: a GPU that was passed
 *     through to a virtual machine cannot be reset there
 */
record MigTarget(MigGpu gpu, boolean on, MigStep step, boolean waits) {

  /**
   * Returns what a request asks of a GPU, empty if it does not concern it or is not possible.
   *
   * @param findings gets what is wrong
   */
  static Optional<MigTarget> of(MigGpu gpu, MigRequest request, List<Finding> findings) {
    if (gpu.current().isEmpty()) {
      // as with mig-parted, a GPU is passed over unless it is meant
      if (request.enabled() && request.names(gpu)) {
        findings.add(notCapable(gpu, request));
      }
      return Optional.empty();
    }
    if (!request.enabled()) {
      return Optional.of(of(gpu, false, MigStep.clearing(gpu.instances())));
    }
    List<MigGpu.GpuInstance> there = gpu.isOn() ? gpu.instances() : List.of();
    if (request.layout().isEmpty()) {
      return Optional.of(of(gpu, true, MigStep.keeping(there)));
    }
    return step(gpu, there, request, findings).map(step -> of(gpu, true, step));
  }

  private static MigTarget of(MigGpu gpu, boolean on, MigStep step) {
    boolean reset = gpu.model().map(MigModel::needsReset).orElse(false);
    return new MigTarget(gpu, on, step, gpu.isOn() != on && reset && gpu.passedThrough());
  }

  private static Optional<MigStep> step(
      MigGpu gpu, List<MigGpu.GpuInstance> there, MigRequest request, List<Finding> findings) {
    Layout layout = request.layout().orElse(Layout.EMPTY);
    if (layout.size() == 0) {
      return Optional.of(MigStep.clearing(there));
    }
    if (gpu.model().isEmpty()) {
      findings.add(unknownModel(gpu, request));
      return Optional.empty();
    }
    MigModel model = gpu.model().get();
    Optional<Validity.Fault> fault = new Validity(model).fault(layout);
    fault.ifPresent(f -> findings.add(MigCheck.invalid(request, model, f)));
    return fault.isPresent() ? Optional.empty() : MigStep.to(layout, there, model);
  }

  /** Returns whether the mode has to be set. */
  boolean setsMode() {
    return gpu.isOn() != on || gpu.pending().orElse(gpu.isOn()) != on;
  }

  boolean isNothing() {
    return !setsMode() && step.isNothing();
  }

  /** Returns whether somebody who uses the GPU would notice. */
  boolean disturbs() {
    return gpu.isOn() != on || !step.lost().isEmpty();
  }

  /** Returns the GPU as it is to be in the end. */
  MigGpu wanted() {
    return gpu.with(Optional.of(on), Optional.of(on), step.after());
  }

  private static Finding notCapable(MigGpu gpu, MigRequest request) {
    return Finding.error(
        "mig/not-capable",
        request.pointer() + (request.strict() ? "/gpus" : "/devices"),
        "%s%s cannot be divided"
            .formatted(gpu.shownName(), gpu.product().isEmpty() ? "" : ", " + gpu.product() + ","),
        "leave it out");
  }

  private static Finding unknownModel(MigGpu gpu, MigRequest request) {
    return Finding.error(
        "mig/unknown-model",
        request.layoutPointer(),
        "it is not known how %s, a %s, can be divided".formatted(gpu.shownName(), gpu.product()),
        "set enabled: true and no profiles first: once MIG is on, the GPU says it itself");
  }
}
