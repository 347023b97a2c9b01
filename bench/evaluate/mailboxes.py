"""Does the service tell mailbox names apart that are made of the person's name, nicknames, and random ones?

``data/mailboxes.tsv`` was written by hand, with people of many countries. No model was trained on it, but the rules for
digits, short runs and short forms were developed with it. So it shows the intention more than the quality. The drawn
strings were not used for development. To show how often a match happens by chance, each mailbox is also compared with
everybody else's name. The names of Faker's locales are among those that the model was trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase, digits, hexdigits

from bench.evaluate.names import full_names
from fraudcheck.adapters.lists import shipped
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.records import Finding, Lead, Subject
from fraudcheck.signals import email, identity

BY_HAND = Path(__file__).parent / "data" / "mailboxes.tsv"
LOCALES = (
    "en_US", "pl_PL", "pt_BR", "it_IT", "tr_TR", "en_IN", "en_KE", "en_NG", "yo_NG", "zu_ZA", "cs_CZ",
    "fi_FI", "hu_HU", "nl_NL", "id_ID", "vi_VN", "ru_RU", "uk_UA", "el_GR", "ko_KR", "zh_CN",
)  # fmt: skip


def report() -> Iterator[str]:
    """The findings for each kind of mailbox name, then wrong results, matches by chance and drawn strings."""
    known = shipped.load_lists()
    rows = by_hand()
    yield f"{'by hand':12}{'':>6}{'matches':>9}{'random':>9}{'neither':>9}"
    wrong = []
    for kind in ("own", "nickname", "random"):
        found = [(name, local, _scales(name, local, known)) for row_kind, name, local in rows if row_kind == kind]
        matches = sum("EMAIL_MATCHES_NAME" in scales for _, _, scales in found)
        random = sum("EMAIL_LOCAL_RANDOM" in scales for _, _, scales in found)
        yield f"{kind:12}{len(found):>6}{matches:>9}{random:>9}{len(found) - matches - random:>9}"
        right = {"own": "EMAIL_MATCHES_NAME", "nickname": None, "random": "EMAIL_LOCAL_RANDOM"}[kind]
        wrong += [f"{local} ({name})" for name, local, scales in found if (right not in scales if right else scales)]
    yield "wrong: " + ", ".join(wrong)
    people = [(name, local) for kind, name, local in rows if kind != "random"]
    crossed = [(name, local) for i, (name, _) in enumerate(people) for j, (_, local) in enumerate(people) if i != j]
    by_chance = [f"{local} ({name})" for name, local in crossed if "EMAIL_MATCHES_NAME" in _scales(name, local, known)]
    yield f"somebody else's name beside it matches: {len(by_chance) / len(crossed):.2%}: {', '.join(by_chance[:5])} …"
    yield ""
    for label, drawn in _drawn().items():
        random_scales = [_scales("Jane Smith", local, known).get("EMAIL_LOCAL_RANDOM", 0) for local in drawn]
        share, scale = sum(map(bool, random_scales)) / len(drawn), sum(random_scales) / len(drawn)
        yield f"{label:44}{share:>8.1%}, points {-4 * scale:.1f} on average"
    for locale in LOCALES:
        made = [_letters(name) for name in full_names([locale], 300)]
        called_random = sum("EMAIL_LOCAL_RANDOM" in _scales("", local, known) for local in made)
        yield f"firstlast of {locale:6} with no name beside it: random {called_random / len(made):>6.2%}"


def by_hand() -> list[tuple[str, str, str]]:
    """The rows written by hand: kind, name and local part."""
    lines = BY_HAND.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [(kind, name, local) for kind, name, local in rows]


def _letters(name: str) -> str:
    from anyascii import anyascii  # noqa: PLC0415  # beside its only use

    return "".join(char for char in anyascii(name).lower() if char.isalpha())


def _drawn() -> dict[str, list[str]]:
    """Random strings, a thousand of each kind."""
    random = Random(11)  # noqa: S311  # to be the same each time

    def draw(alphabet: str, least: int, most: int) -> list[str]:
        return ["".join(random.choices(alphabet, k=random.randint(least, most))) for _ in range(1000)]

    return {
        "drawn: 8 to 12 letters": draw(ascii_lowercase, 8, 12),
        "drawn: 6 or 7 letters": draw(ascii_lowercase, 6, 7),
        "drawn: 8 to 12 letters, then digits": [
            text + str(random.randrange(100)) for text in draw(ascii_lowercase, 8, 12)
        ],
        "drawn: 10 to 14 letters and digits": draw(ascii_lowercase + digits, 10, 14),
        "drawn: 10 to 16 hexadecimal digits": draw(hexdigits[:16], 10, 16),
    }


def _scales(name: str, local: str, known: Lists) -> dict[str, float]:
    """The findings about a mailbox name: the scale of each, by reason code."""
    address = f"{local}@nhaxinh.vn"
    lead = Lead(name=name or None, email=address)
    subject = Subject(tenant="", lead=lead, mailbox=read_mailbox(address, known))
    ports = Ports(lists=known, mail_routes=None, counters=None)  # type: ignore[arg-type]  # not used
    findings: list[Finding] = []
    for signal in (email, identity):
        findings += signal.judge(lead, signal.gather(subject, ports) or {"v": 1})
    return {
        finding.code: finding.scale
        for finding in findings
        if finding.code in {"EMAIL_MATCHES_NAME", "EMAIL_LOCAL_RANDOM"}
    }
