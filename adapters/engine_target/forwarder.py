"""The program inside the gateway container: one stable port in front of whichever release is live.

It forwards TCP connections to the `host:port` named in a small file, which is read again for every connection, so that
releases are switched by writing that file. After a switch it closes the connections to the former release as they fall
quiet, and writes into a second file what it has read and how many connections to others are left: by that the target
knows when the former release may be stopped.

The source of this file is passed to `python -c` in a plain Python image (3.11 or newer): it imports nothing but the
standard library, and nothing of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import resource
import signal
import socket
import struct
import sys
import time
from pathlib import Path

Target = tuple[str, int]
TARGET = re.compile(rb"(([a-z0-9][a-z0-9.-]*):([0-9]{1,5}) [0-9a-f]+)\n")
"""Host, port, and a word by which the writer knows its own writing again."""
BACKLOG = 4096
CHUNK_BYTES = 32 * 1024
"""All that is kept for a slow reader, in each direction: thousands of them must not fill the memory."""
CONNECT_S = 5.0
RETRY_S = 0.05
ADDRESS_S = 1.0
WATCH_S = 0.05
DRAIN_WATCH_S = 0.01
IDLE_S = 0.5
"""A conversation with a former release that is silent for so long is closed."""
PATIENCE_S = 4.0
"""So long after a switch those that never are silent for long are closed too, in a pause that has just begun:
near its end the client would be about to ask again."""
PAUSE_S = (0.01, 0.04)


class Conversation:
    """A client and the server that it was brought to: who spoke last, and when."""

    def __init__(self, target: Target, client: socket.socket, server: socket.socket) -> None:
        self.target = target
        self.client = client
        self.server = server
        self.client_waits = False
        self.under_way = 0
        self.last = time.monotonic()
        self.task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Pass on what either side says until both have ended, or one is lost."""
        loop = asyncio.get_running_loop()
        both = (self.client, self.server), (self.server, self.client)
        copies = [loop.create_task(self.copy(source, sink)) for source, sink in both]
        try:
            await asyncio.gather(*copies)
        except OSError:
            # neither side may take a part for the whole
            for each in (self.client, self.server):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        finally:
            for copy in copies:
                copy.cancel()
            # a socket is closed only when nobody waits for it any more
            await asyncio.wait(copies)
            self.client.close()
            self.server.close()

    async def copy(self, source: socket.socket, sink: socket.socket) -> None:
        """Pass on what is read until its end, then the end itself: the other direction may go on."""
        loop = asyncio.get_running_loop()
        while chunk := await loop.sock_recv(source, CHUNK_BYTES):
            self.client_waits = sink is self.server
            self.under_way += 1
            await loop.sock_sendall(sink, chunk)
            self.under_way -= 1
            self.last = time.monotonic()
        sink.shutdown(socket.SHUT_WR)

    def may_end(self, switched: float) -> bool:
        """Nobody is owed an answer, and it is idle, or has had its time and is in a pause."""
        now = time.monotonic()
        if self.client_waits or self.under_way:
            return False
        silent_s, (begun_s, over_s) = now - self.last, PAUSE_S
        return silent_s >= IDLE_S or (now - switched >= PATIENCE_S and begun_s <= silent_s <= over_s)

    def end(self) -> None:
        """Close both sides."""
        if self.task:
            self.task.cancel()


class Forwarder:
    """All conversations, and the target of the next one."""

    def __init__(self, target_file: Path, state_file: Path) -> None:
        self.target_file = target_file
        self.state_file = state_file
        self.target: Target | None = None
        self.read = b""
        self.switched = time.monotonic()
        self.conversations: set[Conversation] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.told = b""
        self.lookups: dict[Target, tuple[float, asyncio.Future[Target]]] = {}

    def look(self) -> Target | None:
        """The target as the file names it now; the last one known while the file is being replaced."""
        try:
            # read each time: a replaced file may have the inode, size and time of the former one
            match = TARGET.fullmatch(self.target_file.read_bytes())
        except OSError:
            return self.target
        if match:
            self.read, target = match[1], (match[2].decode(), int(match[3]))
            if target != self.target:
                self.target, self.switched = target, time.monotonic()
        return self.target

    async def listen(self, listener: socket.socket) -> None:
        """Take clients for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, _ = await loop.sock_accept(listener)
            except OSError:
                # too many open files, or a client that has gone already
                await asyncio.sleep(RETRY_S)
                continue
            task = loop.create_task(self.serve(client))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def serve(self, client: socket.socket) -> None:
        """One client, from its first byte to its last."""
        found = await self.connect()
        if found is None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            return
        target, server = found
        conversation = Conversation(target, client, server)
        conversation.task = asyncio.current_task()
        self.conversations.add(conversation)
        try:
            for each in (client, server):
                prepare(each)
            await conversation.run()
        finally:
            self.conversations.discard(conversation)

    async def connect(self) -> tuple[Target, socket.socket] | None:
        """A connection to the live release, tried again for a moment; None when it takes none."""
        deadline = time.monotonic() + CONNECT_S
        while (left := deadline - time.monotonic()) > 0:
            target = self.look()
            if target is not None:
                try:
                    return target, await asyncio.wait_for(self.open(target), left)
                except OSError:
                    self.lookups.pop(target, None)
            await asyncio.sleep(RETRY_S)
        return None

    async def open(self, target: Target) -> socket.socket:
        """A connection to where the name leads now."""
        expires, lookup = self.lookups.get(target, (0.0, None))
        if lookup is None or (lookup.done() and expires < time.monotonic()):
            # names are looked up again after a moment: a restarted release may have got another address
            lookup = asyncio.ensure_future(address(target))
            self.lookups[target] = (time.monotonic() + ADDRESS_S, lookup)
        host, port = await asyncio.shield(lookup)
        server = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        server.setblocking(False)  # noqa: FBT003 - the library's own signature
        try:
            await asyncio.get_running_loop().sock_connect(server, (host, port))
        except BaseException:
            server.close()
            raise
        return server

    async def watch(self) -> None:
        """Notice switches, end conversations with former releases when they may, and tell how many are left."""
        while True:
            target = self.look()
            former = [each for each in self.conversations if each.target != target]
            for each in former:
                if each.may_end(self.switched):
                    each.end()
            if target:
                self.tell(b"%s %d\n" % (self.read, len(former)))
            await asyncio.sleep(DRAIN_WATCH_S if former else WATCH_S)

    def tell(self, state: bytes) -> None:
        """Replace the state file when there is news."""
        # a full disk must not end the forwarding: whoever waits for the news has a deadline
        if state != self.told:
            with contextlib.suppress(OSError):
                new = self.state_file.with_suffix(".new")
                new.write_bytes(state)
                new.replace(self.state_file)
                self.told = state


async def address(target: Target) -> Target:
    """The first address that the name has."""
    found = await asyncio.get_running_loop().getaddrinfo(*target, type=socket.SOCK_STREAM)
    return str(found[0][4][0]), target[1]


def prepare(connection: socket.socket) -> None:
    """Pass on small pieces at once, and notice within two minutes when the other side has silently gone."""
    connection.setblocking(False)  # noqa: FBT003 - the library's own signature
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


async def main(host: str, port: int, target_file: Path, state_file: Path) -> None:
    """Forward until SIGTERM."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    listener = socket.create_server((host, port), backlog=BACKLOG)
    listener.setblocking(False)  # noqa: FBT003 - the library's own signature
    forwarder = Forwarder(target_file, state_file)
    print(f"forwarding from port {listener.getsockname()[1]}", flush=True)  # noqa: T201 - its only log line
    works = {loop.create_task(forwarder.listen(listener)), loop.create_task(forwarder.watch())}
    ended, _ = await asyncio.wait({loop.create_task(stopped.wait()), *works}, return_when=asyncio.FIRST_COMPLETED)
    for work in ended & works:
        work.result()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])))
