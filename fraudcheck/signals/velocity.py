"""What does the lead share with other leads: whom, how many and since when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, log2
from typing import Any, NamedTuple, TypedDict

from fraudcheck.anomaly.repeats import CONTACTS, HOUSEHOLD, strangers_weigh
from fraudcheck.counting.formula import NEVER
from fraudcheck.counting.windows import WINDOWS, Seen
from fraudcheck.fields.filling import is_at_desk, is_not_typed, is_staffed
from fraudcheck.fields.submission import seconds_under_way, submitted_at
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject
from fraudcheck.signals import Signal

NAME = "velocity"

# The kind of identity, what is counted (its leads, or its distinct partners of a kind), the code, and for each window
# in the order of their names: up to how many is it everyday life, and from how many on does it weigh in full? Between
# them the weight grows with the logarithm. Everyday life is: a person who sends the form again after an error; a family
# that shares a phone or a tablet; a library's computer; an office or a carrier whose customers all come from one
# address (RFC 6598); a company's staff, or a small provider's customers, with mail at one domain; a household or small
# firm whose people fetch the form in one place and send it from others. Where six in ten send it from the place where
# they fetched it, ten others in a row are one in ten thousand, and thirty nobody's chance.
_OFTEN: tuple[tuple[str, str, str, tuple[tuple[str, int, int], ...]], ...] = (
    ("mailbox", "", "MAILBOX_SEEN_OFTEN", (("day", 6, 30), ("hour", 4, 20), ("month", 15, 90))),
    ("mailbox", "ip", "MAILBOX_MANY_ADDRESSES", (("day", 8, 32), ("hour", 4, 16))),
    ("phone", "", "PHONE_SEEN_OFTEN", (("day", 6, 30), ("hour", 4, 20), ("month", 15, 90))),
    ("phone", "name", "PHONE_MANY_NAMES", (("day", 4, 12), ("month", 8, 30))),
    ("person", "mailbox", "PERSON_MANY_MAILBOXES", (("day", 3, 10), ("month", 5, 20))),
    ("device", "", "DEVICE_SEEN_OFTEN", (("day", 10, 60), ("hour", 5, 30), ("month", 100, 2_000))),
    ("place", "", "IP_SEEN_OFTEN", (("day", 50, 500), ("hour", 20, 200), ("month", 500, 10_000))),
    ("place", "mailbox", "IP_BURST", (("day", 40, 400), ("hour", 12, 60))),
    ("network", "mailbox", "NETWORK_BURST", (("hour", 40, 400),)),
    ("mail_domain", "mailbox", "MAIL_DOMAIN_SEEN_OFTEN", (("day", 30, 300), ("hour", 10, 100))),
    ("block", "", "NUMBER_BLOCK_BURST", (("hour", 5, 15), ("minutes", 3, 8))),
    ("token_place", "network", "FORM_TOKENS_COLLECTED", (("month", 10, 30),)),
)
_OF_CONTACTS = (
    *("PHONE_SHARED", "PHONE_MANY_NAMES", "PHONE_SEEN_OFTEN"),
    *("MAILBOX_SHARED", "MAILBOX_SEEN_OFTEN", "MAILBOX_MANY_ADDRESSES"),
)
"""What says that a contact is used by many: one fact, of which the heaviest is said."""
_KINDS = {kind for kind, *_ in _OFTEN if kind != "token_place"} | {
    "machine",
    "text~0",
    "text~1",
    "message",
    "message~0",
    "message~1",
    "form_token",
    "body",
}
_OF_THE_BROWSER = frozenset(["machine", "place", "network"])
"""What says nothing of a person whose browser it is not."""
_HUBS = dict.fromkeys(("device", "place", "network", "mail_domain"), "mailbox")

_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
_CONTACTS = ("mailbox", "phone")
"""Who came last by these more than 30 days ago is no duplicate, by contracts and to the second. The month's count, in
steps of two and a half days, still has it for a while."""
_HUB_PARTNERS, _HUB_WEIGHT = 50, 0.2
_WITH_CONTACT = {"mailbox": "phone", "phone": "mailbox"}
"""The other contact, by which the owner of one is known."""
_BY_NAME, _AS_TEAM, _CAME_FIRST = 0.5, 0.4, 0.3
"""How much of its weight a shared contact has for one who is known by the name alone, and where it looks like one who
signs a team up by hand, at one place; and what strangers on a device weigh for the one who was there before them."""
_NAMES_A_MAILBOX = 3
"""Other names than a number's mailboxes explain, from which on one mailbox says nothing of who a name is."""
_SPANS = {"minutes": 300, "hour": _HOUR, "day": _DAY}
_BUSY = {"minutes": 8.0, "hour": 4.0, "day": 2.0}
"""How many times the average an ordinary five minutes, hour or day may hold: people sleep, and Sunday is no Monday."""
_SITTING = 7_200
"""Seconds in which a device's leads are the work of one sitting."""
_ONE_PLACE, _FEW_PASTE, _A_TURN, _AT_DESK = 2, 0.3, 300, 0.4
"""What makes a device a desk's: networks of it, share of people not typed in, seconds for each stranger; and how much
of its weight a stranger has there: a person should look at most, and only by other evidence beside."""
_ROOM, _IN_A_ROOM = 5, 0.5
"""Machines at an address from which on it is a room of machines (a class, a library, counters), and how much of
its weight a stranger has there."""
_MESSAGE_AT_MOST = -2.9
"""What a message that came before says at most, in decibans: no second group beside the cluster's."""
_FORMS_OWN = 0.5
"""What so much of a vendor's leads of a month bring stands in the form already."""
_RESUBMITTED = 60
_FROM_FUTURE = -300
_FEWEST_AT_HOME, _SHARE_AT_HOME = 30, 0.6
"""Leads whose token was fetched from their own line, and their share beside one place's, from which on a page is known
to see people's own addresses: before a proxy that nobody declared, all tokens come from one."""
_SENT_THERE, _AT_RELAY = (0.1, 0.3), 0.3
"""The share of a place's tokens whose forms were sent from there, up to which it only collects, and from which people
fetched them and went home, as from a fair; and how much its tokens weigh where lists know it for a relay of many."""
_CORRECTIONS = 3
_MEASURED = {
    "place": (("ip_hour", "hour"), ("ip_day", "day")),
    "network": (("network_hour", "hour"),),
    "device": (("device_day", "day"),),
    "mailbox": (("mailbox_month", "month"),),
    "phone": (("phone_month", "month"),),
}
"""What is measured of each identity: the name by which models know it, and the window."""
_NOBODY: Mapping[str, Any] = {}
_MESSAGES = (("MESSAGE_SEEN_BEFORE", ("message",)), ("MESSAGE_LIKE_OTHERS", ("message~1", "message~0")))
_PAIRS = ("form_token+mailbox", "form_token+phone")  # of version 1


class IdentityCounts(TypedDict, total=False):
    """Earlier leads of one identity in each window, and its distinct partners by kind; all without the zeros."""

    minutes: int
    hour: int
    day: int
    week: int
    month: int
    since: int  # seconds since the first
    ago: int  # seconds since the last
    known: bool  # of a partner: the lead's own is one of them
    compared: list[str]  # of a form token: the channels that could be compared
    ours: str  # of a form token of ours: whether a browser's script fetched it (script), or nobody knows (other)
    mailbox: IdentityCounts
    phone: IdentityCounts
    ip: IdentityCounts
    vendor: IdentityCounts
    name: IdentityCounts
    device: IdentityCounts
    machine: IdentityCounts
    first_word: IdentityCounts
    last_word: IdentityCounts
    network: IdentityCounts
    untyped: IdentityCounts


VelocityFacts = TypedDict(
    "VelocityFacts",
    {
        "v": int,
        # Each kind of identity that was seen before; ``form_token`` wherever it was looked up.
        "mailbox": IdentityCounts,
        "phone": IdentityCounts,
        "person": IdentityCounts,
        "device": IdentityCounts,
        "machine": IdentityCounts,
        "network": IdentityCounts,
        "mail_domain": IdentityCounts,
        "block": IdentityCounts,
        "message": IdentityCounts,
        "message~0": IdentityCounts,
        "message~1": IdentityCounts,
        "form_token": IdentityCounts,
        "body": IdentityCounts,
        "staffed": bool,  # the channel says that the browser is not the person's; False where the browsers say else
        "typed": bool,  # by what was measured, the lead was
        "place": IdentityCounts,
        "text~0": IdentityCounts,
        "text~1": IdentityCounts,
        "token_place": IdentityCounts,  # where its page sees people's own addresses; with ``home``, ``relay``
        "leads": int,  # the vendor's within a month, or everyone's
        "sent": int,  # seconds before the check that the lead says to have been sent, at least
        # Version 1 had three windows, no partners, and these pairs of identities in their stead.
        "lead": Mapping[str, int],
        "form_token+mailbox": IdentityCounts,
        "form_token+phone": IdentityCounts,
        # Version 2 held cohorts too, which ``signals.cluster`` has now. Version 3 had no machine. The facts of version
        # 4 are those of 5, whose contacts are judged by who came first. Up to 5 the whole address was counted beside
        # the place, and a mailbox's and a phone's addresses were whole. A form token of version 7 is one of ours.
        "ip": IdentityCounts,
    },
    total=False,
)
"""What came before, by kind of identity."""

_Counts = Mapping[str, Any]
"""``VelocityFacts`` or ``IdentityCounts`` where the kind, partner or window is a variable."""


def from_counts(subject: Subject, ports: Ports, seen: Mapping[str, Seen]) -> Facts | None:
    """What came before under each identity, as ``VelocityFacts``; None where there was none to count."""
    if not seen:
        return None
    facts: dict[str, Any] = {"v": 7 if subject.form_token else 6}
    staffed = is_at_desk(subject.lead, seen)
    if is_staffed(subject.lead):
        facts["staffed"] = staffed
    at = int(subject.at)
    for kind, each in seen.items():
        if kind not in _KINDS or (staffed and kind in _OF_THE_BROWSER):
            continue
        if each.last and not (kind in _CONTACTS and at - each.last > 30 * _DAY):
            facts[kind] = _windows(each, at)
        elif kind == "form_token":
            facts[kind] = {}
    if "form_token" in facts:
        facts["form_token"]["compared"] = [kind for kind in ("mailbox", "phone") if kind in subject.tokens]
        if read := subject.form_token:
            facts["form_token"]["ours"] = "script" if read.token and read.token.scripted else "other"
    if "token_place" in seen and not staffed and (place := _collected(seen)):
        facts["token_place"] = _windows(place, at) | _whose_place(subject, seen)
    if subject.lead.form.keystrokes and not is_not_typed(subject.lead, subject.manner):
        facts["typed"] = True
    if vendor := seen.get("vendor") or seen.get("everyone"):
        facts["leads"] = vendor.month
    if (told := submitted_at(subject.lead)) is not None:
        facts["sent"] = seconds_under_way(told, subject.at)
    return facts


def _collected(seen: Mapping[str, Seen]) -> Seen | None:
    """The place of the lead's token, where other leads of its page were at the place of theirs."""
    place, source = seen["token_place"], seen.get("token_vendor", NEVER)
    at_home = source.month - seen.get("token_away", NEVER).month
    is_known = at_home >= _FEWEST_AT_HOME and at_home >= _SHARE_AT_HOME * (source.month - place.month)
    return place if place.last and is_known else None


def _whose_place(subject: Subject, seen: Mapping[str, Seen]) -> dict[str, Any]:
    """How many leads were sent from where their token was fetched, at this place; and whether it is a relay."""
    found: dict[str, Any] = {}
    if home := seen.get("token_line", NEVER).month - seen["token_place"].month:
        found["home"] = home
    if subject.form_token and subject.form_token.token and subject.form_token.token.relay:
        found["relay"] = True
    return found


def _windows(seen: Seen, at: int) -> dict[str, Any]:
    """As ``IdentityCounts``."""
    found: dict[str, Any] = {}
    if seen.minutes:
        found["minutes"] = seen.minutes
    if seen.hour:
        found["hour"] = seen.hour
    if seen.day:
        found["day"] = seen.day
    if seen.week:
        found["week"] = seen.week
    if seen.month:
        found["month"] = seen.month
    found["since"], found["ago"] = max(at - seen.first, 0), max(at - seen.last, 0)
    for kind, partners in seen.partners.items():
        if partners.month:
            found[kind] = counts = {}
            if partners.hour:
                counts["hour"] = partners.hour
            if partners.day:
                counts["day"] = partners.day
            counts["month"] = partners.month
            if partners.known:
                counts["known"] = True
    return found


def measure(lead: Lead, facts: VelocityFacts) -> Mapping[str, float]:
    """How many came before from the lead's address, network, device, mailbox and phone, as log2; not of a hub."""
    client = lead.client
    given = [("mailbox", lead.email), ("phone", lead.phone)]
    if not facts.get("staffed"):
        given = [("place", client.ip), ("network", client.ip), ("device", client.device_id), *given]
    measures = {}
    for kind, value in given:
        if not value:
            continue
        counts = _counts(facts, kind)
        if counts and kind in _WITH_CONTACT and not _blame(lead, facts, kind):
            counts = _own_counts(facts, kind, *_WITH_CONTACT)
        if not _is_hub(kind, counts):
            for name, window in _MEASURED[kind]:
                measures[name] = min(12.0, log2(1 + counts.get(window, 0)))
    return measures


def _counts(facts: _Counts, kind: str) -> Mapping[str, Any]:
    """The counts of an identity. Since version 4 a device is a machine; up to 5 a place was an address."""
    if kind == "device" and facts["v"] >= 4:
        kind = "machine"
    elif kind == "place" and facts["v"] <= 5:
        kind = "ip"
    return facts.get(kind) or _NOBODY


def judge(lead: Lead, facts: VelocityFacts) -> list[Finding]:
    """One finding for each identity seen more often than everyday life and its own past explain, and for a lead,
    a request or a form's token that came before.
    """
    findings = _seen_often(lead, facts)
    if shared := _machine(lead, facts):
        if shared.code == "DEVICE_AT_DESK":  # whose many leads are explained
            findings = [found for found in findings if found.code != "DEVICE_SEEN_OFTEN"]
        findings = _heavier([*findings, shared], "DEVICE_SEEN_OFTEN", "DEVICE_SHARED", "DEVICE_SHARED_BRIEF")
    if facts["v"] >= 5:
        findings += _shared_contacts(lead, facts)
        findings = _heavier(findings, *_OF_CONTACTS)
    one_place = ["IP_SEEN_OFTEN", "IP_BURST", "LINE_SHARED", "DEVICE_AT_DESK"]
    if facts["v"] >= 4:  # a company or a school has a domain of its own
        one_place.append("MAIL_DOMAIN_SEEN_OFTEN")
    return _heavier(findings, *one_place) + _again(lead, facts)


def _seen_often(lead: Lead, facts: _Counts) -> list[Finding]:
    """One finding for each identity that was seen more often than everyday life and its own past explain."""
    findings = []
    for kind, partner, code, bounds in _OFTEN:
        if kind == "device" and not lead.client.device_id:
            continue
        identity = _counts(facts, kind)
        counts = identity.get(partner) if partner else identity
        if not counts or _is_everyday(counts, bounds):  # whatever is left out below leaves less
            continue
        blame = _blame(lead, facts, kind) if kind in _WITH_CONTACT else 1.0
        if not blame:  # whose it is sent as often as both came together, and is not held to who else used it
            identity = {} if partner else _own_counts(facts, kind, kind, _WITH_CONTACT[kind])
        elif kind == "device" and facts["v"] >= 5 and _came_first(lead, facts, identity):
            given = [contact for contact, value in (("mailbox", lead.email), ("phone", lead.phone)) if value]
            identity = _own_counts(facts, "machine", *given)
        counts = identity.get(partner) if partner else identity
        if kind == "block" and facts["v"] >= 4:  # one number that comes again is no block
            counts = _without(counts or {}, facts.get("phone") or {})
        if counts:
            weight, window = _heaviest_window(counts, bounds, identity.get("since"))
            if _is_hub(kind, identity):
                weight = min(weight, _HUB_WEIGHT)
            weight *= blame or 1.0
            if kind == "token_place":
                weight *= _only_collects(identity)
            if weight > 0:
                shown = {name: counts[name] for name in WINDOWS if name in counts}
                findings.append(Finding(code, {"window": window, **shown}, weight))
    return findings


def _only_collects(place: Mapping[str, Any]) -> float:
    """How sure is it, from 0 to 1, that those who fetch tokens at a place are not the people who send the forms?"""
    home, (few, many) = place.get("home", 0), _SENT_THERE
    share: float = home / (home + place["month"])
    return max(0.0, min(1.0, (many - share) / (many - few))) * (_AT_RELAY if place.get("relay") else 1.0)


def _is_everyday(counts: Mapping[str, int], bounds: Sequence[tuple[str, int, int]]) -> bool:
    """Are there in no window more than everyday life has?"""
    for window, everyday, _ in bounds:  # noqa: SIM110 # a loop takes half the time of ``any``
        if counts.get(window, 0) > everyday:
            return False
    return True


def _blame(lead: Lead, facts: _Counts, kind: str) -> float:
    """How much of what a mailbox or a phone was used for falls on this lead: 0 where it is the owner's, else up to 1.

    Many who use one contact disagree in the other one, and agree with nobody. The owner is the one whose two contacts
    came together first, or the only one who came again.
    """
    if facts["v"] < 5:
        return 1.0
    other = _WITH_CONTACT[kind]
    contact, own = facts.get(kind, {}), facts.get(other, {})
    pair, names = contact.get(other, {}), contact.get("name", {})
    if pair.get("known"):
        named_otherwise = names.get("month", 0) - pair["month"] >= _NAMES_A_MAILBOX and not names.get("known")
        came_again = contact.get("month", 0) - own.get("month", 0) - (pair["month"] - 1)
        if not named_otherwise and (own.get("since", 0) >= contact["since"] or came_again <= 0):
            return 0.0
    elif kind == "phone" and not lead.email and names.get("known"):
        return _BY_NAME if contact.get("month", 0) > names["month"] else 0.0
    return 1.0


def _own_counts(facts: _Counts, kind: str, *contacts: str) -> Mapping[str, Any]:
    """The counts of an identity as far as they can be its owner's: no more than the owner's contacts have."""
    counts: Mapping[str, Any] = facts.get(kind, {})
    own = [facts.get(contact, {}) for contact in contacts]
    return {**counts} | {
        window: min(counts[window], *[each.get(window, 0) for each in own]) for window in WINDOWS if window in counts
    }


def _shared_contacts(lead: Lead, facts: _Counts) -> list[Finding]:
    """Did strangers use the lead's phone or mailbox, with whom it has neither name nor other contact in common?"""
    findings = []
    for kind, code in (("phone", "PHONE_SHARED"), ("mailbox", "MAILBOX_SHARED")):
        contact = facts.get(kind)
        if not contact:
            continue
        partners = [contact.get(partner) for partner, value in _given_beside(lead, kind) if value]
        strangers = {window: _strangers_with(kind, partners, window) for window in CONTACTS}
        weight, window = min([(strangers_weigh("contact", each, strangers[each]), each) for each in CONTACTS])
        if not weight:
            continue
        weight *= _blame(lead, facts, kind)
        if facts.get("typed") and 0 < contact.get("ip", {}).get("day", 0) <= 1 and contact["ip"].get("known"):
            weight *= _AS_TEAM
        scale = min(1.0, round(weight / CATALOGUE[code].points, 3))
        if scale > 0:
            findings.append(Finding(code, {"window": window, "strangers": strangers[window]}, scale))
    return findings


def _given_beside(lead: Lead, kind: str) -> Sequence[tuple[str, str | None]]:
    """What the lead gives beside a contact, by which one is known."""
    return (("mailbox", lead.email), ("name", lead.full_name)) if kind == "phone" else (("phone", lead.phone),)


def _strangers_with(kind: str, partners: Sequence[Mapping[str, Any] | None], window: str) -> int:
    """How many others used a contact: those who differ in all that this lead gives, of which something is needed.

    ``partners`` are the contact's, of each kind that this lead gives. More names within a day than a household has are
    others' even where one mailbox came with them, and so are more mailboxes even under one name: nobody has so many.
    """
    if not partners:
        return 0
    others = [_others(each, window) if each else 0 for each in partners]
    many = max(others) - HOUSEHOLD if kind == "phone" and window != "month" else 0
    return max(0, many, min(others))


def _without(counts: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """Counts of leads without those of this person's own number."""
    return {**counts, **{window: max(0, counts[window] - own.get(window, 0)) for window in WINDOWS if window in counts}}


def _heaviest_window(
    counts: Mapping[str, int], bounds: Sequence[tuple[str, int, int]], since: int | None
) -> tuple[float, str]:
    """The largest weight that a window's count has, and that window; of equal ones the last by name, as in records."""
    heaviest, window = 0.0, ""
    for name, everyday, full in bounds:
        weight = _weight(counts, name, everyday, full, since)
        if weight >= heaviest:
            heaviest, window = weight, name
    return heaviest, window


def _weight(counts: Mapping[str, int], window: str, everyday: int, full: int, since: int | None) -> float:
    """0 up to ``everyday``, 1 from ``full`` on, logarithmic between; both rise with what the past leads to expect."""
    count = counts.get(window, 0)
    if count <= everyday:
        return 0.0
    usual = everyday + _expected(counts, window, count, since)
    if count <= usual:
        return 0.0
    return min(1.0, log(count / usual) / log(full / everyday))


def _expected(counts: Mapping[str, int], window: str, count: int, since: int | None) -> float:
    """How many a busy stretch of this length holds, going by the rest of the month."""
    span = _SPANS.get(window)
    if span is None or since is None or since <= 2 * span:
        return 0.0
    before = max(0, counts.get("month", 0) - count)  # windows of damaged or moved times need not fit in one another
    return _BUSY[window] * before * span / min(since - span, 30 * _DAY)


def _is_hub(kind: str, identity: Mapping[str, Any]) -> bool:
    """A gateway, a campus, an office, a call centre: many partners, and for longer than a week."""
    if identity.get("since", 0) < _WEEK:
        return False
    return bool(identity.get(_HUBS.get(kind, ""), _NOBODY).get("month", 0) >= _HUB_PARTNERS)


def _machine(lead: Lead, facts: _Counts) -> Finding | None:
    """Did strangers' data come from the machine, more of them than its own past explains?"""
    machine = facts.get("machine")
    if not machine:
        return None
    place = "device" if lead.client.device_id else "line"
    people = _people(lead, machine)
    strangers = {"day": _strangers(people, "day"), "month": _strangers(people, "month")}
    if not any(strangers.values()):
        return None
    since = machine.get("since", 0)
    explained = min(1.0, since / _WEEK) * _expected(strangers, "day", strangers["day"], since)
    weight, window = min(
        (strangers_weigh(place, "day", max(0.0, strangers["day"] - explained)), "day"),
        (strangers_weigh(place, "month", strangers["month"]), "month"),
    )
    address = facts.get("place", {})
    if place == "line":
        # Where more come with other browsers from the address, it is a gateway.
        code = "LINE_SHARED"
        others = max(address.get(contact, {}).get("day", 0) for contact in ("mailbox", "phone"))
        weight *= min(1.0, strangers["day"] / max(others, 1)) ** 2
    elif facts.get("typed") and _is_desk(machine, strangers["month"], _strangers(people, "hour")):
        code = "DEVICE_AT_DESK"
        weight *= _AT_DESK
    else:
        code = "DEVICE_SHARED_BRIEF" if since <= _SITTING else "DEVICE_SHARED"
        if address.get("machine", {}).get("day", 0) >= _ROOM:
            weight *= _IN_A_ROOM
    if _is_hub("device", machine) and _is_typed(machine):
        weight *= _HUB_WEIGHT
    if facts["v"] >= 5 and _came_first(lead, facts, machine):
        weight *= _CAME_FIRST
    scale = min(1.0, round(weight / CATALOGUE[code].points, 3))
    return Finding(code, {"window": window, "strangers": strangers[window]}, scale) if scale > 0 else None


def _came_first(lead: Lead, facts: _Counts, machine: Mapping[str, Any]) -> bool:
    """Was this person, by every contact that is given, at the machine before anybody else?"""
    given = [kind for kind, value in (("mailbox", lead.email), ("phone", lead.phone)) if value]
    was_there = all(machine.get(kind, {}).get("known") for kind in given)
    return was_there and any(facts.get(kind, {}).get("since", -1) >= machine.get("since", 0) for kind in given)


def _is_desk(machine: Mapping[str, Any], strangers: int, in_hour: int) -> bool:
    """Is it like a clerk's desk, a stand or a counter: at one place, typed by hand, with time for each person?"""
    one_place = machine.get("network", {}).get("day", 0) <= _ONE_PLACE
    unhurried = machine.get("since", 0) >= _A_TURN * strangers and _A_TURN * in_hour <= _HOUR + _A_TURN
    return _is_typed(machine) and one_place and unhurried


def _is_typed(machine: Mapping[str, Any]) -> bool:
    """Were most people's data there simply typed?"""
    for window in ("day", "month"):
        if people := max(machine.get(contact, {}).get(window, 0) for contact in ("mailbox", "phone")):
            return bool(machine.get("untyped", {}).get(window, 0) <= _FEW_PASTE * people)
    return True


class _People(NamedTuple):
    """The partners of a machine that tell people apart, of each kind that the lead gives and the machine has."""

    contacts: list[Mapping[str, Any]]
    names: list[Mapping[str, Any]]
    phones: Mapping[str, Any] | None


def _people(lead: Lead, machine: Mapping[str, Any]) -> _People:
    mailboxes = machine.get("mailbox") if lead.email else None
    phones = machine.get("phone") if lead.phone else None
    names = (machine.get("first_word"), machine.get("last_word")) if lead.full_name else ()
    return _People([each for each in (mailboxes, phones) if each], [each for each in names if each], phones)


def _strangers(people: _People, window: str) -> int:
    """How many people's data came from the machine, without this person and those of one household with it.

    People differ in mailbox and phone; of a household, one of these or an end of the name is shared.
    """
    others = min([_others(each, window) for each in people.contacts], default=0)
    named = min([_others(each, window) for each in people.names], default=others)
    numbers = _others(people.phones, window) if people.phones else 0
    # Many numbers beside one mailbox are no household's either; one number for all may be who signs a team up.
    return max(0, min(others, named), others - HOUSEHOLD, numbers - HOUSEHOLD)


def _others(partners: Mapping[str, Any], window: str) -> int:
    count: int = partners.get(window, 0)
    return count - bool(partners.get("known"))


def _heavier(findings: list[Finding], *codes: str) -> list[Finding]:
    """Of findings that rest on one fact only the one that says more."""
    if len(findings) < 2:
        return findings
    rivals = [found for found in findings if found.code in codes]
    said = max(rivals, key=lambda found: -CATALOGUE[found.code].points * found.scale, default=None)
    return [found for found in findings if found is said or found not in rivals]


def _again(lead: Lead, facts: _Counts) -> list[Finding]:
    findings = []
    if "staffed" in facts:
        findings.append(Finding("CHANNEL_STAFFED" if facts["staffed"] else "CHANNEL_CONTRADICTED"))
    if before := _whole_lead(lead, facts):
        findings.append(Finding("LEAD_SEEN_BEFORE", before))
    if vendors := _other_vendors(facts):
        findings.append(Finding("LEAD_SOLD_BEFORE", {"vendors": vendors}))
    if facts.get("body") and facts["body"]["ago"] <= _RESUBMITTED:
        findings.append(Finding("LEAD_RESUBMITTED", {"seconds_ago": facts["body"]["ago"]}))
    sent = facts.get("sent", 0)
    if sent > _DAY:
        findings.append(Finding("LEAD_STALE", {"days": round(sent / _DAY, 1)}))
    elif sent < _FROM_FUTURE:
        findings.append(Finding("LEAD_FROM_FUTURE", {"minutes": round(-sent / 60)}))
    findings += _message(facts)
    if _token_went_round(facts):
        counts = facts["form_token"]
        # What no browser fetched may have been fetched once for many: a page that a server keeps with its token in it.
        code = "FORM_TOKEN_SHARED" if counts.get("ours") == "other" else "FORM_TOKEN_REUSED"
        findings.append(Finding(code, {name: counts[name] for name in WINDOWS if name in counts}))
    return findings


def _whole_lead(lead: Lead, facts: _Counts) -> Mapping[str, int] | None:
    """How often the mailbox came before with this phone, or the only channel that was given."""
    if facts["v"] == 1:
        return facts.get("lead")
    for kind, other, only in (("mailbox", "phone", not lead.phone), ("phone", "mailbox", not lead.email)):
        identity = facts.get(kind, {})
        if identity.get(other, {}).get("known") or (only and identity.get("month")):
            return {name: identity[name] for name in WINDOWS if name in identity}
    return None


def _other_vendors(facts: _Counts) -> int:
    """How many other vendors sold this mailbox or this phone within 30 days."""
    mailbox, phone = facts.get("mailbox", _NOBODY), facts.get("phone", _NOBODY)
    return max(_others(mailbox.get("vendor", _NOBODY), "month"), _others(phone.get("vendor", _NOBODY), "month"))


def _token_went_round(facts: _Counts) -> bool:
    """Was the form's token used before, each time with another mailbox and another phone?

    Who corrects one of the two and sends again is known by the other. Where only one is given nothing
    tells a correction from another person, except that nobody mistypes the one field again and again.
    """
    if not facts.get("form_token", _NOBODY).get("month"):
        return False
    if facts.get("staffed") and "ours" in facts["form_token"]:  # one page stands open for everybody
        return False
    if facts["v"] == 1:
        pairs = [facts[pair] for pair in _PAIRS if pair in facts]
        known, compared = any(pairs), len(pairs)
    else:
        token = facts["form_token"]
        known = any(token.get(kind, {}).get("known") for kind in token.get("compared", ()))
        compared = len(token.get("compared", ()))
    if not compared or known:
        return False
    return compared == len(_PAIRS) or facts["form_token"]["month"] >= _CORRECTIONS


def _message(facts: _Counts) -> list[Finding]:
    """One finding where other leads brought the message, or one that is nearly the same."""
    for code, kinds in _MESSAGES:
        weights = [_went_round(facts, kind) for kind in kinds]
        if weight := max(weights):
            counts = facts[kinds[weights.index(weight)]]
            if facts["v"] >= 4:  # the group that the message makes is the cluster's to say: this is the same fact
                weight = min(weight, round(_MESSAGE_AT_MOST / CATALOGUE[code].points, 3))
            return [Finding(code, {name: counts[name] for name in WINDOWS if name in counts}, weight)]
    return []


def _went_round(facts: _Counts, kind: str) -> float:
    """Did other leads bring the message, more of them lately than the month would let expect?

    A text that the form fills in comes with every lead, all month: what came before the window outweighs it.
    Leads with this mailbox or phone are the same person's. Ten others within an hour, or thirty within a day, weigh
    in full.
    """
    counts = facts.get(kind)
    if not counts:
        return 0.0
    here = max(facts.get(text, {}).get("month", 0) for text in ("text~0", "text~1"))
    if "leads" in facts and here >= _FORMS_OWN * max(facts["leads"], 1):
        return 0.0
    windows = ("hour", "day", "month")
    own = {window: max(facts.get(kind, {}).get(window, 0) for kind in ("mailbox", "phone")) for window in windows}
    others = {window: max(0, counts.get(window, 0) - own[window]) for window in windows}
    weight = 0.0
    for window, full in (("hour", 10), ("day", 30)):
        lately = others[window]
        if lately and others["month"] - lately < 3 * lately:
            weight = max(weight, min(1.0, log(1 + lately) / log(1 + full)))
    return weight


SIGNAL = Signal(
    name=NAME,
    order=90,
    about="what other leads share with it",
    facts=VelocityFacts,
    looks_at="what it shares with others: mailbox, phone, device, address, network, name and place, message, token",
    cannot_know="a farm so patient that it looks like a call centre",
    from_counts=from_counts,
    judge=judge,
    measure=measure,
    in_every_record=True,
)
