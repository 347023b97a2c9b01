"""Is there room for one more check? Decided before any work, so that what is admitted is young and gets all its facts.

One event loop does the work: more checks at one time make all of them wait longer, and none ready sooner. So few are
worked on at once and the others wait their turn. While the wait stays short nobody is refused. When it becomes long,
more come than can be judged: from then on only as many wait as are judged in a moment, and the others hear at once
that they should come again.
"""

from __future__ import annotations

import asyncio
import math
import time
from bisect import bisect_left
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from itertools import accumulate

FEWEST, MOST = 6, 64
"""Checks that are worked on at one time: the fewer, the longer the event loop takes for a turn (``_LONG_TURN``)."""
CALM, PRESSED = 0.25, 0.015
"""Seconds: the longest wait for a place that a call is let in for, in calm times and while too many come."""
OLDEST, OLDEST_PRESSED = 0.35, 0.04
"""Seconds: a call that came in calm times, or while too many came, and has waited for so long is refused after all."""
LONGEST_REST = 0.3
"""Seconds for which the connection of a refused caller is not read, at most: many take turns, few hardly rest."""
WINDOW = 1.0
"""Seconds for which too many come, at least, when they once did."""
_EXCESS = 0.05  # share of calls refused in a window, under which calm times are back
_FIRST_PACE, _SLOWEST = 0.0025, 0.05  # seconds from one answer to the next
_SMOOTHING = 64  # answers
_TURNS = 8  # beats
_BEAT = 0.005  # seconds from one look at the clock to the next
_LONG_TURN = 0.0065  # seconds between two looks, above which those that are let in wait for each other
_REFUSALS = 8  # to each answer, which take a fifth of its time together; connections rest so that no more come
_LONGEST_RETRY = 30  # seconds
_REPEATS = 10_000  # Idempotency-Keys of answered calls
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5)  # seconds: upper bounds of the histogram's buckets


class Refused(Exception):
    """There is no room for the call. The text is the cause, as in ``Admission.shed``."""


class Admission:
    """Lets calls in to be judged, some at one time; at most ``most`` are in or wait.

    ``elsewhere()`` is how many of those that are in wait for a look-up and need no place meanwhile. ``clock`` gives
    monotonic seconds. A call is counted as old as the event loop may be late: while the loop was busy it lay unread
    in its socket.

    ``admitted`` counts calls that got a place, ``shed`` those that were refused, by cause: ``wait`` (the wait would be
    too long), ``age`` (the call had waited too long), ``in_flight`` (there are ``most`` already) and ``gone`` (the
    caller had left). ``waited`` is how old those admitted were when they got their places, in seconds together.
    ``places`` is how many are worked on at one time
    now: fewer while the event loop takes long for a turn, as then each waits for all the others; more while it does
    not, as then they wait for Redis and the disk.
    """

    def __init__(
        self, most: int, *, elsewhere: Callable[[], int] = lambda: 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.admitted = 0
        self.shed: Counter[str] = Counter(wait=0, age=0, in_flight=0, gone=0)
        self.waited = 0.0
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self.places = float(MOST)
        self._turn = _BEAT  # seconds from one beat to the next, smoothed
        self._most = most
        self._elsewhere = elsewhere
        self._clock = clock
        self._inside = 0
        # When each call arrived, until when it waits, and its place.
        self._queue: deque[tuple[float, float, asyncio.Future[None]]] = deque()
        self._pace = _FIRST_PACE
        self._last_answer: float | None = None  # while calls have waited ever since
        self._window_ends: float | None = None  # while more come than can be judged
        self._window = (0, 0)  # admitted and refused when the window began
        self._retry_after = 1
        self._beat: float | None = None
        self._resting: deque[Callable[[], None]] = deque()
        self._answered: OrderedDict[int, None] = OrderedDict()

    @property
    def inside(self) -> int:
        """Calls that have a place, and those that wait for a look-up."""
        return self._inside

    @property
    def waiting(self) -> int:
        """Calls that wait for a place."""
        return len(self._queue)

    @property
    def pressed(self) -> bool:
        """Whether more come than can be judged."""
        return self._window_ends is not None

    @property
    def retry_after(self) -> int:
        """Whole seconds after which a refused caller should come again.

        When three times as many come as can be judged, they have to be spread over three seconds.
        """
        return self._retry_after

    def histogram(self) -> list[tuple[str, float]]:
        """Cumulative histogram of ``waited``: (upper bound in seconds, number); the last bound is ``+Inf``."""
        return list(zip((*map(str, _BOUNDS), "+Inf"), map(float, accumulate(self._buckets)), strict=True))

    def arrived(self) -> float:
        """When a call that is read now arrived, at the earliest: the loop has not looked since its last beat."""
        now = self._clock()
        return now if self._beat is None else min(self._beat, now)

    def refusal(self, arrived: float, key: str | None = None) -> str:
        """The cause for which a call has to be refused at once; empty where it may come in. Counts nothing.

        ``key`` is its Idempotency-Key. A call that was answered before is let in as in calm times: nearly all the
        work for it is done.
        """
        if self._inside + len(self._queue) >= self._most:
            return "in_flight"
        if not self._queue and self._has_place():
            return ""
        longest = PRESSED if self.pressed and not self._is_repeat(key) else CALM
        return "wait" if self._clock() - arrived + len(self._queue) * self._pace > longest else ""

    def require_room(self, arrived: float, key: str | None = None) -> None:
        """Raises Refused, and counts it, where ``refusal`` gives a cause."""
        if cause := self.refusal(arrived, key):
            self.refuse(cause)
            raise Refused(cause)

    def refuse(self, cause: str) -> None:
        """Count a call that is refused."""
        self.shed[cause] += 1
        if not self.pressed and cause != "gone":
            self._start_window()

    async def enter(self, arrived: float, key: str | None = None, gone: Callable[[], bool] = lambda: False) -> None:
        """Wait for a place, which ``leave`` gives back. Raises Refused, and counts it.

        ``gone()`` tells whether the caller has left, which is asked at the end of the wait.
        """
        self.require_room(arrived, key)
        if self._queue or not self._has_place():
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.append((arrived, arrived + (OLDEST_PRESSED if self.pressed else OLDEST), place))
            self._start_beating()
            try:
                await place
            except asyncio.CancelledError:
                if place.cancelled():
                    self._queue = deque(waiting for waiting in self._queue if waiting[2] is not place)
                elif place.exception() is None:
                    self.leave()
                raise
        else:
            self._let_in(arrived)
            self._start_beating()
        if gone():
            self._inside -= 1
            self.refuse("gone")
            self._fill()
            raise Refused("gone")

    def leave(self, key: str | None = None) -> None:
        """Give the place back. ``key`` is the Idempotency-Key of a call that was answered with a verdict."""
        self._inside -= 1
        if key is not None:
            self._answered[hash(key)] = None
            self._answered.move_to_end(hash(key))
            if len(self._answered) > _REPEATS:
                self._answered.popitem(last=False)
        now = self._clock()
        if self._last_answer is not None:
            self._pace += (min(now - self._last_answer, _SLOWEST) - self._pace) / _SMOOTHING
        self._fill()
        self._last_answer = now if self._queue else None

    def beat(self) -> None:
        """Note that the event loop turns, fill free places, and refuse those that have waited for too long."""
        now = self._clock()
        passed = 0.0 if self._beat is None else now - self._beat
        self._beat = now
        self._adapt(passed)
        self._fill()
        while self._queue and now > self._queue[0][1]:
            self._refuse_first()
        if self._window_ends is not None and now >= self._window_ends:
            self._judge_window()
        rested = math.ceil(passed * max(len(self._resting) / LONGEST_REST, _REFUSALS / self._pace))
        for _ in range(min(rested, len(self._resting))):
            self._resting.popleft()()

    def rest(self, go_on: Callable[[], None]) -> None:
        """Call ``go_on`` in a moment: the sooner, the fewer rest; within ``LONGEST_REST`` if the loop is not late."""
        self._resting.append(go_on)
        self._start_beating()

    def _adapt(self, turn: float) -> None:
        """Fewer places where the loop's turns are long, more where they are short and calls wait."""
        self._turn += (min(turn, _SLOWEST) - self._turn) / _TURNS
        if self._turn > _LONG_TURN:
            self.places = max(self.places * 0.95, FEWEST)
        elif not self._has_place():
            self.places = min(self.places + 0.1, MOST)

    def _has_place(self) -> bool:
        return self._inside - self._elsewhere() < int(self.places)

    def _fill(self) -> None:
        """Give free places to those that have waited longest, unless their callers will hardly wait for the answer."""
        now = self._clock()
        while self._queue and self._has_place():
            arrived, until, place = self._queue[0]
            if now > until:
                self._refuse_first()
            else:
                self._queue.popleft()
                self._let_in(arrived)
                place.set_result(None)

    def _refuse_first(self) -> None:
        *_, place = self._queue.popleft()
        self.refuse("age")
        place.set_exception(Refused("age"))

    def _let_in(self, arrived: float) -> None:
        age = max(self._clock() - arrived, 0.0)
        self._inside += 1
        self.admitted += 1
        self.waited += age
        self._buckets[bisect_left(_BOUNDS, age)] += 1

    def _start_window(self) -> None:
        self._window_ends = self._clock() + WINDOW
        self._window = self.admitted, self._refused()
        self._start_beating()

    def _judge_window(self) -> None:
        """At a window's end: how many times more came than were judged, and is it over?"""
        admitted, refused = self.admitted - self._window[0], self._refused() - self._window[1]
        self._retry_after = min(max(math.ceil((admitted + refused) / max(admitted, 1)), 1), _LONGEST_RETRY)
        if refused > _EXCESS * (admitted + refused):
            self._start_window()
        else:
            self._window_ends = None

    def _refused(self) -> int:
        return self.shed["wait"] + self.shed["age"] + self.shed["in_flight"]

    def _is_repeat(self, key: str | None) -> bool:
        return key is not None and hash(key) in self._answered

    def _start_beating(self) -> None:
        if self._beat is None:
            self._beat = self._clock()
            asyncio.get_running_loop().call_later(_BEAT, self._go_on_beating)

    def _go_on_beating(self) -> None:
        self.beat()
        if self._inside or self._queue or self._resting or self.pressed:
            asyncio.get_running_loop().call_later(_BEAT, self._go_on_beating)
        else:
            self._beat = None
