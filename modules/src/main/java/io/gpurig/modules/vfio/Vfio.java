package io.gpurig.modules.vfio;

import java.time.Duration;

/**
 * What a plan's {@code vfio} section asks for.
 *
 * @param enabled whether the host is to be ready to hand GPUs to virtual machines
 * @param straight whether the host's own devices pass the IOMMU untranslated ({@code iommu=pt})
 * @param persist whether what virtual machines hold is bound to vfio-pci when the host boots
 * @param rebootTimeout how long a reboot may take
 */
record Vfio(boolean enabled, boolean straight, boolean persist, Duration rebootTimeout) {}
