#!/bin/sh
# undo [FROM]: takes back what this run of gpurig did to this host, newest step first, from step FROM on (default: all).
# Services that were told to look at their configuration are told again at the end. Needs nothing but this folder; steps
# of containers need the docker command. Ends with 0 when all is taken back; may be run again.
run=$(cd "$(dirname "$0")" && pwd)
from=${1:-1}
failed=0

steps() { ls "$run" | sed -n "s/^\([0-9]*\)\.$1\$/\1/p" | sort -n $2; }

take_back() { # STEP SCRIPT
  [ "$1" -ge "$from" ] || return 0
  ! grep -q "^{\"undone\":$1," "$run/log" || return 0
  if sh "$run/$1.$2"; then
    printf '{"undone":%s,"at":"%s"}\n' "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$run/log"
  else
    echo "gpurig: step $1 could not be taken back" >&2
    failed=1
  fi
}

# where the last step began to remove what nothing brings back, the way is forward
last=$(ls "$run" | sed -n 's/^\([0-9]*\)\.[a-z]*$/\1/p' | sort -rn | head -n 1)
if [ -f "$run/$last.finish" ] && [ "$last" -ge "$from" ]; then
  exec sh "$run/$last.finish"
fi
for step in $(steps undo -r); do take_back "$step" undo; done
for step in $(steps again); do take_back "$step" again; done
sync
exit "$failed"
