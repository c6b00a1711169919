package io.gpurig.engine.run;

import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.connect.ConnectionSettings;
import io.gpurig.engine.connect.Connector;

/**
 * What the runs of all hosts share.
 *
 * @param connector opens the connections
 * @param events is told what happens
 * @param waiting the time
 * @param operator may end the run
 * @param options how hosts are changed
 */
record RunContext(
    Connector connector,
    Event.Listener events,
    Waiting waiting,
    Operator operator,
    ApplyOptions options) {

  HostSession open(ConnectionSettings settings) throws ConnectionException {
    return HostSession.open(settings, connector, options.patience());
  }

  Executor executor(Target.Live target, LockedRun.Turn turn) {
    return new Executor(
        target.host(),
        turn.session(),
        new Secrecy(target.plan()),
        events,
        waiting,
        operator,
        turn.journal());
  }

  Recovery recovery(String host, HostSession session) {
    return new Recovery(host, session, events, new Waiter(host, session, events, waiting));
  }
}
