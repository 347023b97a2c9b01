"""How does a form backend ask fraudcheck about a lead? One call, with a limit of time for all tries, that never fails.

Where no verdict can be had, the answer says so, and the form goes on: a lead is never lost because of it. Nothing of a
lead and no key stands in a repr, in an exception or in the log.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import hashlib
import json
import logging
import math
import os
import random
import re
import ssl
import threading
import time
import uuid
import weakref
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Literal, TypeVar, cast

import httpx

from fraudcheck_client.types import CheckVerdict, Decision, KeptCheck, LeadOutcomes, ProblemDocument, ToldOutcome

Why = Literal["timeout", "unreachable", "busy", "refused", "broken", "unsendable"]
"""Why there is no verdict.

``timeout``: none came within the limit. ``unreachable``: no connection, or one that broke off before the answer's end.
``busy``: 429, 502, 503 or 504, and no time for another try. ``refused``: another 4xx; ``status`` says which.
``broken``: an answer that is none of fraudcheck's. ``unsendable``: the lead is no JSON, the client is closed, or the
process can open nothing more.
"""
LARGEST = 1 << 20
"""Bytes of an answer that are read, at most. A verdict has about 4,000."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0  # seconds between two tries, where the service names no time
_SHORTEST_TRY = 0.02  # seconds that a further try needs to be worth it
_GRACE = 0.1  # seconds in which the thread of the calls has to say that the time is over
_AGAIN = (429, 502, 503, 504)
_KEEP_ALIVE = 30.0  # seconds; the service itself keeps a silent connection for 75
_UUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DECISIONS = ("accept", "review", "reject")
_Result = TypeVar("_Result")
_log = logging.getLogger("fraudcheck_client")


class CallFailed(Exception):
    """A call that gave nothing, and why. ``status`` is that of the answer, if one came; ``problem`` is what it said."""

    def __init__(self, why: Why, status: int | None = None, problem: ProblemDocument | None = None, detail: str = ""):
        super().__init__(" ".join([why, *([f"({status})"] if status else []), *([f"({detail})"] if detail else [])]))
        self.why: Why = why
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """What a form goes on with: a verdict, or why there is none (``unchecked``).

    Keep ``idempotency_key`` beside a lead that was not checked: the same lead under the same key may be sent again, and
    counts once. ``problem`` is what the service said of a call that it refused.
    """

    verdict: CheckVerdict | None = field(default=None, repr=False)
    unchecked: Why | None = None
    status: int | None = None
    problem: ProblemDocument | None = field(default=None, repr=False)
    idempotency_key: str = field(default="", repr=False)

    @property
    def decision(self) -> Decision:
        """The verdict's; without one ``review``: somebody has to look, or to ask again later."""
        return "review" if self.verdict is None else self.verdict["decision"]

    @property
    def check_id(self) -> str | None:
        """The id of the check, to keep with the lead; None without a verdict."""
        return None if self.verdict is None else self.verdict["check_id"]


class AsyncClient:
    """Calls the service at ``url``, with ``key`` where it needs one. One client a process is enough.

    ``timeout`` is the limit in seconds of one call, all its tries and pauses together. ``tls`` is for a service whose
    certificate an authority of your own signed. It takes no proxy and no password from the environment. Raises
    ValueError for what it cannot be made with.
    """

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 1.0, tls: ssl.SSLContext | None = None):
        self._url = _service(url)
        key = (key or "").strip()
        if not re.fullmatch("[!-~]*", key):
            raise ValueError("key: give what `fraudcheck keys create` printed")
        if not (timeout > 0 and math.isfinite(timeout)):
            raise ValueError("timeout: give seconds, more than 0")
        self._headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "fraudcheck-client"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._timeout = timeout
        if tls is None:  # a context without authorities costs nothing, and trusts nobody
            tls = httpx.create_ssl_context() if url.startswith("https") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls = tls
        self._mark = uuid.uuid4().hex[:16]  # by which a call of this client is known
        self._transports: dict[asyncio.AbstractEventLoop, httpx.AsyncHTTPTransport] = {}
        self._closed = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._url!r})"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, raised: object, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections of this event loop, and take no further calls."""
        self._closed = True
        transport = self._transports.pop(asyncio.get_running_loop(), None)
        if transport is not None:
            await transport.aclose()

    async def check(self, lead: Mapping[str, object], *, idempotency_key: str | None = None) -> Answer:
        """Judge one lead. Never raises: without a verdict, the answer says why.

        Give an ``idempotency_key`` of your own (the form submission's id) if you may send the same lead again.
        """
        key = sound_key(idempotency_key)
        return await self._check(lead_body(lead), key)

    async def get(self, check_id: str) -> KeptCheck:
        """A check as it is kept, with its facts. Raises CallFailed."""
        return cast(KeptCheck, await self._call("GET", f"/v1/checks/{_checked(check_id)}"))

    async def outcome(self, check_id: str, told: ToldOutcome) -> LeadOutcomes:
        """Tell what became of a lead; told twice, it counts once. Raises CallFailed."""
        path = f"/v1/checks/{_checked(check_id)}/outcome"
        return cast(LeadOutcomes, await self._call("POST", path, json.dumps(told, default=_plain).encode()))

    async def _check(self, body: bytes | None, key: str) -> Answer:
        """The answer about a lead as it is sent; None is one that cannot be."""
        try:
            if body is None:
                raise CallFailed("unsendable")
            verdict = await self._call("POST", "/v1/checks", body, key)
            if not _is_verdict(verdict):
                raise CallFailed("broken", 200)
        except CallFailed as failed:
            return unchecked(failed, key)
        return Answer(verdict=cast(CheckVerdict, verdict), status=200, idempotency_key=key)

    async def _call(self, method: str, path: str, body: bytes | None = None, key: str = "") -> Mapping[str, Any]:
        """The JSON object that a call gives, within the limit. Raises CallFailed, and nothing else."""
        if self._closed:
            raise CallFailed("unsendable")
        failed = CallFailed("timeout")
        try:
            async with asyncio.timeout(self._timeout):
                return await self._tries(self._request(method, path, body, key))
        except TimeoutError:
            pass
        except CallFailed as told:
            failed = told
        except Exception as other:  # whatever it is, the form has to go on
            failed = CallFailed("broken", detail=type(other).__name__)
        raise failed.with_traceback(None)  # and without a cause: those of httpx carry the request

    def _request(self, method: str, path: str, body: bytes | None, key: str) -> httpx.Request:
        headers = self._headers | ({} if body is None else {"Content-Type": "application/json"})
        if key:
            headers["Idempotency-Key"] = key
        return httpx.Request(method, self._url + path, headers=headers, content=body)

    async def _tries(self, request: httpx.Request) -> Mapping[str, Any]:
        ends = time.monotonic() + self._timeout
        pause = _FIRST_PAUSE
        while True:
            failed, wait = CallFailed("unreachable"), 0.0
            try:
                status, headers, content = await self._send(request, ends - time.monotonic())
            except httpx.TimeoutException:
                failed = CallFailed("timeout")
            except httpx.ConnectError as problem:  # nothing was sent yet: its words are the system's own
                failed = CallFailed("unreachable", detail=str(problem)[:200])
            except httpx.TransportError:
                pass
            else:
                if status == 200:
                    return _object(headers, content)
                if status not in _AGAIN:
                    raise _refusal(status, headers, content)
                failed = CallFailed("busy", status)
                wait = retry_after(headers)
            wait = max(wait, pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            if time.monotonic() + wait + _SHORTEST_TRY > ends:
                raise failed
            await asyncio.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _send(self, request: httpx.Request, left: float) -> tuple[int, httpx.Headers, bytes]:
        """One try. A connection that is not made in half the time is tried anew: a packet may be lost."""
        left = max(left, _SHORTEST_TRY)
        times = {"timeout": httpx.Timeout(left, connect=left / 2).as_dict()}
        headers = httpx.Headers(request.headers)
        headers["X-Request-Id"] = name = self._mark + uuid.uuid4().hex[:16]
        once = httpx.Request(request.method, request.url, headers=headers, content=request.content, extensions=times)
        response = await self._transport().handle_async_request(once)
        content = bytearray()
        try:
            answers = response.headers.get("X-Request-Id", "")
            if answers != name and answers.startswith(self._mark):
                raise httpx.RemoteProtocolError("the answer to another call: what stands between has mixed them up")
            async for part in cast(httpx.AsyncByteStream, response.stream):
                content += part
                if len(content) > LARGEST:
                    raise CallFailed("broken", response.status_code)
        finally:
            await response.aclose()
        return response.status_code, response.headers, bytes(content)

    def _transport(self) -> httpx.AsyncHTTPTransport:
        """The connections of this event loop. A bare transport: it follows nothing, and keeps no cookie."""
        loop = asyncio.get_running_loop()
        found = self._transports.get(loop)
        if found is None:
            for other in list(self._transports):
                if other.is_closed():
                    self._transports.pop(other, None)
            limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=_KEEP_ALIVE)
            found = httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=limits)
            self._transports[loop] = found
        return found


class Client:
    """The same for programs without an event loop, from any number of threads: the calls run in one thread of its own.

    So the limit of time holds also while a name is looked up, and while an answer comes in drops. The thread starts
    with the first call, also in a process that was forked.
    """

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 1.0, tls: ssl.SSLContext | None = None):
        self._calls = AsyncClient(url, key, timeout=timeout, tls=tls)
        self._limit = timeout + _GRACE
        self._lock = threading.Lock()
        self._running: _Running | None = None

    def __repr__(self) -> str:
        return f"Client({self._calls._url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: object, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections, and take no further calls."""
        with self._lock:
            running, self._running = self._running, None
            self._calls._closed = True
        if running is not None and running.process == os.getpid():
            running.end()
            running.thread.join(self._limit)

    def check(self, lead: Mapping[str, object], *, idempotency_key: str | None = None) -> Answer:
        """As ``AsyncClient.check``. Never raises."""
        key = sound_key(idempotency_key)
        body = lead_body(lead)  # in the caller's own thread, to which what is in the lead may belong
        try:
            return self._wait(self._calls._check(body, key))
        except CallFailed as failed:
            return unchecked(failed, key)

    def get(self, check_id: str) -> KeptCheck:
        """As ``AsyncClient.get``. Raises CallFailed."""
        return self._wait(self._calls.get(check_id))

    def outcome(self, check_id: str, told: ToldOutcome) -> LeadOutcomes:
        """As ``AsyncClient.outcome``. Raises CallFailed."""
        return self._wait(self._calls.outcome(check_id, told))

    def _wait(self, call: Coroutine[Any, Any, _Result]) -> _Result:
        """What a call gives. Raises CallFailed."""
        failed = CallFailed("timeout")
        try:
            future = asyncio.run_coroutine_threadsafe(call, self._loop())
        except (RuntimeError, OSError) as problem:  # closed; the interpreter is about to end; no file can be opened
            call.close()
            failed = CallFailed("unsendable", detail="" if self._calls._closed else type(problem).__name__)
        else:
            try:
                return future.result(self._limit)
            except CallFailed as told:
                failed = told
            except concurrent.futures.CancelledError:  # the client was closed meanwhile
                failed = CallFailed("unreachable")
            except TimeoutError:  # the thread hangs
                pass
            finally:
                future.cancel()  # where the caller was interrupted
        raise failed

    def _loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the calls in this process. Raises RuntimeError where there can be none."""
        running = self._running
        if running is None or running.process != os.getpid():
            with self._lock:
                running = self._running
                if running is None or running.process != os.getpid():
                    if self._calls._closed:
                        raise RuntimeError("closed")
                    running = self._running = _Running(self._calls)
                    weakref.finalize(self, running.end)
        return running.loop


class _Running:
    """The thread of a client's calls, with its event loop, in one process. Raises RuntimeError where none can start."""

    def __init__(self, calls: AsyncClient) -> None:
        self.process = os.getpid()
        self.loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self.thread = threading.Thread(target=self._run, args=[calls], name="fraudcheck_client", daemon=True)
        self.thread.start()

    def end(self) -> None:
        """End the thread; calls under way get nothing. In a process that was forked there is nothing to end."""
        if self.process == os.getpid():
            with contextlib.suppress(RuntimeError):  # it has ended
                self.loop.call_soon_threadsafe(self._over.set)

    def _run(self, calls: AsyncClient) -> None:
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._until_over(calls))

    async def _until_over(self, calls: AsyncClient) -> None:
        await self._over.wait()
        await calls.close()


def _service(url: str) -> str:
    """The address of a service, without a slash at its end. Raises ValueError; it does not repeat the address."""
    try:
        read = httpx.URL(url)
        sound = read.scheme in ("http", "https") and bool(read.host)
        sound = sound and not (read.userinfo or read.query or read.fragment)
    except (httpx.InvalidURL, TypeError):
        sound = False
    if not sound:
        raise ValueError("url: give the service's address, such as http://127.0.0.1:8080")
    return str(read).rstrip("/")


def _checked(check_id: str) -> str:
    if not _UUID.fullmatch(str(check_id)):
        raise CallFailed("refused", 404)
    return str(check_id)


def sound_key(given: str | None) -> str:
    """The Idempotency-Key of a lead: the caller's, by its hash where a header cannot carry it, or a new one."""
    if not given:
        return str(uuid.uuid4())
    given = str(given)  # a UUID, or a number
    if re.fullmatch("[!-~]{1,255}", given):
        return given
    return hashlib.sha256(given.encode("utf-8", "replace")).hexdigest()


def lead_body(lead: Mapping[str, object]) -> bytes | None:
    """A lead as it is sent; None if it is no JSON. Dates, decimals and the like are sent as their texts."""
    try:
        return json.dumps(dict(lead), default=_plain, allow_nan=False).encode()
    except Exception:  # what is in a lead may do anything when it is read
        return None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def unchecked(failed: CallFailed, key: str) -> Answer:
    """The answer without a verdict, which is logged."""
    _log.warning("a lead was not checked: %s", failed)
    return Answer(unchecked=failed.why, status=failed.status, problem=failed.problem, idempotency_key=key)


def retry_after(headers: httpx.Headers) -> float:
    """Seconds after which the service wants to be asked again; 0 where it does not say.

    A date is held against the answer's own ``Date``, as two clocks may differ.
    """
    given = headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,9}", given):
        return float(given)
    try:
        until = parsedate_to_datetime(given).timestamp()
        now = parsedate_to_datetime(headers["Date"]).timestamp() if "Date" in headers else time.time()
        return max(0.0, until - now)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _media_type(headers: httpx.Headers) -> str:
    return str(headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _parsed(content: bytes) -> Mapping[str, Any] | None:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _object(headers: httpx.Headers, content: bytes) -> Mapping[str, Any]:
    read = _parsed(content) if _media_type(headers) == "application/json" else None
    if read is None or not isinstance(read.get("check_id"), str):
        raise CallFailed("broken", 200)
    return read


def _refusal(status: int, headers: httpx.Headers, content: bytes) -> CallFailed:
    read = _parsed(content) if _media_type(headers) == "application/problem+json" else None
    problem = cast(ProblemDocument, read) if read and isinstance(read.get("title"), str) else None
    return CallFailed("refused" if 400 <= status < 500 else "broken", status, problem)


def _is_verdict(read: Mapping[str, Any]) -> bool:
    """Whether an answer has what every verdict had from the first version on."""
    score = read.get("trust_score")
    return (
        read.get("decision") in _DECISIONS
        and type(score) is int
        and 0 <= score <= 100
        and isinstance(read.get("classification"), str)
        and isinstance(read.get("reasons"), list)
    )
