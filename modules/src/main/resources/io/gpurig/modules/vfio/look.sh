R=${GPURIG_ROOT:-}
here() { for entry in "$1"/*; do [ ! -e "$entry" ] || echo "$2 ${entry##*/}"; done; }
ls -ld "$R"/sys/bus/pci/devices/* 2>/dev/null | sed -n 's:.*/\([^/ ]*\) -> \(.*\)$:place \1 \2:p'
for device in "$R"/sys/bus/pci/devices/*; do
  bdf=${device##*/}
  [ ! -e "$device/physfn" ] || echo "virtual $bdf"
  if [ -r "$device/sriov_numvfs" ]; then
    read -r number <"$device/sriov_numvfs" && [ "$number" = 0 ] || echo "virtual-functions $bdf $number"
  fi
  [ ! -r "$device/boot_vga" ] || ! read -r boot <"$device/boot_vga" || [ "$boot" != 1 ] || echo "boot-vga $bdf"
  [ ! -d "$device/mdev_supported_types" ] || echo "vgpu $bdf types"
  for mdev in "$device"/????????-????-????-????-????????????; do
    [ ! -e "$mdev" ] || echo "vgpu $bdf ${mdev##*/}"
  done
  if [ -r "$device/nvidia/current_vgpu_type" ]; then
    read -r type <"$device/nvidia/current_vgpu_type" && [ "$type" = 0 ] || echo "vgpu $bdf $type"
  fi
done
here "$R/sys/class/iommu" iommu
here "$R/sys/bus/pci/drivers" driver
for card in "$R"/sys/class/drm/card[0-9]* "$R"/sys/class/drm/renderD*; do
  case ${card##*/} in *-*) continue ;; esac
  at=$(readlink "$card/device" 2>/dev/null) && echo "drm ${card##*/} ${at##*/}"
done
for buffer in "$R"/sys/class/graphics/fb[0-9]*; do
  at=$(readlink "$buffer/device" 2>/dev/null) && echo "framebuffer ${buffer##*/} ${at##*/}"
done
for mark in "$R"/run/gpurig-bind/*; do
  [ ! -d "$mark" ] || [ -s "$mark/done" ] || echo "hangs ${mark##*/}"
done
grep -os '/dev/nvidia[0-9]*$' "$R"/proc/[0-9]*/maps | sort -u | while IFS=: read -r maps path; do
  pid=${maps%/maps} name=''
  read -r name <"${maps%/maps}/comm" && echo "mapped ${pid##*/} $path $name"
done
:
