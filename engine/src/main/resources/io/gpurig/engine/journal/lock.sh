# Holds the lock of a host for as long as the other end of its standard input is there and says something.
# $1 TOKEN  $2 WHO  $3 PID ON THE CONTROLLER  $4 PLAN  $5 SECONDS TO WAIT  $6 SECONDS OF SILENCE UNTIL IT EXPIRES
# $7 SECONDS AFTER THAT UNTIL A CHANGE THAT IS GUARDED IS TAKEN BACK  $8 TOKEN OF A LOCK OF OURS THAT LOST ITS CONNECTION, OR NOTHING
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
umask 077
trap '' HUP # the end of the input tells
lock=$R/run/gpurig.lock

fail() { printf 'error %s\n' "$1"; exit 1; }
uptime() { up=''; read -r up _ </proc/uptime; echo "${up%%.*}"; }
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; } # proc_pid_stat(5), field 22

# before the lock is taken: busybox's leaves a process behind for that second, which would keep it
if timeout 1 true >/dev/null 2>&1; then limit="timeout $6"; else limit=; fi

mkdir -p "$R/run" 2>/dev/null
(: >>"$lock") 2>/dev/null || fail "$(id -un 2>/dev/null) may not write $lock"

if command -v flock >/dev/null 2>&1; then
  exec 9<>"$lock"
  take() { flock -n 9; }
  release() { flock -u 9; } # the kernel does it too when this process ends, however it ends
else
  # A folder is made by one alone. Its owner may have died: then the process that its name tells is no more.
  take() {
    mkdir "$lock.d" 2>/dev/null && { echo "$$ $(started $$)" >"$lock.d/holder"; return 0; }
    pid='' start=''
    read -r pid start <"$lock.d/holder" 2>/dev/null || return 1
    [ "$(started "$pid")" != "$start" ] || return 1
    mv "$lock.d" "$lock.stale.$$" 2>/dev/null && rm -rf "$lock.stale.$$"
    mkdir "$lock.d" 2>/dev/null && echo "$$ $(started $$)" >"$lock.d/holder"
  }
  release() { rm -rf "$lock.d"; }
fi

# Nothing was begun under it, and its connection is gone: only the host does not know yet.
end_own() {
  [ -n "$1" ] && [ "$(sed -n 's/^token //p' "$lock")" = "$1" ] || return 1
  pid=$(sed -n 's/^holder //p' "$lock")
  [ -n "$pid" ] && kill "$pid" 2>/dev/null && sleep 1
}

waited=0
until take; do
  ! end_own "$8" || continue
  if [ "$waited" -eq 0 ]; then
    printf 'busy\n'
    cat "$lock"
    printf 'now %s\n.\n' "$(uptime)"
  fi
  [ "$waited" -lt "$5" ] || exit 1
  sleep 1
  waited=$((waited + 1))
done

# How long nobody had it: what was read of the host within that time is what no other run was changing.
before=''
read -r before <"$lock"
case $before in
  '') idle=2147483647 ;;
  'free '*) idle=$(($(uptime) - ${before#free })) ;;
  *) idle=0 ;; # whoever had it did not come to say when it ended
esac
printf 'token %s\nwho %s\npid %s\nplan %s\nsince %s\nstarted %s\nholder %s\n' \
  "$1" "$2" "$3" "$4" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(uptime)" "$$" >"$lock" || fail "cannot write $lock"
# runs are told apart, and sorted, by when they began; not every date knows fractions of a second
stamp=$(date -u +%Y%m%dT%H%M%S%N)
case ${stamp#*T} in
  ???????????????) stamp=${stamp%??????} ;;
  *) stamp=$(date -u +%Y%m%dT%H%M%S)000 ;;
esac
printf 'locked %s %sZ\n' "$idle" "$stamp"

# `read` cannot be given a time limit in POSIX, `head` can. The lock is closed to it, so that it dies with this shell.
while beat=$(exec 9>&-; exec $limit head -n 1) && [ -n "$beat" ] && [ "$beat" != end ]; do :; done

mine=''
free="free $(uptime)"
read -r mine <"$lock"
[ "$mine" != "token $1" ] || echo "$free" >"$lock"
release
[ "$beat" = end ] || [ "$mine" != "token $1" ] || guard "$7" "$free"
