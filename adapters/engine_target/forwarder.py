"""The program inside the gateway container: one stable port in front of whichever release is live.

It forwards TCP connections to the `host:port` named in a small file, which is read again for every connection, so that
releases are switched by writing that file. After a switch a client that keeps its connection is brought to the new
release with its next HTTP request, and does not notice; connections that fall idle are closed. A second file tells what
was read and how many connections to others are left: by that the target knows when the former release may be stopped.

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
IDLE_S = 1.0
"""A conversation with a former release in which nobody has spoken for so long is ended."""
REQUEST = re.compile(rb"[A-Z]{3,10} \S{1,8000} HTTP/1\.[01]\r\n")


class Conversation:
    """A client and the server that it was brought to: who spoke last, and when."""

    def __init__(self, forwarder: Forwarder, client: socket.socket, target: Target, server: socket.socket) -> None:
        self.forwarder = forwarder
        self.client = client
        self.target = target
        self.server = server
        self.spoken = False
        self.client_waits = False
        self.under_way = 0
        self.last = time.monotonic()
        self.lost = False
        self.task = asyncio.current_task()
        self.answers = asyncio.create_task(self.bring_answers())

    async def run(self) -> None:
        """Pass on what either side says until both have ended, or one is lost."""
        try:
            await self.bring_questions()
            await self.answers
        except OSError:
            self.lost = True
        finally:
            try:
                await self.leave()
            finally:
                hang_up(self.client, "lost" if self.lost else "ended")

    async def bring_questions(self) -> None:
        """To the server: to another one when a new request begins and another one is live."""
        loop = asyncio.get_running_loop()
        while chunk := await loop.sock_recv(self.client, CHUNK_BYTES):
            begins = not self.spoken or (not self.client_waits and not self.under_way and REQUEST.match(chunk))
            self.client_waits = self.spoken = True
            if begins and self.forwarder.look() != self.target:
                await self.move()
            await self.pass_on(chunk, self.server)
        self.server.shutdown(socket.SHUT_WR)

    async def bring_answers(self) -> None:
        """To the client, and the end of them too: it may go on asking."""
        loop = asyncio.get_running_loop()
        try:
            while chunk := await loop.sock_recv(self.server, CHUNK_BYTES):
                self.client_waits, self.spoken = False, True
                await self.pass_on(chunk, self.client)
            self.client.shutdown(socket.SHUT_WR)
        except OSError:
            self.lost = True
            self.end()

    async def pass_on(self, chunk: bytes, sink: socket.socket) -> None:
        """All of it, as fast as it is taken."""
        self.under_way += 1
        try:
            await asyncio.get_running_loop().sock_sendall(sink, chunk)
        finally:
            self.under_way -= 1
            self.last = time.monotonic()

    async def move(self) -> None:
        """Leave the former server, which owes nothing, for the live one."""
        found = await self.forwarder.connect()
        if found is None:
            raise ConnectionError
        await self.leave()
        self.target, self.server = found
        self.answers = asyncio.create_task(self.bring_answers())

    async def leave(self) -> None:
        """Part from the server. A socket is closed only when nobody waits for it any more."""
        self.answers.cancel()
        try:
            await asyncio.wait({self.answers})
        finally:
            hang_up(self.server, "lost" if self.lost else "ended")

    def is_idle(self) -> bool:
        """Nobody is owed an answer, and nobody has spoken for a while."""
        return not self.client_waits and not self.under_way and time.monotonic() - self.last >= IDLE_S

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
            self.read, self.target = match[1], (match[2].decode(), int(match[3]))
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
            hang_up(client, "lost")
            return
        prepare(client)
        conversation = Conversation(self, client, *found)
        self.conversations.add(conversation)
        try:
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
        prepare(server)
        try:
            await asyncio.get_running_loop().sock_connect(server, (host, port))
        except BaseException:
            server.close()
            raise
        return server

    async def watch(self) -> None:
        """Notice switches, end conversations with former releases that fall idle, and tell how many are left."""
        while True:
            target = self.look()
            former = [each for each in self.conversations if each.target != target]
            for each in former:
                if each.is_idle():
                    each.end()
            if target:
                self.tell(b"%s %d\n" % (self.read, len(former)))
            await asyncio.sleep(WATCH_S)

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


def hang_up(connection: socket.socket, how: str) -> None:
    """Close it; when the other end was lost, so that nobody can take a part for the whole."""
    if how == "lost":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


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
