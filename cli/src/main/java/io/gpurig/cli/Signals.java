package io.gpurig.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Signals to this process. The JDK has no other way to learn of them than {@code sun.misc.Signal}
 * (module jdk.unsupported); javac warns of every use that it can see, so it is used by reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * Calls an action on a thread of its own each time the signal comes, instead of what the process
   * would do.
   *
   * @param name such as {@code INT}
   * @return what gives the signal back; does nothing where the JVM cannot tell of this signal
   */
  static Runnable on(String name, Runnable action) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> called(method, arguments, action));
      Object signal = signals.getConstructor(String.class).newInstance(name);
      Method handle = signals.getMethod("handle", signals, handlers);
      Object before = handle.invoke(null, signal, handler);
      return () -> restore(handle, signal, before);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return () -> {};
    }
  }

  private static Object called(Method method, Object[] arguments, Runnable action)
      throws ReflectiveOperationException {
    if (method.getName().equals("handle")) {
      action.run();
      return 0; // a method that returns nothing takes anything
    }
    return method.invoke(action, arguments); // what every object has
  }

  private static void restore(Method handle, Object signal, Object handler) {
    try {
      handle.invoke(null, signal, handler);
    } catch (IllegalAccessException | InvocationTargetException e) {
      // the process ends soon after
    }
  }
}
