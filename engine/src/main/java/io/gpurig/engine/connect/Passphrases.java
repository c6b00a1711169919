package io.gpurig.engine.connect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passphrases that the user has told in this run; each is asked for once, whatever hosts need. */
final class Passphrases {
  private static final int ATTEMPTS = 3; // as ssh

  private final Prompt prompt;
  private final Map<Path, Optional<Password>> told = new HashMap<>();

  Passphrases(Prompt prompt) {
    this.prompt = prompt;
  }

  /** Returns what was told about a key. */
  Optional<Password> of(Path key) {
    synchronized (told) {
      return told.getOrDefault(key, Optional.empty());
    }
  }

  /** Asks for those of some keys; returns whether one was told that was not known before. */
  boolean ask(List<Path> keys) {
    boolean news = false;
    for (Path key : keys) {
      news |= of(key).isEmpty() && ask(key);
    }
    return news;
  }

  private synchronized boolean ask(Path key) {
    synchronized (told) {
      if (told.containsKey(key)) {
        return told.get(key).isPresent(); // another host needed it too
      }
    }
    Optional<Password> answer = Optional.empty();
    boolean again = false;
    for (int i = 0; i < ATTEMPTS && answer.isEmpty(); i++) {
      answer = prompt.passphrase(key, again);
      if (answer.isEmpty()) {
        break;
      }
      answer = answer.filter(password -> opens(key, password));
      again = true;
    }
    synchronized (told) {
      told.put(key, answer);
    }
    return answer.isPresent();
  }

  private static boolean opens(Path key, Password password) {
    try {
      KeyFile.read(key).keys(Optional.of(password));
      return true;
    } catch (IOException wrong) {
      return false;
    }
  }
}
