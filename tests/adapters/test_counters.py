"""Counters: the same tests for Redis and for memory, which give the same numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from math import lcm

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import structs
from redis.asyncio import Redis

from fraudcheck.adapters.memory_counters import MemoryCounters
from fraudcheck.adapters.redis import RedisCounters
from fraudcheck.adapters.redis.embedded import EmbeddedRedis
from fraudcheck.counting.windows import FORGET_AFTER, FORGET_SOONER, LAST_TIMES, PARTNERS, RHYTHM, STEPS, Partners, Seen
from fraudcheck.ports.counters import Counters
from fraudcheck.records import Lead, Subject
from tests.adapters.counted import DAY, NOW, lead, seen, token


@pytest.fixture(scope="module")
def loop_and_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, EmbeddedRedis]]:
    """A server that tests share, and its event loop: hypothesis calls plain functions only."""
    with asyncio.Runner() as runner:
        running = EmbeddedRedis(tmp_path_factory.mktemp("shared"))
        runner.run(running.start())
        yield runner, running
        runner.run(running.stop())


@pytest.fixture(params=["memory", "redis", "redis, 3 shards"])
async def counters(
    request: pytest.FixtureRequest, loop_and_redis: tuple[asyncio.Runner, EmbeddedRedis]
) -> AsyncIterator[MemoryCounters | RedisCounters]:
    if request.param == "memory":
        yield MemoryCounters()
        return
    client = Redis.from_url(loop_and_redis[1].url)
    await client.flushall()
    shared = RedisCounters(client, shards=3 if "shards" in request.param else 1, timeout=5)
    yield shared
    await shared.close()


async def test_each_identity_is_counted_by_itself(counters: Counters) -> None:
    assert await counters.observe(lead("1", vendor="v1", block="a1")) == {"vendor": Seen(), "block": Seen()}
    assert await counters.observe(lead("2", vendor="v2", block="a1")) == {"vendor": Seen(), "block": seen(1)}
    assert await counters.observe(lead("3", vendor="v1", block="a1")) == {"vendor": seen(1), "block": seen(2)}


async def test_nothing_to_count(counters: Counters) -> None:
    assert await counters.observe(Subject(tenant="default", lead=Lead(phone="1"), tag="1", at=NOW)) == {}


@pytest.mark.parametrize("others", [0, 19, 35, 36, 50])  # one string of times, and rings
@pytest.mark.parametrize(
    ("later", "windows"),
    [
        (0, 5),
        (13 * 25 - 1, 5),  # the five minutes' 13 buckets end here
        (13 * 25, 4),
        (13 * 300 - 1, 4),
        (13 * 300, 3),
        (13 * 7_200 - 1, 3),
        (13 * 7_200, 2),
        (13 * 50_400 - 1, 2),
        (13 * 50_400, 1),
        (13 * 216_000 - 1, 1),
    ],
)
async def test_windows_end_with_their_thirteenth_bucket(
    counters: Counters, later: int, windows: int, others: int
) -> None:
    start = NOW // lcm(*STEPS) * lcm(*STEPS)  # buckets of all windows begin here
    for n in range(others + 1):
        await counters.observe(lead(f"{n}", start))
    at = start + later
    expected = [others + 1 if at // step - start // step <= 12 else 0 for step in STEPS]
    assert sum(map(bool, expected)) == windows
    assert await counters.observe(lead("late", at)) == {"block": seen(*expected, first=start, last=start)}


async def test_an_identity_that_no_window_holds_never_was(counters: Counters) -> None:
    for n in range(30):
        await counters.observe(lead(f"{n}", place="a1", mailbox=f"m{n}"))
    assert await counters.observe(lead("late", NOW + FORGET_AFTER, place="a1")) == {"place": Seen()}
    again = await counters.observe(lead("later", NOW + FORGET_AFTER + 1, place="a1", mailbox="m1"))
    assert again["place"].month == 1
    assert again["place"].partners["mailbox"] == Partners()


async def test_partners_are_distinct_and_known_again(counters: Counters) -> None:
    for n, name in enumerate(["an", "bich", "an"]):
        await counters.observe(lead(f"{n}", name=name, phone="p1", ip=f"i{n}"))
    phone = (await counters.observe(lead("4", name="bich", phone="p1", ip="i7")))["phone"]
    assert phone.partners == {
        "mailbox": Partners(),
        "ip": Partners(3, 3, 3),
        "vendor": Partners(),
        "name": Partners(2, 2, 2, known=True),
    }


async def test_a_machine_knows_its_people_by_what_they_share(counters: Counters) -> None:
    """A family of Hanoi at one telephone, three of four with their first name's word in common; one pasted."""
    family = [("an", "nguyen", "an", None), ("bich", "nguyen", "bich", "bich"), ("cuc", "le", "cuc", None)]
    for n, (mailbox, first, last, pasted) in enumerate(family):
        values = {"first_word": first, "last_word": last} | ({"untyped": pasted} if pasted else {})
        await counters.observe(
            with_partners(lead(f"{n}", machine="m1", mailbox=mailbox, phone="p1", network=f"n{n % 2}"), **values)
        )
    fourth = lead("4", machine="m1", mailbox="dung", phone="p1", network="n0")
    found = await counters.observe(with_partners(fourth, first_word="nguyen", last_word="dung"))
    assert found["machine"].partners == {
        "mailbox": Partners(3, 3, 3),
        "phone": Partners(1, 1, 1, known=True),
        "first_word": Partners(2, 2, 2, known=True),
        "last_word": Partners(3, 3, 3),
        "network": Partners(2, 2, 2, known=True),
        "untyped": Partners(1, 1, 1),
    }


def with_partners(subject: Subject, **values: str) -> Subject:
    """The lead with values that are counted as partners only."""
    return structs.replace(subject, partners={kind: token(kind + value) for kind, value in values.items()})


async def test_partners_are_counted_without_a_limit(counters: Counters) -> None:
    for n in range(200):
        await counters.observe(lead(f"{n}", NOW + 60 * n, place="i1", mailbox=f"m{n}"))
    partners = (await counters.observe(lead("last", NOW + 60 * 200, place="i1", mailbox="m0")))["place"].partners[
        "mailbox"
    ]
    start = (NOW + 60 * 200) // 300 * 300 - 12 * 300
    in_hour = sum(NOW + 60 * n >= start for n in range(200))
    assert partners == Partners(in_hour, 200, 200, known=True)


@pytest.mark.parametrize("before", [1, 5, 12, 13, 36, 37, 60])  # one string of times, and rings
async def test_the_last_times_are_told_of_what_has_a_rhythm(counters: Counters, before: int) -> None:
    for n in range(before):
        await counters.observe(lead(f"{n}", NOW + 60 * n, browser="b1", place="i1"))
    found = await counters.observe(lead("last", NOW + 60 * before, browser="b1", place="i1"))
    assert found["browser"].times == tuple(int(NOW) + 60 * n for n in range(before))[-LAST_TIMES:]
    assert found["place"].times == ()


async def test_a_retry_counts_once_and_gets_the_first_answer(counters: Counters) -> None:
    for tag in ("1", "2", "3"):
        await counters.observe(lead(tag))
    assert await counters.observe(lead("2", NOW + 1)) == {"block": seen(1)}
    assert await counters.observe(lead("4", NOW + 2)) == {"block": seen(3)}


async def test_tenants_do_not_see_each_other(counters: Counters) -> None:
    await counters.observe(lead("1", tenant="one"))
    assert await counters.observe(lead("1", tenant="two")) == {"block": Seen()}
    assert await counters.observe(lead("2", tenant="one")) == {"block": seen(1)}


@pytest.mark.parametrize("ahead", [301, 3_600, DAY, 3_650 * DAY])
@pytest.mark.parametrize("before", [1, 5, 36, 37, 100])
async def test_a_few_leads_from_the_future_move_no_clock(counters: Counters, before: int, ahead: int) -> None:
    """Whatever the clock said for five leads: then all goes on as if they had come when the clock was last right."""
    for n in range(before):
        await counters.observe(lead(f"{n}", NOW + n, place="i1", mailbox=f"m{n}"))
    for n in range(5):
        await counters.observe(lead(f"future {n}", NOW + before + ahead + n, place="i1", mailbox=f"f{n}"))
    at = NOW + before
    place = (await counters.observe(lead("next", at, place="i1", mailbox="f1")))["place"]
    assert (place.hour, place.day, place.month) == (before + 5,) * 3
    assert (place.first, place.last) == (NOW, NOW + before - 1)  # the first is on the edge of a bucket
    assert place.partners["mailbox"] == Partners(*[before + 5] * 3, known=True)
    later = (await counters.observe(lead("later", at + 2 * DAY, place="i1", mailbox="m0")))["place"]
    assert (later.hour, later.day, later.month) == (0, 0, before + 6)
    assert later.partners["mailbox"] == Partners(0, 0, before + 5, known=True)


async def test_what_was_seen_in_the_future_only_was_never_seen(counters: Counters) -> None:
    """Counted as now, it would be more than all leads of the moment."""
    for n in range(5):
        await counters.observe(lead(f"{n}", NOW + DAY, place="i1", mailbox=f"m{n}"))
    assert (await counters.observe(lead("5", NOW, place="i1", mailbox="m1")))["place"] == Seen()
    again = (await counters.observe(lead("6", NOW + 1, place="i1", mailbox="m1")))["place"]
    assert (again.month, again.partners["mailbox"]) == (1, Partners(1, 1, 1, known=True))


@pytest.mark.parametrize("behind", [300, 301, 3_600, DAY])
async def test_a_few_leads_from_the_past_move_nobody(counters: Counters, behind: int) -> None:
    for n in range(100):
        await counters.observe(lead(f"{n}", NOW + n))
    for n in range(5):
        await counters.observe(lead(f"past {n}", NOW + 100 - behind))
    now = await counters.observe(lead("next", NOW + 101))
    assert now == {"block": seen(105, first=NOW, last=NOW + 99)}


async def test_one_clock_of_three_is_a_day_ahead(counters: Counters) -> None:
    """Those that are right see every lead, and at its time."""
    for n in range(90):
        found = await counters.observe(lead(f"{n}", NOW + 60 * n + (DAY if n % 3 == 2 else 0)))
        if n % 3 != 2:
            in_hour = sum((NOW + 60 * n) // 300 - 12 <= (NOW + 60 * m) // 300 for m in range(n))
            assert abs(found["block"].hour - in_hour) <= 1  # one of the others counts as coming with the one before


async def test_a_clock_that_was_wrong_for_long_is_forgotten(counters: Counters) -> None:
    for n in range(200):
        await counters.observe(lead(f"wrong {n}", NOW + DAY + n))
    months = [(await counters.observe(lead(f"{n}", NOW + n)))["block"].month for n in range(60)]
    assert months == [*range(200, 223), *range(37)]


async def test_what_is_counted_late_moves_no_time(counters: Counters) -> None:
    await counters.observe(lead("1", NOW + DAY))
    late = structs.replace(lead("2", NOW), late=True)
    assert await counters.observe(late) == {"block": seen(1, first=NOW + DAY, last=NOW + DAY)}
    assert await counters.observe(lead("3", NOW + DAY)) == {"block": seen(2, first=NOW + DAY, last=NOW + DAY)}
    early = structs.replace(lead("4", NOW, block="a2"), late=True)
    assert await counters.observe(early) == {"block": Seen()}
    assert await counters.observe(lead("5", NOW + 60, block="a2")) == {"block": seen(1)}


async def test_many_at_once_are_each_counted_once(counters: Counters) -> None:
    found = await asyncio.gather(*[counters.observe(lead(str(n))) for n in range(300)])
    assert sorted(each["block"].hour for each in found) == list(range(300))


async def test_ping(counters: MemoryCounters | RedisCounters) -> None:
    await counters.ping()


PASSED = st.one_of(st.integers(0, 60), st.integers(0, 8_000), st.integers(0, 400_000), st.just(0)).map(float)
EDGES = st.tuples(st.sampled_from(STEPS), st.integers(1, 13), st.integers(-1, 1)).map(
    lambda e: float(e[0] * e[1] + e[2])
)
LEADS = st.lists(
    st.tuples(
        st.one_of(PASSED, EDGES),
        st.booleans(),  # the lead before is sent again
        st.sampled_from(["one", "one", "two"]),
        st.fixed_dictionaries(
            {},
            optional={
                kind: st.integers(0, most).map(str)
                for kind, most in (
                    ("phone", 1),
                    ("mailbox", 60),
                    ("machine", 3),
                    ("place", 1),
                    ("desk", 0),
                    ("network", 1),
                    ("vendor", 1),
                    ("block", 0),
                    ("browser", 1),
                    ("body", 1),
                )
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["an", "bich"]),
                "first_word": st.sampled_from(["nguyen", "tran"]),
                "last_word": st.sampled_from(["an", "bich"]),
                "untyped": st.integers(0, 60).map(str),
            },
        ),
    ),
    max_size=90,
)


def recount(leads: list[Subject]) -> Iterator[dict[str, Seen]]:
    """The formula of ``ports.counters.Counters``, computed from a list of all earlier leads."""
    kept: list[tuple[int, Subject]] = []
    latest: dict[str, int] = {}
    answers: dict[str, dict[str, Seen]] = {}
    for each in leads:
        now = latest[each.tenant] = max(int(each.at), latest.get(each.tenant, 0))
        if each.tag in answers:
            yield answers[each.tag]
            continue
        answer = {}
        for kind, value in each.tokens.items():
            forgotten = FORGET_SOONER.get(kind, FORGET_AFTER)
            mine: list[tuple[int, Subject]] = []
            for at, other in kept:
                if other.tenant == each.tenant and other.tokens.get(kind) == value:
                    mine = [*([] if mine and at - mine[-1][0] >= forgotten else mine), (at, other)]
            answer[kind] = one(mine, each, kind, now) if mine and now - mine[-1][0] < forgotten else Seen()
        kept.append((now, each))
        answers[each.tag] = answer
        yield answer


def one(mine: list[tuple[int, Subject]], lead: Subject, kind: str, now: int) -> Seen:
    def inside(at: int, step: int) -> bool:
        return now // step - 12 <= at // step

    partners = {}
    for other_kind in PARTNERS.get(kind, ()):
        last = {
            token: at for at, other in mine if (token := {**other.tokens, **other.partners}.get(other_kind)) is not None
        }
        own = {**lead.tokens, **lead.partners}.get(other_kind)
        partners[other_kind] = Partners(
            *[sum(inside(at, STEPS[window]) for at in last.values()) for window in (1, 2, 4)],
            known=own in last and inside(last[own], STEPS[4]),
        )
    counts = [sum(inside(at, step) for at, _ in mine) for step in STEPS]
    times = tuple(at for at, _ in mine if inside(at, STEPS[4]))[-LAST_TIMES:] if kind in RHYTHM else ()
    return Seen(*counts, first=mine[0][0], last=mine[-1][0], partners=partners, times=times)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(steps=LEADS)
def test_both_agree_with_a_recount(
    loop_and_redis: tuple[asyncio.Runner, EmbeddedRedis],
    steps: list[tuple[float, bool, str, dict[str, str], dict[str, str]]],
) -> None:
    at = NOW - 100_000.125
    leads: list[Subject] = []
    for n, (passed, again, tenant, tokens, values) in enumerate(steps):
        if again and leads:
            leads.append(structs.replace(leads[-1], at=at))  # within the hour, as retries are
            continue
        at += passed
        leads.append(with_partners(lead(f"{n}", at, tenant, **tokens), **values))

    runner, running = loop_and_redis
    expected = list(recount(leads))
    assert runner.run(all_counters(running.url, leads)) == (expected, expected, expected)


async def all_counters(url: str, leads: list[Subject]) -> tuple[list[dict[str, Seen]], ...]:
    """What each kind of counters answers to these leads."""

    async def observed(counters: Counters) -> list[dict[str, Seen]]:
        return [dict(await counters.observe(each)) for each in leads]

    client = Redis.from_url(url)
    await client.flushall()
    counters = [RedisCounters(Redis.from_url(url), shards=shards, timeout=5) for shards in (1, 3)]
    try:
        found = [await observed(MemoryCounters()), await observed(counters[0])]
        await client.flushall()
        return (*found, await observed(counters[1]))
    finally:
        await client.aclose()
        for each in counters:
            await each.close()


@pytest.mark.parametrize("others", [0, 30, 60])  # one string of times, and rings
async def test_what_no_window_held_before_the_future_never_was(counters: Counters, others: int) -> None:
    """A clock that is ahead for one lead: the next comes more than a month after the last that was right."""
    for n in range(1 + others):
        await counters.observe(lead(f"{n}", place="a1", mailbox="m1", body="b1", block="c1"))
    after = NOW + 40 * DAY
    await counters.observe(lead("future", after + 3_600, place="a1", mailbox="m1", body="b1", block="c1"))
    never = {"place": Seen(), "mailbox": Seen(), "body": Seen(), "block": Seen()}
    assert await counters.observe(lead("next", after, place="a1", mailbox="m1", body="b1", block="c1")) == never
    later = await counters.observe(lead("later", after + 1, place="a1", mailbox="m1", body="b1", block="c1"))
    assert (later["body"], later["block"]) == (seen(1, first=after, last=after),) * 2
    assert later["place"].first == after
    assert later["place"].partners["mailbox"] == Partners(1, 1, 1, known=True)


async def test_many_leads_from_the_future_make_nobody_forgotten(counters: Counters) -> None:
    await counters.observe(lead("1", block="a1"))
    for n in range(30):
        await counters.observe(lead(f"future {n}", NOW + 40 * DAY, block="a2"))
    assert await counters.observe(lead("1", NOW + 40 * DAY, block="a1")) == {"block": Seen()}  # sent again
    for n in range(30):
        await counters.observe(lead(f"{n} more", NOW, block="a3"))
    assert await counters.observe(lead("2", NOW, block="a1")) == {"block": seen(1)}


@pytest.mark.parametrize("partners", [1, 30])  # in the value, and in a set of their own
async def test_in_january_1970_nobody_is_known_who_never_came(counters: Counters, partners: int) -> None:
    """There a clock begins that has lost its time, and the month's window begins before it."""
    for n in range(partners):
        await counters.observe(lead(f"{n}", 1, place="a1", mailbox=f"m{n}"))
    found = await counters.observe(lead("next", 2, place="a1", mailbox="new"))
    assert found["place"].partners["mailbox"] == Partners(*[partners] * 3)
    again = await counters.observe(lead("again", 3, place="a1", mailbox="new"))
    assert again["place"].partners["mailbox"] == Partners(*[partners + 1] * 3, known=True)


JUMPS = st.sampled_from([-3_650 * DAY, -40 * DAY, -DAY, -3_600, -301, -300, -1, 1, 301, 3_600, DAY, 40 * DAY])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(steps=LEADS, jumps=st.dictionaries(st.integers(0, 80), JUMPS, max_size=8), late=st.sets(st.integers(0, 80)))
@example(
    steps=[(0.0, False, "one", {"phone": "0", "body": "0"}, {})] * 3,
    jumps={1: 40 * DAY, 2: -3_600},
    late=set(),
)
def test_both_agree_where_the_clock_jumps(
    loop_and_redis: tuple[asyncio.Runner, EmbeddedRedis],
    steps: list[tuple[float, bool, str, dict[str, str], dict[str, str]]],
    jumps: dict[int, int],
    late: set[int],
) -> None:
    at = NOW
    leads: list[Subject] = []
    for n, (passed, again, tenant, tokens, values) in enumerate(steps):
        at += jumps.get(n, 0) + min(passed, 60.0)
        if again and leads:
            leads.append(structs.replace(leads[-1], at=at))
            continue
        leads.append(structs.replace(with_partners(lead(f"{n}", at, tenant, **tokens), **values), late=n in late))
    runner, running = loop_and_redis
    memory, *others = runner.run(all_counters(running.url, leads))
    assert others == [memory, memory]
