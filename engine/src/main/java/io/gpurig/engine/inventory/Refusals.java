package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.util.Optional;

/** What only Ansible could work out, and what to do instead. */
final class Refusals {
  static final String VAULT_HEADER = "$ANSIBLE_VAULT;";

  private static final String OUTSIDE =
      "write !secret NAME in the plan, and hand the value over in the environment or with"
          + " --secrets";

  private Refusals() {}

  /** Returns how the first Jinja expression in a text, or in the texts of a list, begins. */
  static Optional<String> template(JsonNode value) {
    if (value.isTextual()) {
      String text = value.asText();
      return text.contains("{{") ? Optional.of("{{") : Optional.of("{%").filter(text::contains);
    }
    for (JsonNode child : value) {
      Optional<String> found = template(child);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  static Problem template(Source source) {
    return Problem.error("inventory/template", source, "Jinja templates are not read")
        .suggest("write ${name} for the value of a variable");
  }

  static Problem vaultValue(Source source) {
    return Problem.error(
            "inventory/vault", source, "values that Ansible Vault encrypted are not read")
        .suggest(OUTSIDE);
  }

  static Problem vaultFile(Source source) {
    return Problem.error(
            "inventory/vault", source, "files that Ansible Vault encrypted are not read")
        .suggest(
            "take the secrets out of the file, run `ansible-vault decrypt` on it, and hand them"
                + " over in the environment or with --var");
  }
}
