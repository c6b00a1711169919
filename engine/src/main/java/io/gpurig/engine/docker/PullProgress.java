package io.gpurig.engine.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Listens to a pull: passes on each new state of each layer, and keeps the first error. */
final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
  private final Consumer<String> listener;
  private final Map<String, String> states = new HashMap<>();
  private volatile @Nullable String error;

  PullProgress(Consumer<String> listener) {
    this.listener = listener;
  }

  @Override
  @SuppressWarnings("deprecation") // of the two fields with the error, old engines send this one
  public void onNext(PullResponseItem item) {
    if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
      error = item.getErrorDetail().getMessage();
    } else if (item.isErrorIndicated()) {
      error = item.getError();
    } else if (item.getStatus() != null) {
      String layer = item.getId() == null ? "" : item.getId();
      if (!item.getStatus().equals(states.put(layer, item.getStatus()))) {
        listener.accept(layer.isEmpty() ? item.getStatus() : layer + ": " + item.getStatus());
      }
    }
  }

  /** Returns what went wrong on the way, which Docker says in the middle of a good answer. */
  @Nullable String error() {
    return error;
  }
}
