package io.gpurig.lab.docker;

import java.io.IOException;

/**
 * What the processes of a container do. Called under the lock of the engine, so it must not wait.
 */
interface Workload {
  /** Begins a life; what takes time is scheduled with {@link ContainerProcess#after}. */
  void start(ContainerProcess process) throws IOException;

  /** Gets the stop signal: exits, or goes on running until it is killed. */
  void terminate(ContainerProcess process) throws IOException;

  /** Chooses what an image does. */
  static Workload of(Image image) {
    if (image.isDriver()) {
      return new DriverWorkload(image);
    }
    return image.isToolkit() ? new ToolkitWorkload(image) : new PlainWorkload();
  }
}
