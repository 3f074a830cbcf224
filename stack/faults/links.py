"""TCP paths between two services that can be cut, slowed or made to lose answers."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Coroutine
from typing import Any

MODES = ("ok", "cut", "slow", "mute")
CHUNK = 65536


class Link:
    """One path: whoever connects to `port` reaches the target, as the mode has it.

    `cut` resets every connection and takes no new ones; `slow` passes each piece on after `delay` seconds; `mute` passes
    the question on and resets the connection when the answer begins, so that the asker cannot know what happened. With `tls` it is
    spoken to encrypted, and goes on in the clear. `taken` counts the connections.
    """

    def __init__(self, name: str, target: tuple[str, int], tls: ssl.SSLContext | None = None) -> None:
        self.name, self.target, self.tls = name, target, tls
        self.port = self.taken = 0
        self.mode, self.delay = "ok", 0.0
        self.writers: set[asyncio.StreamWriter] = set()

    async def serve(self) -> asyncio.Server:
        """Listen on a free port of loopback."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self.tls)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    async def set(self, mode: str, delay: float = 0.0) -> None:
        """Behave like this until the next change."""
        if mode not in MODES:
            raise ValueError(f"{mode} is no mode of a link; one of {', '.join(MODES)}")
        self.mode, self.delay = mode, delay
        if mode == "cut":
            for writer in list(self.writers):
                writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "cut":
            writer.transport.abort()
            return
        self.taken += 1
        self.writers.add(writer)
        onward: asyncio.StreamWriter | None = None
        try:
            back, onward = await asyncio.open_connection(*self.target)
            self.writers.add(onward)
            await asyncio.gather(self._pass(reader, onward, False), self._pass(back, writer, True))
        except OSError:
            pass  # the target is down or hung up: the asker sees its connection end
        finally:
            for side in (writer, onward):
                if side is not None:
                    self.writers.discard(side)
                    side.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, answer: bool) -> None:
        while piece := await source.read(CHUNK):
            if answer and self.mode == "mute":
                raise ConnectionResetError("the answer is lost")
            if self.mode == "slow":
                await asyncio.sleep(self.delay)
            to.write(piece)
            await to.drain()
        with contextlib.suppress(OSError):
            to.write_eof() if to.can_write_eof() else to.close()  # TLS knows no half-closed connection


class Links:
    """All paths of a run, served by one thread."""

    def __init__(self, targets: dict[str, tuple[str, int]], tls: ssl.SSLContext | None = None) -> None:
        self.links = {name: Link(name, target, tls) for name, target in targets.items()}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True, name="links")

    def start(self) -> None:
        """Open every path."""
        self.thread.start()
        self.servers = [self._wait(link.serve()) for link in self.links.values()]

    def set(self, name: str, mode: str, delay: float = 0.0) -> None:
        """Change one path."""
        self._wait(self.links[name].set(mode, delay))

    def stop(self) -> None:
        """Close every path."""
        for name in self.links:
            self.set(name, "cut")
        for server in self.servers:
            self.loop.call_soon_threadsafe(server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)
