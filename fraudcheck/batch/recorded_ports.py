"""What answers a check in place of Redis and the DNS, while a batch is read and judged? What the batch found before."""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections.abc import Mapping
from contextlib import suppress

from fraudcheck.counting.formula import NEVER
from fraudcheck.counting.windows import Seen
from fraudcheck.ports import Ports
from fraudcheck.records import Facts, Subject
from fraudcheck.signals import email_mx


class DomainRecorder:
    """Mail routes that answer nothing and note the domain that they are asked for."""

    _domain: str | None = None

    async def route(self, domain: str) -> Facts:
        """Note the domain; the answer is unknown."""
        self._domain = domain
        return {"v": 1, "unknown": "not asked"}

    def domain_needed(self, subject: Subject, ports: Ports) -> str | None:
        """The domain whose mail route the lead's check will ask for; None for none. ``ports`` must have this object as
        its mail routes.
        """
        self._domain = None
        with suppress(StopIteration):
            email_mx.look_up(subject, ports).send(None)  # runs to its end at once, as nothing in it waits
        return self._domain


class RecordedRoutes:
    """Mail routes of the domains of one slice: ``answers``, by domain."""

    answers: Mapping[str, Facts] = {}

    async def route(self, domain: str) -> Facts:
        """The recorded answer, or unknown."""
        return self.answers.get(domain, {"v": 1, "unknown": "not asked"})


class RecordedCounts:
    """Counts of the leads of one slice: ``seen``, by row and kind of identity."""

    seen: Mapping[int, Mapping[str, Seen]] = {}

    def observe(self, subject: Subject) -> Future[Mapping[str, Seen]]:
        """What was seen before of each of the lead's identities, by kind. ``subject.tag`` is the row number."""
        seen = self.seen.get(int(subject.tag), {})
        answer: Future[Mapping[str, Seen]] = get_running_loop().create_future()
        answer.set_result({kind: seen.get(kind, NEVER) for kind in subject.tokens})
        return answer

    async def ping(self) -> None:
        """Succeeds: there is nothing to reach."""

    async def close(self) -> None:
        """Does nothing: there is nothing to close."""
