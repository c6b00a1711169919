package io.gpurig.engine.connect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks once about many hosts that are seen for the first time: a question waits until all the
 * connections that were being made when its first host turned up have got somewhere.
 */
final class FirstContact {
  private final Prompt prompt;
  private final Set<Object> connecting = new HashSet<>();
  private Question question = new Question(Set.of());
  private boolean all;
  private boolean busy;

  FirstContact(Prompt prompt) {
    this.prompt = prompt;
  }

  private static final class Question {
    final Set<Object> awaited;
    final List<Prompt.UnknownHost> hosts = new ArrayList<>();
    boolean asked;
    boolean answered;
    boolean yes;

    Question(Set<Object> awaited) {
      this.awaited = new HashSet<>(awaited);
    }
  }

  /** Says that a connection is being made. */
  synchronized void begin(Object attempt) {
    connecting.add(attempt);
  }

  /** Says that the connection is made, or cannot be made. */
  synchronized void end(Object attempt) {
    connecting.remove(attempt);
    question.awaited.remove(attempt);
    notifyAll();
  }

  /** Returns whether the user trusts what a host has shown; waits for the answer. */
  boolean trusts(Prompt.UnknownHost host) throws InterruptedException {
    if (prompt.equals(Prompt.NOBODY)) {
      return false;
    }
    Question mine = join(host);
    if (mustAsk(mine)) {
      answer(mine, prompt.hostKeys(List.copyOf(mine.hosts)));
    }
    return mine.yes;
  }

  private synchronized Question join(Prompt.UnknownHost host) {
    if (all) {
      Question settled = new Question(Set.of());
      settled.answered = true;
      settled.yes = true;
      return settled;
    }
    if (question.asked || question.hosts.isEmpty()) {
      question = new Question(connecting);
    }
    if (!question.hosts.contains(host)) {
      question.hosts.add(host);
    }
    return question;
  }

  /** Waits until the question is answered or it is for the caller to ask. */
  private synchronized boolean mustAsk(Question mine) throws InterruptedException {
    while (!mine.answered) {
      if (!mine.asked && !busy && mine.awaited.isEmpty()) {
        mine.asked = true;
        busy = true;
        return true;
      }
      wait();
    }
    return false;
  }

  private synchronized void answer(Question mine, Prompt.Answer answer) {
    mine.answered = true;
    mine.yes = answer != Prompt.Answer.NO;
    all |= answer == Prompt.Answer.ALL;
    busy = false;
    notifyAll();
  }
}
