package io.gpurig.modules.mig;

import io.gpurig.engine.fact.Shell;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shell that brings MIG to a state, whatever it finds: to take changes back, and at boot. */
final class MigScript {
  private static final String FUNCTIONS =
      """
      current() { # BDF
        smi -i "$1" --query-gpu=mig.mode.current --format=csv,noheader
      }
      mode() { # BDF Enabled|Disabled
        [ "$(current "$1")" != "$2" ] || return 0
        case $2 in Enabled) smi -i "$1" -mig 1 ;; *) smi -i "$1" -mig 0 ;; esac
        [ "$(current "$1")" = "$2" ] || smi --gpu-reset -i "$1"
        [ "$(current "$1")" = "$2" ] || {
          echo "MIG mode of GPU $1 is not $2 until the GPU is reset or the host rebooted" >&2
          return 1
        }
      }
      instance() { # BDF START:SIZE
        smi mig -i "$1" -lgi | while read -r _ _ _ _ _ id at _; do
          if [ "$at" = "$2" ]; then echo "$id"; fi
        done
      }
      present() { # BDF START:SIZE PROFILE COMPUTE-PROFILE,...
        id=$(instance "$1" "$2")
        if [ -z "$id" ]; then
          smi mig -i "$1" -cgi "$3:${2%%:*}" || return 1
          id=$(instance "$1" "$2")
        fi
        have=$(smi mig -i "$1" -lci -gi "$id" | grep -c '^|.* MIG ')
        want=$(printf %s "$4" | tr , '\\n' | grep -c .)
        [ "$have" -ne "$want" ] || return 0
        if [ "$have" -gt 0 ]; then smi mig -i "$1" -dci -gi "$id" || return 1; fi
        if [ "$want" -gt 0 ]; then smi mig -i "$1" -cci "$4" -gi "$id" || return 1; fi
      }
      absent() { # BDF START:SIZE
        id=$(instance "$1" "$2")
        [ -n "$id" ] || return 0
        if smi mig -i "$1" -lci -gi "$id" | grep -q '^|.* MIG '; then
          smi mig -i "$1" -dci -gi "$id" || return 1
        fi
        smi mig -i "$1" -dgi -gi "$id"
      }
      """;

  private MigScript() {}

  /** Returns the functions, for this nvidia-smi. */
  static String functions(NvidiaSmi smi) {
    return "smi() {\n  " + Shell.join(smi.prefix()) + " \"$@\"\n}\n" + FUNCTIONS;
  }

  static String mode(MigGpu gpu, boolean on) {
    return call("mode", gpu.bdf(), on ? "Enabled" : "Disabled");
  }

  static String present(MigGpu gpu, String slices, MigProfile profile, List<MigProfile> compute) {
    return call("present", gpu.bdf(), slices, profile.toString(), names(compute));
  }

  static String absent(MigGpu gpu, String slices) {
    return call("absent", gpu.bdf(), slices);
  }

  /** Returns a command that makes these calls. */
  static List<String> command(NvidiaSmi smi, String... calls) {
    return List.of(
        "sh", "-c", functions(smi) + Stream.of(calls).collect(Collectors.joining(" && ")));
  }

  /** Returns the names as nvidia-smi takes them. */
  static String names(List<MigProfile> compute) {
    return compute.stream().map(MigProfile::toString).collect(Collectors.joining(","));
  }

  private static String call(String... words) {
    return Shell.join(List.of(words));
  }
}
