# What a host does by itself when it hears no more of whoever changes it, and the change may be why.
open=$R/var/lib/gpurig/unfinished

guarded() { grep -q '^guarded ' "$open" 2>/dev/null; }

# A command goes on when whoever asked for it is cut off. systemd ends what it starts and stops in less than five minutes.
settled() { # RUN
  pid='' start='' tries=0
  read -r pid start <"$1/working" 2>/dev/null
  while [ -n "$pid" ] && [ "$(started "$pid")" = "$start" ]; do
    [ "$tries" -lt 300 ] || return 1
    sleep 1
    tries=$((tries + 1))
  done
}

# Takes the change back that is open, unless somebody comes within the time. The lock is free meanwhile.
guard() { # SECONDS  WHAT THE LOCK'S FILE SAYS
  guarded || return 0
  exec </dev/null >/dev/null 2>&1
  sleep "$1"
  now=''
  read -r now <"$lock"
  [ "$now" = "$2" ] && take || return 0
  if guarded; then
    id=$(sed -n 's/^run //p' "$open")
    run=$R/var/lib/gpurig/runs/$id
    printf 'token guard\nwho the host itself\npid %s\nplan taking back of run %s\nsince %s\nstarted %s\nholder %s\n' \
      "$$" "$id" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(uptime)" "$$" >"$lock"
    if settled "$run" && (exec 9>&-; sh "$run/undo" "$(sed -n 's/^from //p' "$open")") 2>"$run/guard"; then
      printf '{"closed":"taken-back","at":"%s"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$run/log"
      rm -f "$open"
      sync
    fi
    printf 'free %s\n' "$(uptime)" >"$lock"
  fi
  release
}
