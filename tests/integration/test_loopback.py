"""Nothing that `make up` starts can be reached from another machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path

import pytest

from stack.client import Stack
from stack.processes import Processes

pytestmark = pytest.mark.integration
LISTENS = "0A"


def address_of(written: str) -> str:
    """The address of a line of /proc/net/tcp or tcp6: words of four bytes, each in the processor's order."""
    packed = b"".join(bytes.fromhex(written[at : at + 8])[::-1] for at in range(0, len(written), 8))
    found = ipaddress.ip_address(packed)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def listening() -> dict[str, tuple[str, int]]:
    """Address and port of every socket of this machine that takes connections, by its inode."""
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {
        row[9]: (address_of(row[1].rpartition(":")[0]), int(row[1].rpartition(":")[2], 16))
        for row in rows
        if row[3] == LISTENS
    }


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets; of one that has ended, none."""
    found = set()
    try:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            target = os.readlink(entry.path)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except FileNotFoundError:
        pass
    return found


def test_every_socket_of_every_service_listens_on_loopback_alone(stack: Stack) -> None:
    processes, every = Processes(Path(stack.data["folder"])), listening()
    places = {
        name: {every[inode] for pid in processes.members(name) for inode in sockets_of(pid) & every.keys()}
        for name in processes.recorded()
    }
    seen = {port for found in places.values() for _, port in found}
    ports = {int(url.rpartition(":")[2]) for url in stack.data["urls"].values()}
    assert ports <= seen, f"not looked at: {sorted(ports - seen)}"
    open_ones = {
        name: sorted(place for place in found if not ipaddress.ip_address(place[0]).is_loopback)
        for name, found in places.items()
    }
    assert {name: found for name, found in open_ones.items() if found} == {}


def test_a_socket_open_to_everybody_would_be_seen() -> None:
    with socket.create_server(("0.0.0.0", 0)) as everybody, socket.create_server(("127.0.0.1", 0)) as own:
        mine = {listening()[inode] for inode in sockets_of(os.getpid()) & listening().keys()}
        assert {("0.0.0.0", everybody.getsockname()[1]), ("127.0.0.1", own.getsockname()[1])} <= mine
