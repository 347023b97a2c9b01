"""May this caller call once more? Calls are counted by the ``limits`` library, in Redis or in this process.

Workers and machines share the counts in Redis. While it is down each process counts for itself: no call waits for
Redis longer than a round trip may take, and none fails. Redis' keys hold tenants and ids of API keys, nothing else.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from math import ceil
from typing import Any

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from msgspec import Struct
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from fraudcheck.adapters.redis.link import FAILURES

DEFAULTS = {
    "check": None,
    "read": "500/10 seconds",
    "outcome": "1000/10 seconds",
    "batch": "30/minute",
    "wrong-key": "30/minute",
    "token": "6000/minute",
    "site-token": "60000/minute",
}
"""How many calls of each kind a key may make in which time; of wrong keys and forms' tokens, an address. Behind one
address a carrier has thousands of people, and a token that is refused costs them points: so tokens are many. None is no
limit."""
_LOCAL = frozenset({"check", "wrong-key", "token", "site-token"})
"""Counted in this process only: a check waits for no round trip, and addresses are personal data."""
_ADDRESSES = 1024
"""Calls without a key are counted by this many groups of addresses, so that no address is kept and their number is
bounded."""
_TIMEOUT = 0.1
"""Seconds that a round trip may take."""
_PAUSE = 5.0
"""Seconds for which Redis is not asked after a failure."""


class Standing(Struct, frozen=True):
    """Where a caller stands: so many calls of this kind in so many seconds, so many left, until the count is new."""

    kind: str
    calls: int
    window: int
    allowed: bool
    left: int
    seconds: int


class RateLimits:
    """Counts calls. ``refused`` has by kind how many were too many. ``clock`` gives monotonic seconds."""

    def __init__(
        self,
        rates: Mapping[str, RateLimitItem | None],
        redis_url: str | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self._rates = rates
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._storage = None if redis_url is None else _storage(redis_url)
        self._shared = self._here if self._storage is None else SlidingWindowCounterRateLimiter(self._storage)
        self._clock = clock
        self._ask_again = float("-inf")

    async def count(self, kind: str, tenant: str, key_id: str) -> Standing | None:
        """Count a call of a key, if it is not one too many. None where there is no limit."""
        rate = self._rates.get(kind)
        if rate is None:
            return None
        if kind not in _LOCAL and self._clock() >= self._ask_again:
            try:
                return await self._count(self._shared, kind, rate, tenant, key_id)
            except FAILURES:
                self._ask_again = self._clock() + _PAUSE
        return await self._count(self._here, kind, rate, tenant, key_id)

    async def count_wrong_key(self, address: str) -> Standing | None:
        """Count a call with a wrong key from an address."""
        return await self.count("wrong-key", "", _group(address))

    async def count_token(self, address: str | None, site: str) -> Standing | None:
        """Count a call for a form's token from an address; where none is known, of a site. None if it may be made."""
        kind, who = ("site-token", site) if address is None else ("token", _group(address))
        rate = self._rates.get(kind)
        if rate is None or await self._here.hit(rate, "", who, kind):  # where it stands is asked only by the refused
            return None
        return await self._count(self._here, kind, rate, "", who)

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._storage is not None:
            with suppress(*FAILURES):
                await self._storage.bridge.get_connection().aclose()

    async def _count(
        self, limiter: SlidingWindowCounterRateLimiter, kind: str, rate: RateLimitItem, tenant: str, key_id: str
    ) -> Standing:
        allowed = await limiter.hit(rate, tenant, key_id, kind)
        reset, left = await limiter.get_window_stats(rate, tenant, key_id, kind)
        if not allowed:
            self.refused[kind] += 1
        seconds = min(max(1, ceil(reset - time.time())), rate.get_expiry())
        return Standing(kind, rate.amount, rate.get_expiry(), allowed, max(0, left) if allowed else 0, seconds)


def _group(address: str) -> str:
    return f"{hash(address) % _ADDRESSES}"  # other groups in each process


def read_rates(chosen: Sequence[str]) -> dict[str, RateLimitItem | None]:
    """The limits by kind, from settings such as ``read=500/10 seconds`` and ``check=none``, over the defaults.

    Raises ValueError with what to do.
    """
    texts: dict[str, str | None] = dict(DEFAULTS)
    for text in chosen:
        kind, _, rate = text.partition("=")
        if kind.strip() not in DEFAULTS:
            raise ValueError(f"limits: {text!r} is of no kind; give KIND=CALLS/TIME, with KIND {', '.join(DEFAULTS)}")
        texts[kind.strip()] = None if rate.strip() == "none" else rate
    try:
        return {kind: None if rate is None else parse(rate) for kind, rate in texts.items()}
    except ValueError:
        raise ValueError("limits: give KIND=CALLS/TIME, such as read=500/10 seconds, or KIND=none") from None


def _storage(redis_url: str) -> Any:
    """The storage in the Redis at a URL of ``Link.to``."""
    scheme, _, rest = redis_url.partition("://")
    url = f"async+{'redis+unix' if scheme == 'unix' else scheme}://{rest}"
    options: dict[str, Any] = {
        "implementation": "redispy",
        "key_prefix": "fc:limits",
        "socket_timeout": _TIMEOUT,
        "socket_connect_timeout": _TIMEOUT,
        "retry": Retry(NoBackoff(), 0),
    }
    return storage_from_string(url, **options)
