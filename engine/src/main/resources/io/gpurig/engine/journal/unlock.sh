R=${GPURIG_ROOT:-}
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
lock=$R/run/gpurig.lock

uptime() { up=''; read -r up _ </proc/uptime; echo "${up%%.*}"; }
held() {
  if command -v flock >/dev/null 2>&1; then ! flock -n "$lock" true; else [ -d "$lock.d" ]; fi
}

if [ ! -e "$lock" ]; then
  echo free
  exit 0
fi
[ -w "$lock" ] || { echo "error $(id -un 2>/dev/null) may not read $lock"; exit 0; }
if ! held; then
  echo free
  exit 0
fi
echo busy
cat "$lock"
printf 'now %s\n.\n' "$(uptime)"
[ -n "$force" ] || exit 0

holder=$(sed -n 's/^holder //p' "$lock")
# the number may belong to another process by now
case $(tr '\0' ' ' <"/proc/$holder/cmdline" 2>/dev/null) in
  *gpurig-lock*) kill -KILL "$holder" ;;
esac
rm -rf "$lock.d"
tries=0
while held && [ "$tries" -lt 5 ]; do
  sleep 1
  tries=$((tries + 1))
done
if held; then
  echo "error process $holder does not let go of $lock"
else
  printf 'free %s\n' "$(uptime)" >"$lock"
  echo broken
fi
