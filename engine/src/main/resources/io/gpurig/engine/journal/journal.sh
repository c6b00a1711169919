R=${GPURIG_ROOT:-}
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
umask 077
journal=$R/var/lib/gpurig
run=$journal/runs/$id

refuse() { echo "gpurig-journal: $1" >&2; exit 75; }
flush() { dd of="$1" conv=notrunc,fsync count=0 </dev/null 2>/dev/null || sync; }
flush_folder() { sync "$1" 2>/dev/null || sync; }

# The lock may have expired, or been broken, and be another's by now: then nothing more may be changed.
held() {
  first=''
  read -r first <"$R/run/gpurig.lock" 2>/dev/null
  [ "$first" = "token $token" ] || { echo "gpurig-journal: not locked" >&2; exit 76; }
}

note() { # JSON WITHOUT ITS LAST BRACE; a line that a crash tore is ended first
  [ ! -s "$run/log" ] || [ -z "$(tail -c 1 "$run/log")" ] || echo >>"$run/log"
  printf '%s,"at":"%s"}\n' "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$run/log" && flush "$run/log"
}

unfinished() { # TEXT
  printf %s "$1" >"$journal/unfinished.new" && flush "$journal/unfinished.new" \
    && mv -f "$journal/unfinished.new" "$journal/unfinished" && flush_folder "$journal"
}

size() { du -sk "$journal/runs" | { read -r kilobytes _; echo "$kilobytes"; }; }

# The oldest go first. Names begin with the time, so that they sort by it.
prune() {
  set -- "$journal"/runs/*
  while [ $# -gt 1 ] && { [ $# -ge 20 ] || [ "$(size)" -gt 16384 ]; }; do
    rm -rf "$1"
    shift
  done
}

begin_run() { # HEADER
  mkdir -p "${journal%/*}" && mkdir -p "$journal/runs" && chmod 700 "$journal" && prune && mkdir "$run" \
    && printf %s "$undo" >"$run/undo" && chmod 700 "$run/undo" && flush "$run/undo" && note "$1" \
    && flush_folder "$journal/runs" || refuse "cannot write $journal"
}

keep() { # STEP PATH: a copy of what is there, beside the script that puts it back
  path=$2
  [ ! -L "$path" ] || path=$(readlink -f "$path")
  if [ -f "$path" ]; then
    cat "$path" >"$run/$1.file" && stat -c '%u:%g %a' "$path" >"$run/$1.mode" \
      && flush "$run/$1.file" && flush "$run/$1.mode"
  fi || refuse "cannot keep a copy of $2 in $run"
}

step() { # STEP KIND SCRIPT JSON; the kind is undo, again or finish
  printf %s "$3" >"$run/$1.$2" && chmod 700 "$run/$1.$2" && flush "$run/$1.$2" && note "$4" && flush_folder "$run" \
    || refuse "cannot write $run"
}

started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; } # proc_pid_stat(5), field 22

# A command goes on when whoever asked for it is cut off. The next run waits for it, then takes it back.
working() { echo "$$ $(started $$)" >"$run/working" || refuse "cannot write $run"; }
settled() { # SECONDS
  pid='' start='' tries=0
  read -r pid start <"$run/working" 2>/dev/null || return 0
  while [ "$(started "$pid")" = "$start" ]; do
    [ "$tries" -lt "$1" ] || { echo "process $pid of the unfinished run still works" >&2; exit 77; }
    sleep 1
    tries=$((tries + 1))
  done
}

undone() { note "{\"undone\":$1"; }

close_run() { # OUTCOME
  note "{\"closed\":\"$1\""
  rm -f "$journal/unfinished"
  flush_folder "$journal"
}
