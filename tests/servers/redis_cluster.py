"""A Redis cluster on loopback for tests: three masters with a replica each, which can be stopped and killed."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis
from redis.exceptions import RedisError

from fraudcheck.adapters.redis.embedded import find_server

SLOTS = 16_384
MASTERS = 3
NODE_TIMEOUT_MS = 500


class Cluster:
    """Six servers with their files in a folder; they form a cluster when entered."""

    def __init__(self, folder: Path) -> None:
        self.ports = _free_ports(2 * MASTERS)
        self._folder = folder
        self._servers: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """The URL of the cluster, for ``RedisCounters.connect``."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._stop)
            for port in self.ports:
                self.start(port)
            masters, replicas = self.ports[:MASTERS], self.ports[MASTERS:]
            for at, port in enumerate(masters):
                first, last = SLOTS * at // MASTERS, SLOTS * (at + 1) // MASTERS
                self.call(port, "CLUSTER", "ADDSLOTS", *range(first, last))
                self.call(port, "CLUSTER", "SET-CONFIG-EPOCH", at + 1)
            for port in self.ports[1:]:
                self.call(port, "CLUSTER", "MEET", "127.0.0.1", self.ports[0])
            for master, replica in zip(masters, replicas, strict=True):
                identity = self.call(master, "CLUSTER", "MYID")
                self._wait(lambda replica=replica, of=identity: self._follows(replica, of))
            self._wait(lambda: all(self._whole(port) for port in self.ports))
            stack.pop_all()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop()

    def start(self, port: int) -> None:
        """Start a node, or start it again."""
        self._servers[port] = subprocess.Popen(
            [
                *(find_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", self._folder),
                *("--cluster-enabled", "yes", "--cluster-config-file", f"{port}.conf", "--save", ""),
                *("--repl-diskless-sync-delay", "0"),  # else Redis 7 waits for five seconds
                *("--cluster-node-timeout", str(NODE_TIMEOUT_MS), "--cluster-require-full-coverage", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        self._wait(lambda: self.call(port, "PING"))

    def signal(self, port: int, number: signal.Signals) -> None:
        """Send a signal to a node, to stop, continue or kill it."""
        self._servers[port].send_signal(number)
        if number is signal.SIGKILL:
            self._servers[port].wait()

    def masters(self) -> list[int]:
        """The ports of the nodes that answer and are masters with slots."""
        found = []
        for port in self.ports:
            try:
                rows = self.call(port, "CLUSTER", "NODES").splitlines()
            except RedisError:
                continue
            own = next(row.split(" ") for row in rows if "myself" in row)
            if "master" in own[2] and len(own) > 8:
                found.append(port)
        return found

    def call(self, port: int, *command: str | int) -> str:
        """Send a command to one node."""
        with Redis(port=port, decode_responses=True, socket_timeout=1) as client:
            answer: str = client.execute_command(*command)
            return answer

    def _follows(self, replica: int, identity: str) -> bool:
        self.call(replica, "CLUSTER", "REPLICATE", identity)
        return True

    def _whole(self, port: int) -> bool:
        rows = self.call(port, "CLUSTER", "NODES").splitlines()
        up = [row for row in rows if row.split(" ")[7] == "connected"]
        followed = sum("slave" in row.split(" ")[2] for row in up) == MASTERS
        followed = followed and "master_link_status:down" not in self.call(port, "INFO", "replication")
        return len(up) == len(self.ports) and followed and "cluster_state:ok" in self.call(port, "CLUSTER", "INFO")

    @staticmethod
    def _wait(condition: object) -> None:
        assert callable(condition)
        give_up = time.monotonic() + 20
        while time.monotonic() < give_up:
            try:
                if condition():
                    return
            except RedisError:
                pass
            time.sleep(0.02)
        raise TimeoutError("the cluster does not come up")

    def _stop(self) -> None:
        for server in self._servers.values():
            server.kill()
            server.wait()


def _free_ports(many: int) -> list[int]:
    """Ports that are free, and whose cluster bus ports (10,000 above) are free too."""
    found: list[int] = []
    for port in random.sample(range(20_000, 30_000), 1000):
        with ExitStack() as stack:
            try:
                for each in (port, port + 10_000):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", each))
            except OSError:
                continue
        found.append(port)
        if len(found) == many:
            return found
    raise OSError("too few free ports")
