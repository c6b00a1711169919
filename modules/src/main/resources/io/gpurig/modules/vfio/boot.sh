R=${GPURIG_ROOT:-}
# Below a folder the tools are that host's own, or none.
has() { at=$(command -v "$1") && case $at in "$R"/*) ;; *) false ;; esac; }
if has grubby; then
  echo 'loader grubby'
elif [ -e "$R/etc/kernel/cmdline" ] && has bootctl && has kernel-install && bootctl is-installed -q 2>/dev/null; then
  echo 'loader systemd-boot'
elif [ -e "$R/etc/default/grub" ]; then
  if has update-grub; then
    echo 'loader update-grub'
  elif has grub2-mkconfig && [ -e "$R/boot/grub2/grub.cfg" ]; then
    echo 'loader grub2-mkconfig /boot/grub2/grub.cfg'
  elif has grub-mkconfig && [ -e "$R/boot/grub/grub.cfg" ]; then
    echo 'loader grub-mkconfig /boot/grub/grub.cfg'
  fi
fi
sed -n 's/^vendor_id[^:]*: */cpu /p' "$R/proc/cpuinfo" 2>/dev/null | head -n 1
:
