package io.gpurig.engine.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * One small thing that an executor can do to a host. Doing it where it is already done is harmless.
 * Its JSON form is part of the saved plan.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "action")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Action.WriteFile.class, name = "write-file"),
  @JsonSubTypes.Type(value = Action.RemoveFile.class, name = "remove-file"),
  @JsonSubTypes.Type(value = Action.RunCommand.class, name = "run-command"),
  @JsonSubTypes.Type(value = Action.ReloadService.class, name = "reload-service"),
  @JsonSubTypes.Type(value = Action.RestartService.class, name = "restart-service"),
  @JsonSubTypes.Type(value = Action.PullImage.class, name = "pull-image"),
  @JsonSubTypes.Type(value = Action.RefreshImage.class, name = "refresh-image"),
  @JsonSubTypes.Type(value = Action.CreateContainer.class, name = "create-container"),
  @JsonSubTypes.Type(value = Action.UpdateContainer.class, name = "update-container"),
  @JsonSubTypes.Type(value = Action.RunContainer.class, name = "run-container"),
  @JsonSubTypes.Type(value = Action.StartContainer.class, name = "start-container"),
  @JsonSubTypes.Type(value = Action.StopContainer.class, name = "stop-container"),
  @JsonSubTypes.Type(value = Action.RenameContainer.class, name = "rename-container"),
  @JsonSubTypes.Type(value = Action.RemoveContainer.class, name = "remove-container"),
  @JsonSubTypes.Type(value = Action.WaitFor.class, name = "wait-for"),
  @JsonSubTypes.Type(value = Action.BindDriver.class, name = "bind-driver"),
  @JsonSubTypes.Type(value = Action.Reboot.class, name = "reboot")
})
public sealed interface Action {

  /**
   * Replaces a file atomically: a temporary file beside it, fsync, rename. The owner of a file that
   * is there stays; its folder is made if it is missing.
   *
   * @param mode four octal digits; empty keeps the mode that is there, 0644 for a new file
   * @param owner user and group of a new file and of folders made for it, as numbers: {@code
   *     1000:1000}; empty for those of whoever writes
   * @param validate a command that must end with status 0 before the file is replaced; a word
   *     {@value #CANDIDATE} of it stands for the path of the new content, as {@code %s} does in
   *     Ansible's {@code validate}; empty if nothing is asked
   */
  record WriteFile(
      String path,
      String content,
      Optional<String> mode,
      Optional<String> owner,
      List<String> validate)
      implements Action {
    /** Stands in a validating command for the path of the new content. */
    public static final String CANDIDATE = "{}";

    public WriteFile {
      requireNonNull(path, "path is null");
      requireNonNull(content, "content is null");
      requireNonNull(mode, "mode is null");
      requireNonNull(owner, "owner is null");
      validate = List.copyOf(validate);
    }

    /** Creates an action that asks no command about the content. */
    public WriteFile(String path, String content, Optional<String> mode) {
      this(path, content, mode, Optional.empty(), List.of());
    }
  }

  /** Removes a file. */
  record RemoveFile(String path) implements Action {}

  /**
   * Runs a command that must end with status 0.
   *
   * @param undo the command that takes it back; empty if nothing does
   */
  record RunCommand(List<String> argv, List<String> undo, int timeoutSeconds) implements Action {
    public RunCommand {
      argv = List.copyOf(argv);
      undo = List.copyOf(undo);
    }

    /** A script that was given a name, {@code sh -c SCRIPT NAME ARGUMENT...}, is told by it. */
    private List<String> named() {
      boolean script = argv.size() > 3 && argv.getFirst().equals("sh") && argv.get(1).equals("-c");
      return script ? argv.subList(3, argv.size()) : argv;
    }
  }

  /**
   * Makes a systemd service read its configuration again without ending it.
   *
   * @param unit such as {@code docker.service}
   */
  record ReloadService(String unit) implements Action {}

  /**
   * Ends a systemd service and starts it again.
   *
   * @param unit such as {@code docker.service}
   * @param user the user whose service manager has the unit; empty for the system's
   */
  record RestartService(String unit, Optional<String> user) implements Action {
    public RestartService {
      requireNonNull(unit, "unit is null");
      requireNonNull(user, "user is null");
    }

    /** Creates an action on a service of the system. */
    public RestartService(String unit) {
      this(unit, Optional.empty());
    }
  }

  /** Pulls an image unless the host has it. */
  record PullImage(String image) implements Action {}

  /** Pulls an image whether the host has one of that name or not. */
  record RefreshImage(String image) implements Action {}

  /**
   * Makes a container and does not start it.
   *
   * @param request the body of {@code POST /containers/create} (Docker Engine API), as it is: what
   *     was reviewed is what is sent. Networks beyond the first are connected one by one, because
   *     engines before 25 take one at a time.
   */
  record CreateContainer(String name, JsonNode request) implements Action {
    public CreateContainer {
      requireNonNull(name, "name is null");
      request = ChangeJson.plain(request);
    }
  }

  /**
   * Changes the limits or the restart policy of a container without stopping it.
   *
   * @param settings the body of {@code POST /containers/{id}/update}
   */
  record UpdateContainer(String name, JsonNode settings) implements Action {
    public UpdateContainer {
      requireNonNull(name, "name is null");
      settings = ChangeJson.plain(settings);
    }
  }

  /** Makes a container and starts it. */
  record RunContainer(ContainerSpec spec) implements Action {}

  /** Starts a container that is there. */
  record StartContainer(String name) implements Action {}

  /** Stops a container: its stop signal, then SIGKILL after the timeout. */
  record StopContainer(String name, int timeoutSeconds) implements Action {}

  /** Gives a container another name. */
  record RenameContainer(String from, String to) implements Action {}

  /** Removes a container that has stopped. */
  record RemoveContainer(String name) implements Action {}

  /**
   * Waits until all the conditions hold.
   *
   * @param what what is waited for, as the end of "waiting for …"
   * @param container the container that is to bring it about: when it gives up, so does the wait,
   *     and its last log lines go into the error
   */
  record WaitFor(
      String what, List<Condition> conditions, int timeoutSeconds, Optional<String> container)
      implements Action {
    public WaitFor {
      conditions = List.copyOf(conditions);
      requireNonNull(container, "container is null");
    }
  }

  /**
   * Takes a function on the PCI bus from its driver and binds it to another, by the kernel's {@code
   * driver_override}. Taking it away may never end, in the kernel, where nothing can break it off:
   * after the timeout the run goes on without it, and nothing more is done to that function before
   * the host is rebooted.
   *
   * @param bdf its address, {@code 0000:3b:00.0}
   * @param driver the driver that it is bound to afterwards; empty for none
   * @param override what {@code driver_override} holds afterwards; empty for nothing
   * @param idle what the paths of device files start with that nobody may have open while it is
   *     taken from its driver; a path that ends in a digit stands for itself alone
   * @param timeoutSeconds how long its driver may take to let it go
   */
  record BindDriver(
      String bdf,
      Optional<String> driver,
      Optional<String> override,
      List<String> idle,
      int timeoutSeconds)
      implements Action {
    public BindDriver {
      requireNonNull(bdf, "bdf is null");
      requireNonNull(driver, "driver is null");
      requireNonNull(override, "override is null");
      idle = List.copyOf(idle);
    }

    private String words() {
      String what = driver.map(d -> "bind " + bdf + " to " + d).orElse("leave " + bdf + " unbound");
      return idle.isEmpty()
          ? "%s (up to %d s)".formatted(what, timeoutSeconds)
          : "%s, if nobody has %s open (up to %d s)"
              .formatted(what, String.join(" or ", idle), timeoutSeconds);
    }
  }

  /**
   * Notes that the host has to be rebooted; the last action of its change, whose disruption is
   * {@link Disruption#REBOOT}. The host is rebooted once, after all changes that need it, and then
   * compared anew.
   *
   * @param timeoutSeconds how long it may take until it can be reached again
   */
  record Reboot(int timeoutSeconds) implements Action {}

  /** Returns the action in words, as a step of a plan. */
  default String describe() {
    return switch (this) {
      case WriteFile file ->
          file.validate.isEmpty()
              ? "write " + file.path
              : "write %s if `%s` accepts it".formatted(file.path, String.join(" ", file.validate));
      case RemoveFile file -> "remove " + file.path;
      case RunCommand command -> "run `" + String.join(" ", command.named()) + "`";
      case ReloadService reload -> "reload " + reload.unit;
      case RestartService restart ->
          "restart " + restart.unit + restart.user.map(user -> " of user " + user).orElse("");
      case PullImage pull -> "pull " + pull.image + " unless it is there";
      case RefreshImage pull -> "pull " + pull.image;
      case CreateContainer create ->
          "create container %s from %s"
              .formatted(create.name, create.request.path("Image").asText());
      case UpdateContainer update ->
          "update container %s: %s".formatted(update.name, update.settings);
      case RunContainer run -> "run container " + run.spec.name() + " from " + run.spec.image();
      case StartContainer start -> "start container " + start.name;
      case StopContainer stop ->
          "stop container " + stop.name + " (up to " + stop.timeoutSeconds + " s)";
      case RenameContainer rename -> "rename container " + rename.from + " to " + rename.to;
      case RemoveContainer remove -> "remove container " + remove.name;
      case BindDriver bind -> bind.words();
      case WaitFor wait -> "wait for " + wait.what + " (up to " + wait.timeoutSeconds + " s)";
      case Reboot reboot ->
          "reboot, after all that needs it (up to " + reboot.timeoutSeconds + " s)";
    };
  }
}
