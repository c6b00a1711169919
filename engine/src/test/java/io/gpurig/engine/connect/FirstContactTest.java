package io.gpurig.engine.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FirstContactTest {
  /** Answers, and remembers what it was asked. */
  private static final class Asked implements Prompt {
    final List<List<UnknownHost>> questions = Collections.synchronizedList(new ArrayList<>());
    final Answer answer;

    Asked(Answer answer) {
      this.answer = answer;
    }

    @Override
    public Optional<Password> passphrase(Path key, boolean again) {
      return Optional.empty();
    }

    @Override
    public Answer hostKeys(List<UnknownHost> hosts) {
      questions.add(hosts);
      return answer;
    }
  }

  private static Prompt.UnknownHost host(int number) {
    return new Prompt.UnknownHost("gpu" + number, "ssh-ed25519", "SHA256:x");
  }

  @Test
  void asksOnceAboutAllThatAreBeingConnected() throws Exception {
    Asked user = new Asked(Prompt.Answer.YES);
    FirstContact contact = new FirstContact(user);
    List<Future<Boolean>> trusted = new ArrayList<>();
    List<Object> attempts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      attempts.add(new Object());
      contact.begin(attempts.get(i));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        int number = i;
        trusted.add(
            threads.submit(
                () -> {
                  contact.end(attempts.get(number));
                  return number % 10 != 0 && contact.trusts(host(number)); // some are known
                }));
      }
    }
    int yes = 0;
    for (Future<Boolean> answer : trusted) {
      yes += answer.get() ? 1 : 0;
    }
    assertThat(yes).isEqualTo(90);
    assertThat(user.questions.stream().mapToInt(List::size).sum()).isEqualTo(90);
    // those that were late for one question share the next
    assertThat(user.questions.size()).isLessThan(45);
  }

  @Test
  void waitsForWhatIsUnderWay() throws Exception {
    Asked user = new Asked(Prompt.Answer.NO);
    FirstContact contact = new FirstContact(user);
    Object slow = new Object();
    contact.begin(slow);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> answers = new ArrayList<>();
      Thread[] waiting = new Thread[2];
      for (int i = 0; i < 2; i++) {
        int number = i;
        answers.add(
            threads.submit(
                () -> {
                  waiting[number] = Thread.currentThread();
                  return contact.trusts(host(number));
                }));
      }
      while (waiting[0] == null
          || waiting[1] == null
          || waiting[0].getState() != Thread.State.WAITING
          || waiting[1].getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(user.questions).isEmpty();
      contact.end(slow);
      assertThat(answers.get(0).get()).isFalse();
      assertThat(answers.get(1).get()).isFalse();
    }
    assertThat(user.questions).hasSize(1);
    assertThat(user.questions.getFirst()).hasSize(2);
  }

  @Test
  void asksNoMoreAfterAll() throws Exception {
    Asked user = new Asked(Prompt.Answer.ALL);
    FirstContact contact = new FirstContact(user);
    for (int i = 0; i < 3; i++) {
      assertThat(contact.trusts(host(i))).isTrue();
    }
    assertThat(user.questions).hasSize(1);
  }

  @Test
  void trustsNobodyWhereNobodyIsThere() throws Exception {
    assertThat(new FirstContact(Prompt.NOBODY).trusts(host(1))).isFalse();
  }
}
