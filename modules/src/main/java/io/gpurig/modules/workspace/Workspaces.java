package io.gpurig.modules.workspace;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a plan's {@code workspaces} section asks for.
 *
 * @param plan the name of the plan, to which the workspaces belong
 * @param items the workspaces in the plan's order
 */
record Workspaces(String plan, List<Workspace> items) {
  Workspaces {
    requireNonNull(plan, "plan is null");
    items = List.copyOf(items);
  }
}
