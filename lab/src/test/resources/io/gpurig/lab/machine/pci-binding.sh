# How the kernel binds PCI functions, as a transcript. Run in the kernel suite's guest and in the lab, which must agree.
# GPU and AUDIO are two functions of one card, alone in their IOMMU group, on nvidia and snd_hda_intel.
R=${GPURIG_ROOT:-}
P=$R/sys/bus/pci
group=$(readlink "$P/devices/$GPU/iommu_group")
node=$R/dev/vfio/${group##*/}

put() { # VALUE FILE, below the devices of the function or below the bus
  if said=$(printf '%s\n' "$1" | tee "$2" 2>&1 >/dev/null); then echo "  done"; else echo "  ${said##*: }"; fi
}
driver() { l=$(readlink "$P/devices/$1/driver") && echo "${l##*/}" || echo -; }
state() {
  read -r override <"$P/devices/$GPU/driver_override"
  if [ -e "$node" ]; then there=node; else there='no node'; fi
  echo "  GPU $(driver "$GPU"), audio $(driver "$AUDIO"), override $override, $there"
}

modprobe vfio-pci
echo "at first"; state
echo "unbind from a driver that it has not"; put "$GPU" "$P/drivers/snd_hda_intel/unbind"
echo "bind to a driver that does not want it"; put "$GPU" "$P/drivers/vfio-pci/bind"
echo "set the override"; put vfio-pci "$P/devices/$GPU/driver_override"; state
echo "probe while it is bound"; put "$GPU" "$P/drivers_probe"; state
echo "bind while it is bound"; put "$GPU" "$P/drivers/vfio-pci/bind"; state
echo "unbind"; put "$GPU" "$P/drivers/nvidia/unbind"; state
echo "unbind again"; put "$GPU" "$P/drivers/nvidia/unbind"
echo "bind to the driver before, against the override"; put "$GPU" "$P/drivers/nvidia/bind"; state
echo "bind"; put "$GPU" "$P/drivers/vfio-pci/bind"; state
echo "override and unbind through the link of the other function"
put vfio-pci "$P/devices/$AUDIO/driver_override"; put "$AUDIO" "$P/devices/$AUDIO/driver/unbind"; state
echo "probe it"; put "$AUDIO" "$P/drivers_probe"; state
echo "clear the override with nothing"; printf '' | tee "$P/devices/$GPU/driver_override"; state
echo "clear the override with a newline"; put '' "$P/devices/$GPU/driver_override"; state
echo "unbind and probe"; put "$GPU" "$P/drivers/vfio-pci/unbind"; put "$GPU" "$P/drivers_probe"; state
echo "the other function too"
put '' "$P/devices/$AUDIO/driver_override"; put "$AUDIO" "$P/drivers/vfio-pci/unbind"; state
put "$AUDIO" "$P/drivers/snd_hda_intel/bind"; state
echo "an override that is no driver"; put none "$P/devices/$GPU/driver_override"
put "$GPU" "$P/drivers/nvidia/unbind"; put "$GPU" "$P/drivers_probe"; state
put '' "$P/devices/$GPU/driver_override"; put "$GPU" "$P/drivers_probe"; state
echo "a function that is not there"; put 0000:fe:00.0 "$P/drivers_probe"; put 0000:fe:00.0 "$P/drivers/vfio-pci/bind"
