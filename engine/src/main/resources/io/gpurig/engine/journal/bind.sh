fail() { echo "$1" >&2; exit 1; }
uptime() { read -r up _ </proc/uptime; echo "${up%%.*}"; }
# proc_pid_stat(5), fields 3 and 22; one that has ended may not be waited for yet
started() { sed -n 's/.*) \([^ZX] .*\)/\1/p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
bound() { # prints the driver of the function, nothing if it has none
  link=$(readlink "$device/driver" 2>/dev/null) || link=''
  echo "${link##*/}"
}

# Prints who has a device file open, or mapped. A path that ends in a digit stands for itself alone.
users() { # PATH
  case $1 in *[0-9]) end='$' ;; *) end='' ;; esac
  {
    ls -l "$R"/proc/[0-9]*/fd 2>/dev/null | grep -e '/fd:$' -e " -> $1$end" | {
      pid=''
      while read -r line; do
        case $line in
          */proc/*/fd:) pid=${line%/fd:} pid=${pid##*/} ;;
          *) echo "$pid" ;;
        esac
      done
    }
    grep -ls " $1$end" "$R"/proc/[0-9]*/maps | sed 's:.*/proc/\([0-9]*\)/maps$:\1:'
  } | sort -un | while read -r pid; do
    name=''
    read -r name <"$R/proc/$pid/comm" || continue
    printf '%s (pid %s), ' "$name" "$pid"
  done 2>/dev/null
}

# What the kernel last said of the function.
log() {
  said=$(dmesg 2>/dev/null | grep -F "$bdf" | tail -n 1 | sed 's/^\[[^]]*\] *//') || said=''
  [ -z "$said" ] || printf '; its kernel said: %s' "$said"
}

# A write into sysfs may never return, and then nothing can break it off: it is done beside this shell.
put() { # VALUE FILE
  mkdir -p "$mark"
  (
    said=$(printf '%s\n' "$1" | tee "$2" 2>&1 >/dev/null) || :
    echo "said $said" >"$mark/done"
  ) </dev/null >/dev/null 2>&1 &
  echo "$! $(started $!)" >"$mark/pid"
  end=$(($(uptime) + seconds))
  until [ -s "$mark/done" ]; do
    [ "$(uptime)" -le "$end" ] \
      || fail "${was:-the kernel} has not let $bdf go within $seconds s, and nothing can break that off: nothing more is done to it before this host is rebooted$(log)"
    sleep 0.1 2>/dev/null || sleep 1
  done
  said=$(sed 's/^said //' "$mark/done")
  rm -rf "$mark"
  rmdir "${mark%/*}" 2>/dev/null || :
}

bind() { # BDF DRIVER OVERRIDE SECONDS PATH...
  bdf=$1 driver=$2 override=$3 seconds=$4
  shift 4
  device=$R/sys/bus/pci/devices/$bdf mark=$R/run/gpurig-bind/$bdf
  [ -e "$device/vendor" ] || fail "there is no function $bdf on the PCI bus"
  pid='' start=''
  [ ! -e "$mark/pid" ] || read -r pid start <"$mark/pid" || :
  tries=0
  while [ -n "$pid" ] && [ "$(started "$pid")" = "$start" ]; do
    [ "$tries" -lt 2 ] \
      || fail "$bdf still hangs in the kernel since it was last taken from its driver; reboot this host"
    tries=$((tries + 1))
    sleep 1
  done
  rm -rf "$mark"

  was=$(bound)
  if [ -n "$was" ] && [ "$was" != "$driver" ]; then
    for path in "$@"; do
      who=$(users "$path")
      [ -z "$who" ] || fail "$was cannot let $bdf go: $path is in use by ${who%, }"
    done
  fi
  # a function that hangs has no driver: what would wait for it is not read
  now=''
  [ -z "$was" ] || read -r now <"$device/driver_override" || now=''
  [ "$now" != '(null)' ] || now=''
  # before it is let go, so that nobody else binds it in between
  [ -n "$was" ] && [ "$now" = "$override" ] || put "$override" "$device/driver_override"
  if [ -n "$was" ] && [ "$was" != "$driver" ]; then
    put "$bdf" "$R/sys/bus/pci/drivers/$was/unbind"
    [ -z "$(bound)" ] || fail "$was did not let $bdf go: $said$(log)"
  fi
  if [ -n "$driver" ] && [ "$(bound)" != "$driver" ]; then
    [ -d "$R/sys/bus/pci/drivers/$driver" ] || fail "the driver $driver is not loaded"
    put "$bdf" "$R/sys/bus/pci/drivers/$driver/bind"
    # a write may succeed without effect
    [ "$(bound)" = "$driver" ] || fail "$driver did not take $bdf: ${said:-it has ${link:-no driver}}$(log)"
  fi
}
