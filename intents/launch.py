"""Runs a Python module as a child that does not outlive its parent and does not reach the network.

    python launch.py rasa run --enable-api …

Standard input is a pipe that only the parent holds. When it ends, however the parent ended (``kill -9`` too), so do we.
Python's own sockets connect to this machine alone: neither Rasa nor a library of it can call home.
Whatever stands in ``LAUNCH_TOKEN`` becomes ``--auth-token``, so that no list of processes shows it.
"""

import ipaddress
import os
import runpy
import signal
import sys
import threading
import time

SECONDS_TO_END = 5.0
PARENT_GONE = 75


def main() -> None:
    """Run the module named by the first argument with the other arguments."""
    _end_with_parent()
    sys.addaudithook(_stay_here)
    token = os.environ.pop("LAUNCH_TOKEN", "")
    module = sys.argv[1]
    sys.argv[:2] = [module]
    if token:
        sys.argv += ["--auth-token", token]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    pipe = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_wait_for_end, args=(pipe,), name="parent", daemon=True).start()


def _wait_for_end(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_END)
    os._exit(PARENT_GONE)


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook (https://peps.python.org/pep-0578/)."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise PermissionError("this process talks to its own machine only")
    elif event == "socket.getaddrinfo" and not _is_here(arguments[0]):
        raise PermissionError("this process looks up no names")


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


if __name__ == "__main__":
    main()
