"""What does the ledger know of a lead's mailbox and phone? Checks that wait at the same time share one question to it.

A check waits for its answer beside the DNS and the counts, and no longer than for these.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import CancelledError, Future
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from time import monotonic

from fraudcheck.ports import Unavailable
from fraudcheck.ports.history import Question
from fraudcheck.ports.ledger import Ledger
from fraudcheck.records import Facts
from fraudcheck.worth.funnel import DEFAULT, Funnel

_log = logging.getLogger(__name__)

AT_ONCE = 128
"""Checks that share a question at most."""
PAUSE = 1.0
"""Seconds for which the ledger is not asked after a failure."""


class LedgerHistories:
    """``ports.history.Histories`` of a ledger. ``clock`` gives monotonic seconds.

    A ledger that is down or slow costs few checks their time: once one has given up waiting for an answer, nobody waits
    until that has come. By callbacks, as a task for each question would cost as much as the question.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = monotonic) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: dict[Future[Facts], Question] = {}
        self._funnels: dict[str, Funnel] = {}
        self._under_way = self._given_up = False
        self._rests_until = 0.0

    def know(self, tenant: str, funnel: Funnel) -> None:
        """What a tenant's outcomes show is by this funnel from now on."""
        self._funnels[tenant] = funnel

    def look_up(self, question: Question) -> Future[Facts]:
        """See ``ports.history.Histories``. Raises Unavailable while the ledger is down or slow."""
        if self._given_up or (self._rests_until and self._clock() < self._rests_until):
            raise Unavailable("ledger")
        loop = asyncio.get_running_loop()
        future: Future[Facts] = loop.create_future()
        future.add_done_callback(self._watch)
        funnel = self._funnels.get(question.tenant, DEFAULT)
        if funnel is not DEFAULT:
            reached = frozenset[str]().union(*funnel.proofs, funnel.sold)
            question = question._replace(reached=reached, sold=funnel.sold)
        self._waiting[future] = question
        if not self._under_way:
            self._under_way = True
            loop.call_soon(self._ask)  # so that those who come in the same turn share it
        return future

    def _watch(self, future: Future[Facts]) -> None:
        if future.cancelled() and self._under_way:
            self._given_up = True

    def _ask(self) -> None:
        """Ask for those who wait, the first ``AT_ONCE`` of them."""
        asked = dict(islice(self._waiting.items(), AT_ONCE))
        for future in asked:
            del self._waiting[future]
        try:
            self._ledger.histories(list(asked.values())).add_done_callback(partial(self._tell, list(asked)))
        except Exception as problem:
            self._refuse(asked, problem)

    def _tell(self, asked: Sequence[Future[Facts]], answer: Future[Sequence[Facts]]) -> None:
        """Give each its answer, and ask for those who came meanwhile."""
        problem = CancelledError() if answer.cancelled() else answer.exception()
        if problem is not None:
            self._refuse(asked, problem)
            return
        for future, facts in zip(asked, answer.result(), strict=True):
            if not future.done():  # else its check waited no longer
                future.set_result(facts)
        self._given_up = False
        self._under_way = bool(self._waiting)
        if self._waiting:
            self._ask()

    def _refuse(self, asked: Iterable[Future[Facts]], problem: BaseException) -> None:
        """Tell all who wait that there is no answer, and rest."""
        if not isinstance(problem, Unavailable | CancelledError):
            _log.warning("the ledger's histories cannot be read: %s", type(problem).__name__)
        self._under_way = self._given_up = False
        self._rests_until = self._clock() + PAUSE
        for future in [*asked, *self._waiting]:
            if not future.done():
                future.set_exception(Unavailable("ledger"))
                future.exception()  # nobody has to wait for it
        self._waiting.clear()
