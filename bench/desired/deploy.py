"""The same state as plan.yaml, and the same conditions looked at, for pyinfra; run with 2.9.2."""

import json
from io import StringIO

from pyinfra import host
from pyinfra.facts.server import Command, LinuxDistribution
from pyinfra.operations import server

DRIVER = "nvcr.io/nvidia/driver:580.126.16-debian12"
TOOLKIT = "nvcr.io/nvidia/k8s/container-toolkit:v1.17.8-ubuntu20.04"


def container(name):
    found = json.loads(host.get_fact(Command, f"docker container inspect {name} 2>/dev/null || true") or "[]")
    return found[0] if found else None


def runs(name, image):
    found = container(name)
    return found is not None and found["Config"]["Image"] == image and found["State"]["Running"]


host.get_fact(LinuxDistribution)
host.get_fact(Command, "grep -l 0x10de /sys/bus/pci/devices/*/vendor || true")
host.get_fact(Command, "test ! -e /sys/module/nouveau/refcnt && echo absent")
host.get_fact(Command, "dpkg-query -W nvidia-container-toolkit 2>/dev/null || true")
host.get_fact(Command, "ls /etc/cdi /var/run/cdi 2>/dev/null || true")

if not runs("nvidia-driver", DRIVER):
    server.shell(
        name="driver",
        commands=[
            "docker rm --force nvidia-driver 2>/dev/null || true",
            "docker run --detach --name nvidia-driver --privileged --pid host --restart unless-stopped"
            " --volume /run/nvidia:/run/nvidia:rshared --volume /run/nvidia-fabricmanager:/run/nvidia-fabricmanager"
            " --volume /run/nvidia-topologyd:/run/nvidia-topologyd --volume /var/log:/var/log"
            " --volume /etc/os-release:/host-etc/os-release:ro --volume /run/nvidia/driver/lib/firmware:/lib/firmware"
            f" {DRIVER}",
            "timeout 1260 sh -c 'until chroot /run/nvidia/driver nvidia-smi -L; do sleep 1; done'",
        ],
    )
if not runs("nvidia-toolkit", TOOLKIT):
    server.shell(
        name="toolkit",
        commands=[
            "docker rm --force nvidia-toolkit 2>/dev/null || true",
            "docker run --detach --name nvidia-toolkit --privileged --pid host --restart unless-stopped"
            " --env ROOT=/usr/local/nvidia --env RUNTIME=docker --env RUNTIME_CONFIG=/runtime/config-dir/daemon.json"
            " --env RUNTIME_SOCKET=/runtime/sock-dir/docker.sock --env NVIDIA_RUNTIME_SET_AS_DEFAULT=false"
            " --env NVIDIA_DRIVER_ROOT=/run/nvidia/driver --env DRIVER_ROOT_CTR_PATH=/run/nvidia/driver"
            " --volume /usr/local/nvidia:/usr/local/nvidia --volume /run/nvidia:/run/nvidia:rslave"
            " --volume /var/run:/runtime/sock-dir:rslave --volume /etc/docker:/runtime/config-dir"
            f" {TOOLKIT}",
            "timeout 300 sh -c 'until docker info --format {{json .Runtimes}} | grep -q nvidia; do sleep 1; done'",
        ],
    )
host.get_fact(Command, "chroot /run/nvidia/driver nvidia-smi -L")
host.get_fact(Command, "docker info --format '{{json .Runtimes}}'")
host.get_fact(Command, "cat /etc/docker/daemon.json")
