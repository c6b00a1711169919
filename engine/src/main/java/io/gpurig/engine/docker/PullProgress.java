package io.gpurig.engine.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Listens to a pull: passes on each new state of each layer, and keeps the first error. */
final class PullProgress extends ResultCallback.Adapter<PullResponseItem> {
  /** An image has 127 layers at most (moby's layer store); a digest has 71 characters. */
  private static final int MOST_LAYERS = 1000;

  private static final int LONGEST = 200;

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
      String layer = shortened(item.getId() == null ? "" : item.getId());
      String status = shortened(item.getStatus());
      boolean known = states.containsKey(layer) || states.size() < MOST_LAYERS;
      if (known && !status.equals(states.put(layer, status))) {
        listener.accept(layer.isEmpty() ? status : layer + ": " + status);
      }
    }
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** Returns what went wrong on the way, which Docker says in the middle of a good answer. */
  @Nullable String error() {
    return error;
  }
}
