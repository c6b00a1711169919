package io.gpurig.lab.fault;

import io.gpurig.lab.fault.Fault.Kind;
import io.gpurig.lab.fault.Fault.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * What goes wrong with which connections, the first to come being the first in the list. A seed
 * always makes the same plan.
 *
 * @param seed for what is drawn while it is carried out
 * @param connections those that are not in the list go well
 */
public record FaultPlan(long seed, List<List<Fault>> connections) {
  /** Nothing goes wrong. */
  public static final FaultPlan NONE = new FaultPlan(0, List.of());

  private static final List<Kind> KINDS = List.of(Kind.values());

  public FaultPlan {
    connections = connections.stream().map(List::copyOf).toList();
  }

  /** Returns the faults of a connection. */
  List<Fault> faults(int connection) {
    return connection < connections.size() ? connections.get(connection) : List.of();
  }

  /** Returns a random that differs from connection to connection. */
  RandomGenerator random(int connection) {
    return new Random(seed * 31 + connection);
  }

  /**
   * Draws a plan for TCP connections.
   *
   * @param toHost about how many bytes a whole run sends
   * @param toClient about how many it gets
   */
  public static FaultPlan ofTcp(long seed, int toHost, int toClient) {
    Random random = new Random(seed);
    List<List<Fault>> connections = new ArrayList<>();
    // most often the first breaks, now and then the attempts after it too, or only a later one
    int broken = 1 + (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
    boolean later = random.nextInt(10) == 0;
    for (int i = 0; i < broken; i++) {
      List<Fault> faults = new ArrayList<>();
      int count = 1 + (random.nextInt(3) == 0 ? 1 : 0);
      for (int j = 0; j < count; j++) {
        Way way = random.nextBoolean() ? Way.TO_HOST : Way.TO_CLIENT;
        faults.add(draw(random, way, way == Way.TO_HOST ? toHost : toClient));
      }
      connections.add(later && i == 0 ? List.of() : faults);
    }
    return new FaultPlan(seed, connections);
  }

  /** Draws a plan for streams to an engine, of which a run opens several at once. */
  public static FaultPlan ofStreams(long seed, int toClient) {
    Random random = new Random(seed);
    List<List<Fault>> streams = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      streams.add(
          switch (random.nextInt(4)) {
            case 0 -> List.of();
            case 1 -> List.of(new Fault(Way.TO_CLIENT, 0, Kind.JITTER, 1 + random.nextInt(60)));
            default -> List.of(draw(random, Way.TO_CLIENT, toClient));
          });
    }
    return new FaultPlan(seed, streams);
  }

  private static Fault draw(Random random, Way way, int whole) {
    // the first bytes are the handshake, small and full of decisions
    long after =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(200);
          case 1 -> random.nextInt(4000);
          default -> random.nextInt(whole);
        };
    return switch (KINDS.get(random.nextInt(KINDS.size()))) {
      case CUT -> new Fault(way, after, Kind.CUT, 0);
      case VANISH -> new Fault(way, after, Kind.VANISH, 0);
      case HALF_CLOSE -> new Fault(way, after, Kind.HALF_CLOSE, 0);
      case MUTE -> new Fault(way, after, Kind.MUTE, 0);
      case STALL -> new Fault(way, after, Kind.STALL, 1 + random.nextInt(1500));
      case JITTER -> new Fault(way, after, Kind.JITTER, 1 + random.nextInt(30));
      case DRIP -> new Fault(way, after, Kind.DRIP, 1 + random.nextInt(2000));
      case GARBLE -> new Fault(way, after, Kind.GARBLE, 0);
    };
  }

  @Override
  public String toString() {
    return "seed " + seed + ": " + connections;
  }
}
