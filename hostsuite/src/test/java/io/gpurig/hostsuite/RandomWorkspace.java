package io.gpurig.hostsuite;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A workspace of a plan with options drawn by lot, as YAML. */
final class RandomWorkspace {
  private static final List<String> OPTIONS =
      List.of(
          "command: [sh, -c, \"sleep 5; echo 'a b'\"]",
          "command: sleep 100000",
          "entrypoint: [/bin/busybox]",
          "entrypoint: []",
          "env: {A: \"1\", PATH: /bin, EMPTY: \"\", QUOTED: \"it's \\\"x\\\" = y\"}",
          "env: {NVIDIA_VISIBLE_DEVICES: none}",
          "user: \"1000:100\"",
          "user: 7",
          "workingDir: /var/tmp",
          "hostname: some-host",
          "labels: {team: vision, \"com.example/x\": \"1\"}",
          "mounts: [\"/srv/a:/a\", \"/srv/b:/b:ro\", \"vol-1:/v\"]",
          "mounts: [{source: /srv/c, target: /c, readOnly: true, propagation: rslave}]",
          "mounts: [{type: volume, source: vol-2, target: /w}, {type: tmpfs, target: /t, size: 1m,"
              + " mode: \"1777\"}]",
          "mounts: [{type: tmpfs, target: /t}]",
          "ports: [80, \"81/udp\", \"127.0.0.1::82\", \"[::1]:PORT:83\"]",
          "ports: [\"FROM-TO:90-92\"]",
          "networks: [net-1]",
          "networks: [net-2, net-1]",
          "networkMode: none",
          "networkMode: bridge",
          "dns: [10.0.0.2, 10.0.0.3]",
          "extraHosts: [\"files:10.0.0.7\", \"other:10.0.0.8\"]",
          "restart: \"no\"",
          "restart: always",
          "restart: on-failure",
          "restart: \"on-failure:7\"",
          "shmSize: 1g",
          "shmSize: 65536k",
          "ulimits: {memlock: -1}",
          "ulimits: {nofile: {soft: 100, hard: 200}, core: 0}",
          "devices: [/dev/null, \"/dev/zero:/dev/other:r\"]",
          "deviceCgroupRules: [\"c 195:* rwm\", \"a *:* r\"]",
          "privileged: true",
          "capAdd: [SYS_PTRACE, CAP_NET_ADMIN]",
          "capDrop: [ALL]",
          "groupAdd: [109, 7]",
          "securityOpt: [no-new-privileges]",
          "securityOpt: [\"seccomp=unconfined\", \"no-new-privileges:true\"]",
          "sysctls: {net.ipv4.ip_forward: 0}",
          "pid: host",
          "ipc: host",
          "ipc: shareable",
          "ipc: none",
          "init: true",
          "readOnly: true",
          "tty: true",
          "stdinOpen: true",
          "stopSignal: SIGINT",
          "stopSignal: SIGTERM",
          "stopTimeout: 1m",
          "runtime: runc",
          "gpus: []",
          "hardwareAcceleration: true",
          "nestedVirtualization: true");

  private RandomWorkspace() {}

  /** Returns one item of the section. */
  static String of(int number, Random random) {
    List<String> chosen = new ArrayList<>();
    chosen.add("name: random-" + number);
    chosen.add("image: \"" + (random.nextBoolean() ? "lab/busybox:1" : "lab/defaults:1") + "\"");
    int wanted = random.nextInt(12);
    for (int i = 0; i < wanted; i++) {
      String option = OPTIONS.get(random.nextInt(OPTIONS.size()));
      String key = key(option);
      boolean clash =
          chosen.stream()
              .map(RandomWorkspace::key)
              .anyMatch(
                  other ->
                      other.equals(key)
                          || (isNetwork(other) && isNetwork(key))
                          || (other.equals("sysctls") && key.equals("networkMode")));
      if (!clash) {
        chosen.add(option);
      }
    }
    if (chosen.contains("entrypoint: []")
        && chosen.stream().noneMatch(o -> key(o).equals("command"))) {
      chosen.add("command: [sh]"); // else nothing would run, which the plan refuses
    }
    int port = 20_000 + 10 * number; // no two may publish the same
    String item =
        String.join(", ", chosen)
            .replace("PORT", Integer.toString(port))
            .replace("FROM", Integer.toString(port + 1))
            .replace("TO", Integer.toString(port + 3));
    return "  - {" + item + "}\n";
  }

  private static String key(String option) {
    return option.substring(0, option.indexOf(':'));
  }

  private static boolean isNetwork(String key) {
    return key.equals("networks")
        || key.equals("networkMode")
        || key.equals("ports")
        || key.equals("sysctls")
        || key.equals("hostname");
  }
}
