"""Registers or removes NVIDIA's runtimes in Docker's configuration, and has dockerd read it again.

docker-config.py setup|cleanup TOOLKIT NAME AS_DEFAULT CDI RESTART_MODE ROOT CONFIG SOCKET

Runs on the host; ROOT is where the root of the toolkit container shows there. CONFIG and SOCKET are paths in the
container, without symbolic links, which would lead elsewhere from here.
"""
import json
import os
import signal
import socket
import struct
import sys
import time

action, toolkit, name, as_default, cdi, restart_mode, root, config_path, socket_path = sys.argv[1:]
NAMES = {name: "nvidia-container-runtime",
         "nvidia-cdi": "nvidia-container-runtime.cdi",
         "nvidia-legacy": "nvidia-container-runtime.legacy"}


def set_up(config):
    runtimes = config.setdefault("runtimes", {})
    for runtime, program in NAMES.items():
        runtimes[runtime] = {"args": [], "path": f"{toolkit}/{program}"}
    if as_default == "true":
        config["default-runtime"] = name
    if cdi == "true":
        config.setdefault("features", {})["cdi"] = True


def clean_up(config):
    for runtime in NAMES:
        if config.get("default-runtime") == runtime:
            config["default-runtime"] = "runc"      # whatever it was before us: so does the real one
        config.get("runtimes", {}).pop(runtime, None)
    if not config.get("runtimes", True):
        del config["runtimes"]


def docker_pid():
    """Who answers on the socket. With socket activation the listener is systemd's, so a message must tell."""
    with socket.socket(socket.AF_UNIX) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        client.settimeout(5)
        client.connect(root + socket_path)
        client.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
        _, ancillary, _, _ = client.recvmsg(4096, socket.CMSG_SPACE(12))
        for level, kind, data in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                return struct.unpack("iII", data[:12])[0]
    raise OSError("the answer came without credentials")


def reload_docker():
    for attempt in range(6):
        if attempt:
            time.sleep(5)
        try:
            os.kill(docker_pid(), signal.SIGHUP)
            return
        except OSError as e:
            print(f"docker-config: cannot signal dockerd: {e}", file=sys.stderr)
    sys.exit("docker-config: gave up on signalling dockerd")


path = root + config_path
try:
    with open(path) as f:
        config = json.load(f)
except FileNotFoundError:
    config = {}
except ValueError as e:
    sys.exit(f"docker-config: unable to load config {config_path}: {e}")

(set_up if action == "setup" else clean_up)(config)

os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, "w") as f:
    json.dump(config, f, indent=4, sort_keys=True)
if restart_mode == "signal":
    reload_docker()
elif restart_mode != "none":
    sys.exit(f"docker-config: the stand-in does not know the restart mode {restart_mode}")
