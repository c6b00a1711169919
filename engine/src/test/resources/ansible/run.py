"""Runs many of Ansible's commands in one process: each in a fork of it, so that the second that Ansible needs to start is
spent once. Reads one JSON list of arguments on each line, and prints {"code": ..., "out": ..., "err": ...} for each."""

import json
import os
import sys
import tempfile

from ansible.cli.adhoc import AdHocCLI
from ansible.cli.inventory import InventoryCLI

COMMANDS = {"ansible": AdHocCLI, "ansible-inventory": InventoryCLI}


def run(arguments):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = 1
            try:
                COMMANDS[arguments[0]].cli_executor(arguments)
                code = 0
            except SystemExit as exit:
                code = exit.code or 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
        return {"code": code, "out": texts[0], "err": texts[1]}


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))))
