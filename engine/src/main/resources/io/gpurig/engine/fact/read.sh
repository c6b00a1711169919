# Sent by gpurig over ssh as the standard input of `sh -s`; reads only, leaves nothing behind.
# Runs under dash, busybox ash and bash. An answer is a line that starts with %, then its content encoded; no
# content can hold a % in that encoding, so none can be taken for a frame.
R=${GPURIG_ROOT:-}
LC_ALL=C
# some sshd start commands without the folders of the administrator's tools, such as chroot
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
newline='
'
export LC_ALL PATH

if command -v base64 >/dev/null 2>&1; then
  encoding=base64 success=CjA=
  encode() { base64; }
else
  encoding=hex success='0a 30'
  encode() { od -An -v -tx1; }
fi
# old busybox wants `timeout -t 30`; there a command has only the deadline of the connection
if timeout 1 true >/dev/null 2>&1; then limit='timeout 30'; else limit=; fi

file() { # NUMBER PATH
  if [ ! -e "$2" ]; then
    echo "%absent $1"
  elif [ -d "$2" ]; then
    echo "%directory $1"
  elif [ ! -f "$2" ]; then
    echo "%other $1"
  elif [ ! -r "$2" ]; then
    echo "%unreadable $1"
  else
    echo "%file $1"
    head -c 1048577 "$2" 2>/dev/null | encode
  fi
}

# An entry's first line is its name, after an r if it can be read; a name of several lines is passed over.
folder() { # NUMBER PATH
  if [ ! -e "$2" ]; then
    echo "%absent $1"
  elif [ ! -d "$2" ]; then
    echo "%other $1"
  elif [ ! -r "$2" ] || [ ! -x "$2" ]; then
    echo "%unreadable $1"
  else
    echo "%directory $1"
    stats "$2" "$2"/* "$2"/.[!.]*
    for entry in "$2"/* "$2"/.[!.]*; do
      [ -f "$entry" ] || continue
      case $entry in *"$newline"*) continue ;; esac
      echo "%entry $1"
      if [ -r "$entry" ]; then
        { printf 'r%s\n' "${entry##*/}"; head -c 1048577 "$entry" 2>/dev/null; } | encode
      else
        printf -- '-%s\n' "${entry##*/}" | encode
      fi
    done
  fi
}

stats() { # PATH...
  echo "%stat"
  stat -L -c '%a %u:%g %n' "$@" 2>&1 | encode
}

# Content: standard output, newline, encoded(standard error, newline, exit status), newline, length of that encoded part.
# Reading it from its end needs no separator that the output could forge, and no temporary file.
answer() { # NUMBER COMMAND ARGUMENT...
  echo "%command $1"
  shift
  {
    errors=$({ "$@" 2>&1 >&3 3>&- </dev/null; printf '\n%s' "$?"; })
    # no process for what is encoded already: no standard error, and exit status 0
    if [ "$errors" = "${newline}0" ]; then errors=$success; else errors=$(printf %s "$errors" | encode); fi
    printf '\n%s\n%s' "$errors" "${#errors}"
  } 3>&1 | encode
}

# Most hosts lack most of the programs that are asked for: for these no process is started.
run() { # NUMBER PROGRAM ARGUMENT...
  if command -v "$2" >/dev/null 2>&1; then
    number=$1
    shift
    answer "$number" $limit "$@"
  else
    echo "%missing $1"
  fi
}

# While a driver does not let a function go, whoever reads the function's driver_override waits with it, and cannot be
# broken off (Linux before 7.2). Whoever let go of it is then in state D, or noted by our own script; and it has no driver.
hanging() {
  ! grep -qs ') D ' "$R"/proc/[0-9]*/stat || return 0
  for mark in "$R"/run/gpurig-bind/*; do
    [ ! -d "$mark" ] || [ -s "$mark/done" ] || return 0
  done
  return 1
}

pci() {
  echo "%pci"
  {
    if hanging; then hangs=yes; else hangs=; fi
    for device in "$R"/sys/bus/pci/devices/*; do
      [ -r "$device/vendor" ] || continue
      vendor='' id='' class='' node='' override=''
      read -r vendor <"$device/vendor"
      read -r id <"$device/device"
      read -r class <"$device/class"
      [ ! -r "$device/numa_node" ] || read -r node <"$device/numa_node"
      [ -n "$hangs" ] && [ ! -e "$device/driver" ] || [ ! -r "$device/driver_override" ] || read -r override <"$device/driver_override"
      printf '%s %s %s %s %s %s\n' "${device##*/}" "$vendor" "$id" "$class" "${node:--1}" "$override"
    done
    # one process for all links: two for each of some hundred functions would take half a second
    ls -ld "$R"/sys/bus/pci/devices/*/driver "$R"/sys/bus/pci/devices/*/iommu_group 2>/dev/null
  } | encode
}

users() { # NUMBER PREFIX
  echo "%users $1"
  ls -l "$R"/proc/[0-9]*/fd 2>/dev/null | {
    pid='' shown=''
    while IFS= read -r line; do
      case $line in
        */proc/*/fd:)
          pid=${line%/fd:}
          pid=${pid##*/}
          ;;
        *" -> $2"*)
          if [ "$pid" != "$shown" ]; then
            shown=$pid name=''
            read -r name <"$R/proc/$pid/comm"
            printf 'process %s %s\n' "$pid" "$name"
            sed 's/^/cgroup /' "$R/proc/$pid/cgroup"
          fi
          printf 'device %s\n' "${line##* -> }"
          ;;
      esac
    done
  } 2>/dev/null | encode
}

echo "%gpurig 1 $encoding"
echo "%root"
printf %s "$R" | encode
