"""Are mailbox names told apart: made of the name beside them, a nickname, or random?

``data/mailboxes.tsv`` was made up by hand, with people of many countries. No model was trained on it, but the rules
for digits, short runs and short forms were settled with it in sight: it shows what is meant more than how good it is.
The drawn strings were not. To see how often chance makes a match, each mailbox stands next to everybody else's name
as well. The names of Faker's locales are among those that the model learned from.
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
from fraudcheck.signals import identity

BY_HAND = Path(__file__).parent / "data" / "mailboxes.tsv"
LOCALES = (
    "en_US", "pl_PL", "pt_BR", "it_IT", "tr_TR", "en_IN", "en_KE", "en_NG", "yo_NG", "zu_ZA", "cs_CZ",
    "fi_FI", "hu_HU", "nl_NL", "id_ID", "vi_VN", "ru_RU", "uk_UA", "el_GR", "ko_KR", "zh_CN",
)  # fmt: skip


def report() -> Iterator[str]:
    """For each kind of mailbox name what was found; then wrong ones, matches by chance and drawn strings."""
    known = shipped.load_lists()
    rows = by_hand()
    yield f"{'by hand':12}{'':>6}{'matches':>9}{'random':>9}{'neither':>9}"
    wrong = []
    for kind in ("own", "nickname", "random"):
        found = [(name, local, _said(name, local, known)) for of, name, local in rows if of == kind]
        matches = sum("EMAIL_MATCHES_NAME" in said for _, _, said in found)
        random = sum("EMAIL_LOCAL_RANDOM" in said for _, _, said in found)
        yield f"{kind:12}{len(found):>6}{matches:>9}{random:>9}{len(found) - matches - random:>9}"
        right = {"own": "EMAIL_MATCHES_NAME", "nickname": None, "random": "EMAIL_LOCAL_RANDOM"}[kind]
        wrong += [f"{local} ({name})" for name, local, said in found if (right not in said if right else said)]
    yield "wrong: " + ", ".join(wrong)
    people = [(name, local) for of, name, local in rows if of != "random"]
    crossed = [(name, local) for i, (name, _) in enumerate(people) for j, (_, local) in enumerate(people) if i != j]
    chance = [f"{local} ({name})" for name, local in crossed if "EMAIL_MATCHES_NAME" in _said(name, local, known)]
    yield f"somebody else's name beside it matches: {len(chance) / len(crossed):.2%}: {', '.join(chance[:5])} …"
    yield ""
    for label, drawn in _drawn().items():
        said = [_said("Jane Smith", local, known).get("EMAIL_LOCAL_RANDOM", 0) for local in drawn]
        yield f"{label:44}{sum(map(bool, said)) / len(said):>8.1%}, points {-4 * sum(said) / len(said):.1f} on average"
    for locale in LOCALES:
        names = full_names([locale], 300)
        made = [(name, _plain(name)) for name in names]
        alone = sum("EMAIL_LOCAL_RANDOM" in _said("", local, known) for _, local in made)
        yield f"firstlast of {locale:6} with no name beside it: random {alone / len(made):>6.2%}"


def by_hand() -> list[tuple[str, str, str]]:
    """Kind, name and local part."""
    lines = BY_HAND.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [(kind, name, local) for kind, name, local in rows]


def _plain(name: str) -> str:
    from anyascii import anyascii  # noqa: PLC0415  # beside its only use

    return "".join(char for char in anyascii(name).lower() if char.isalpha())


def _drawn() -> dict[str, list[str]]:
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


def _said(name: str, local: str, known: Lists) -> dict[str, float]:
    email = f"{local}@nhaxinh.vn"
    lead = Lead(name=name or None, email=email)
    subject = Subject(tenant="", lead=lead, mailbox=read_mailbox(email, known))
    ports = Ports(lists=known, mail_routes=None, counters=None)  # type: ignore[arg-type]  # not to be asked
    findings: list[Finding] = []
    for signal in (email, identity):
        findings += signal.judge(lead, signal.gather(subject, ports) or {"v": 1})
    return {
        finding.code: finding.scale
        for finding in findings
        if finding.code in {"EMAIL_MATCHES_NAME", "EMAIL_LOCAL_RANDOM"}
    }
