"""The made-up month of the tour: who wrote to an insurer of old-age care in October, and what became of it.

Nobody in it is real. The same month comes out every time. ``ENQUIRIES`` says how many of what came by which vendor.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

START = datetime(2026, 10, 1, tzinfo=UTC)
FIRST_REPORT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECOND_REPORT = datetime(2026, 11, 16, 9, tzinfo=UTC)
VISITS = {"ppc": 3300, "social": 3100, "seo": 2300, "affiliate": 1300}
VENDORS = {"ppc": "Brightclick", "social": "Feedline", "seo": "own site", "affiliate": "LeadBarn"}
ENQUIRIES = {
    "ppc": {
        "sales": 122,
        "short": 6,
        "service": 14,
        "business": 4,
        "competitor": 4,
        "job": 4,
        "student": 3,
        "solicitation": 7,
        "spam": 4,
        "personal": 2,
        "fake": 6,
        "again": 2,
    },
    "social": {
        "sales": 74,
        "short": 20,
        "service": 8,
        "personal": 5,
        "job": 4,
        "student": 3,
        "solicitation": 4,
        "spam": 4,
        "fake": 4,
    },
    "seo": {
        "sales": 81,
        "service": 18,
        "business": 5,
        "job": 5,
        "student": 3,
        "peer": 1,
        "competitor": 1,
        "solicitation": 4,
        "spam": 1,
    },
    "affiliate": {"sales": 34, "short": 4, "solicitation": 2, "spam": 4, "fake": 22, "again": 8},
}
"""Of 500 enquiries how many are what: as the person meant it, not as it is judged."""
SHARES = {
    "ppc": (0.74, 0.42, 0.12),
    "social": (0.6, 0.25, 0.04),
    "seo": (0.8, 0.5, 0.17),
    "affiliate": (0.5, 0.2, 0.03),
}
"""Of the sales leads of a channel which shares are contacted, qualified and converted."""
HOT, COLD, NO_LEAD = "web-hot", "web-cold", "web-offer"
"""References of the three leads that the tour looks at."""

_ENGLISH_FIRST = (
    "Linda James Patricia Robert Susan Michael Karen David Nancy William Carol Richard Sandra Thomas Sharon"
)
_SPANISH_FIRST = "María José Carmen Luis Rosa Carlos Teresa Miguel Ana Francisco Gloria Antonio"
_ENGLISH_LAST = "Whitfield Lawson Becker Ostrander Pruitt Calloway Merritt Sutton Dorsey Kendrick Farrell Stanton"
_SPANISH_LAST = "Herrera Salazar Montoya Cisneros Villanueva Ochoa Rosales Cantú Barrera Quintero"
_MAIL = ("gmail.com", "yahoo.com", "outlook.com")
_AREAS = {"TX": ("512", "75"), "FL": ("813", "33"), "AZ": ("602", "85"), "CO": ("303", "80"), "OH": ("614", "43")}
"""A telephone area and the first digits of postal codes of some states."""

_SALES = {
    "en": (
        (
            "My mother is {age} and cannot manage alone at home any longer.",
            "I am {young} and would like to be covered before I need care myself.",
            "My husband and I are looking for long-term care insurance.",
            "Dad came home from the hospital last week and needs help every day.",
            "I am comparing policies for nursing care, I am {young}.",
            "We are both in our sixties and have no care cover yet.",
            "My employer's care plan ends when I retire.",
        ),
        (
            "What would a policy cost per month?",
            "Could you send me a quote for {pay} dollars a day?",
            "How much is cover for care at home, with a waiting time of {wait} days?",
            "Please send me an offer for two people.",
            "Which plan pays for a nursing home as well, and what is the premium?",
            "I would like a quote with and without inflation protection.",
        ),
        (
            "",
            "",
            "Thanks, {first}",
            "Please call me after {hour} pm.",
            "Best by mail, please.",
            "Thank you in advance!",
        ),
    ),
    "es": (
        (
            "Mi madre tiene {age} años y ya no puede vivir sola.",
            "Tengo {young} años y quiero asegurarme antes de necesitar cuidados.",
            "Mi esposo y yo buscamos un seguro de cuidados a largo plazo.",
            "Mi papá salió del hospital y necesita ayuda todos los días.",
            "Estoy comparando seguros de dependencia.",
        ),
        (
            "¿Cuánto costaría la póliza al mes?",
            "¿Me pueden enviar una cotización por {pay} dólares al día?",
            "Quisiera un presupuesto para dos personas.",
            "¿Qué plan cubre también una residencia y cuál es el precio?",
        ),
        ("", "Gracias, {first}", "Por favor llámenme después de las {hour}.", "Muchas gracias de antemano."),
    ),
}
_LATER = (
    "I retire next autumn and would only start then, there is no hurry. What would a care policy cost me at {young}?",
    "My present policy runs until June 2027. Please send me an offer for the time after that.",
    "Me jubilo el próximo año y no tengo prisa. ¿Cuánto costaría el seguro de cuidados a partir de entonces?",
)
_OTHERS = {
    "service": (
        "The premium for my policy {number} was taken from my account twice this month. Please refund one of them.",
        "I have moved. Please change the address of my policy {number}.",
        "I cannot log in to my account since yesterday, the password link never arrives.",
        "When will my claim {number} be paid? I sent all the invoices of the nursing service three weeks ago.",
        "How do I change the bank account for my policy {number}?",
        "Quiero cambiar la dirección de mi póliza {number}, me he mudado.",
        "Mi reclamo {number} sigue sin pagarse. ¿Cuándo recibo el dinero?",
    ),
    "business": (
        "I am a reporter for a local paper and am writing about the cost of care. Who answers press questions?",
        "We run a nursing home with {wait} beds and would like to know how you settle invoices with facilities.",
        "This is the county office for seniors. Could you send us leaflets for our information day?",
    ),
    "competitor": (
        "Could you tell us your premiums for ages 60 to 70 and the conditions of your dealer contracts?",
        "Please send your full price list and the terms of your care plans.",
    ),
    "job": (
        "I am a licensed insurance agent with {years} years of experience and would like to apply for a job with you.",
        "Do you have openings in claims handling? I attach my resume and could start in January.",
        "Busco trabajo como agente de seguros, tengo {years} años de experiencia. Adjunto mi currículum.",
    ),
    "student": (
        "I am writing my master's thesis about long-term care insurance. May I send you a short questionnaire?",
        "For my seminar paper at the university I need figures on care policies. Can you help me with data?",
        "Estoy haciendo mi tesis sobre seguros de dependencia. ¿Podrían responder una encuesta?",
    ),
    "solicitation": (
        "I had a look at your website and found errors that cost you visitors. We can bring you to the first page of "
        "Google within {wait} days. May I send you our SEO packages?",
        "We sell verified lists of seniors with phone numbers and mail addresses, {pay} thousand of them. A sample?",
        "Our agency makes explainer videos for insurers from {pay} dollars. When do you have time for a short call?",
        "We offer business loans up to {pay},000 dollars without collateral, approved within a day. Reply to apply.",
        "Ofrecemos servicios de posicionamiento SEO y diseño web desde {pay} dólares. ¿Le envío una propuesta?",
    ),
    "spam": (
        "Congratulations, you were selected to receive {pay},000 dollars from the lottery. Send your bank details.",
        "Earn {pay} dollars a day with crypto trading, guaranteed, join our Telegram now http://profit-{number}.example.com",
        "Buy cheap pills online without prescription http://pills-{number}.example.com best price viagra",
    ),
    "personal": (
        "Hi Aunt Carol, is this still your office? We arrive on Saturday at {hour}, please call me back. Love, {first}",
        "Looking for an old school friend who works at your office, {first} from the class of 1984. Please say hello!",
    ),
    "peer": ("I run an insurance agency myself in the next town. Are you coming to the brokers' meeting in November?",),
}
_HOBBIES = ("garden", "fishing", "quilts", "golf", "choir", "bridge", "baking")
_KEYBOARD = ("asdfgh", "qwerty uiop", "sdfg hjkl", "zxcv bnm", "asd fgh")


class Enquiry(NamedTuple):
    """An enquiry as the form sends it, when it came, and what the person meant (a word of ``ENQUIRIES``)."""

    at: datetime
    meant: str
    body: dict[str, Any]


class _Dice:
    """Numbers that look random, the same ones on every Python."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random  # noqa: S311 - nobody has to be kept from guessing them

    def share(self) -> float:
        return self._next()

    def below(self, end: int) -> int:
        return int(self._next() * end)

    def one(self, of: Sequence[Any]) -> Any:
        return of[self.below(len(of))]


def enquiries() -> list[Enquiry]:
    """The month's enquiries, oldest first."""
    dice, found = _Dice(19), []
    for channel, counts in ENQUIRIES.items():
        earlier: list[dict[str, Any]] = []
        for meant, count in counts.items():
            for _ in range(count):
                number = len(found) + 1
                body = dict(dice.one(earlier[:20])) if meant == "again" else _body(dice, meant, number)
                body |= {"reference": f"web-{number}", "source": _source(dice, channel, number)}
                if meant == "sales":
                    earlier.append(body)
                late = 20 if meant == "again" else 0  # who comes twice comes later
                at = START + timedelta(
                    days=late + dice.below(31 - late), hours=13 + dice.below(10), seconds=dice.below(3600)
                )
                found.append(Enquiry(at, meant, body))
    return sorted([*found, *_looked_at()], key=lambda enquiry: enquiry.at)


def _body(dice: _Dice, meant: str, number: int) -> dict[str, Any]:
    if meant == "fake":
        return _fake(dice, number)
    spanish = dice.share() < 0.25
    message = _message(dice, meant, spanish)
    first = dice.one((_SPANISH_FIRST if spanish else _ENGLISH_FIRST).split())
    last = dice.one((_SPANISH_LAST if spanish else _ENGLISH_LAST).split())
    state = dice.one(tuple(_AREAS))
    body: dict[str, Any] = {
        "name": f"{first} {last}",
        "email": f"{_mailbox(dice, _plain(first), _plain(last), number)}@{dice.one(_MAIL)}",
        "phone": _phone(dice, state),
        "country": "US",
        "postal_code": f"{_AREAS[state][1]}{100 + dice.below(800)}",
    }
    if message:
        body["message"] = _filled(message, dice, first)
    if meant in ("sales", "short"):
        body |= _known(dice)
    if meant == "short":
        return body
    keys = sum(len(str(value)) for value in body.values() if isinstance(value, str))
    body["form"] = {"fill_seconds": 25 + keys // 3 + dice.below(60), "keystrokes": keys + dice.below(12)}
    if meant == "competitor":
        body |= {"email": f"{_plain(first)}.{_plain(last)}@silverharbor-cover.com"}
    return body


def _mailbox(dice: _Dice, first: str, last: str, number: int) -> str:
    """A mailbox that nobody else of the month has, by one of the ways in which people name theirs."""
    year = f"{40 + number % 45}"
    shapes = (
        f"{first}.{last}",
        f"{first}{last}{year}",
        f"{first[0]}{last}{year}",
        f"{last}.{first}",
        f"{first}_{last}",
    )
    return f"{dice.one((*shapes, f'{last}{first[:3]}', f'{first}.{dice.one(_HOBBIES)}'))}{'' if number % 3 else number}"


def _message(dice: _Dice, meant: str, spanish: bool) -> str:
    if meant == "short":
        return ""
    if meant != "sales":
        return str(dice.one(_OTHERS[meant]))
    if dice.share() < 0.08:
        return str(dice.one(_LATER))
    return " ".join(filter(None, (dice.one(part) for part in _SALES["es" if spanish else "en"])))


def _filled(message: str, dice: _Dice, first: str) -> str:
    return message.format(
        age=74 + dice.below(18),
        young=48 + dice.below(20),
        pay=100 + 10 * dice.below(20),
        wait=30 * (1 + dice.below(3)),
        hour=3 + dice.below(4),
        years=3 + dice.below(15),
        number=f"{40_000 + dice.below(50_000)}",
        first=first,
    )


def _known(dice: _Dice) -> dict[str, Any]:
    """What the form asks beside the contact, and what the site saw of the visit."""
    extra: dict[str, Any] = {"age": 44 + dice.below(34)}
    if dice.share() < 0.6:
        extra["savings"] = dice.one(("under 50k", "50k-100k", "100k-250k", "> 250k"))
    activity = {"pages": 1 + dice.below(9)}
    for event, share in (
        ("pricing_page", 0.5),
        ("cost_calculator", 0.3),
        ("brochure_download", 0.2),
        ("return_visit", 0.25),
    ):
        if dice.share() < share:
            activity[event] = 1 + dice.below(2)
    return {"extra": extra, "activity": activity}


def _fake(dice: _Dice, number: int) -> dict[str, Any]:
    """Half of them are made by a careless program. The others look like people, until somebody calls the number."""
    if number % 2:
        return {
            "name": dice.one(_KEYBOARD),
            "email": f"{''.join(dice.one('bcdfghjkmnpqrstvwxz') for _ in range(9))}{dice.below(99)}@mailinator.com",
            "phone": _phone(dice, "TX"),
            "country": "US",
            "form": {"fill_seconds": 0.7 + dice.below(6) / 10},
        }
    body = _body(dice, "sales", number)
    del body["activity"]
    return body


def _source(dice: _Dice, channel: str, number: int) -> dict[str, Any]:
    source: dict[str, Any] = {"vendor": VENDORS[channel], "channel": channel}
    if channel == "ppc":
        source |= {"campaign": dice.one(("care at home", "brand")), "click": {"gclid": f"Cj0KCQ-made-up-{number:04}"}}
    elif channel == "social":
        source |= {"campaign": "autumn", "click": {"lead_id": f"{7_000_000_000_000_000 + 7919 * number}"}}
    elif channel == "affiliate":
        source |= {"sub_id": dice.one(("pub-11", "pub-27")), "price": {"amount": "35.00", "currency": "USD"}}
    return source


def _phone(dice: _Dice, state: str) -> str:
    return f"({_AREAS[state][0]}) {420 + dice.below(80)}-{1000 + dice.below(9000)}"


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("áéíóúñ", "aeioun"))


def _looked_at() -> Iterator[Enquiry]:
    """The three leads that the tour looks at."""
    yield Enquiry(
        START + timedelta(days=12, hours=15),
        "sales",
        {
            "name": "Patricia Ostrander",
            "email": "patricia.ostrander@gmail.com",
            "phone": "(512) 343-2817",
            "country": "US",
            "postal_code": "75214",
            "reference": HOT,
            "message": "My mother is 79 and cannot manage alone at home any longer. What would a policy for care at "
            "home cost for me, I am 57? Please call me tomorrow after 4 pm.",
            "extra": {"age": 57, "savings": "100k-250k"},
            "activity": {"pages": 7, "pricing_page": 2, "cost_calculator": 1, "return_visit": 1},
            "form": {"fill_seconds": 94, "keystrokes": 231},
            "source": {
                "vendor": VENDORS["ppc"],
                "channel": "ppc",
                "campaign": "care at home",
                "click": {"gclid": "Cj0KCQ-made-up-hot"},
            },
        },
    )
    yield Enquiry(
        START + timedelta(days=14, hours=17),
        "short",
        {
            "name": "Daniel Pruitt",
            "email": "daniel.pruitt@yahoo.com",
            "phone": "(614) 421-9060",
            "country": "US",
            "postal_code": "43215",
            "reference": COLD,
            "extra": {"age": 34},
            "activity": {"pages": 1},
            "source": {
                "vendor": VENDORS["social"],
                "channel": "social",
                "campaign": "autumn",
                "click": {"lead_id": "7000000000424242"},
            },
        },
    )
    yield Enquiry(
        START + timedelta(days=16, hours=14),
        "solicitation",
        {
            "name": "Susan Kendrick",
            "email": "susan.kendrick@outlook.com",
            "phone": "(303) 377-4820",
            "country": "US",
            "postal_code": "80203",
            "reference": NO_LEAD,
            "message": "Hi, I had a look at your website and noticed errors that keep it from ranking. Our SEO "
            "packages bring insurers to the first page of Google. May I send you a proposal with prices?",
            "form": {"fill_seconds": 61, "keystrokes": 240},
            "source": {"vendor": VENDORS["seo"], "channel": "seo"},
        },
    )


class Outcome(NamedTuple):
    """A row of the insurer's file of outcomes."""

    reference: str
    outcome: str
    at: str
    reason: str = ""
    amount: str = ""
    currency: str = ""


def outcomes() -> list[Outcome]:
    """What became of the leads until the second report, oldest first."""
    dice, rows = _Dice(84), []
    for enquiry in enquiries():
        reference, channel = enquiry.body["reference"], enquiry.body["source"]["channel"]
        luck, slow = dice.share(), 0.7 + 0.6 * dice.share()
        if enquiry.meant == "fake" and int(reference.removeprefix("web-")) % 2 == 0:
            # Made to look like people: somebody is reached at first, who never asked for anything.
            at = enquiry.at + timedelta(days=1)
            if luck < 0.6:
                rows.append(Outcome(reference, "contacted", _minute(at)))
            rows.append(
                Outcome(reference, "returned", _minute(max(at, FIRST_REPORT) + timedelta(days=4)), "obviously_fake")
            )
        if enquiry.meant not in ("sales", "short"):
            continue
        contacted, qualified, converted = SHARES[channel]
        for event, share, days in (
            ("contacted", contacted, 1),
            ("qualified", qualified, 4),
            ("converted", converted, 12),
        ):
            if luck < share:
                amount = (f"{900 + 100 * dice.below(9)}", "USD") if event == "converted" else ("", "")
                rows.append(Outcome(reference, event, _minute(enquiry.at + timedelta(days=days * slow)), "", *amount))
    known = [row for row in rows if row.at < _minute(SECOND_REPORT)]
    return sorted(known, key=lambda row: (row.at, row.reference))


def outcomes_csv(since: datetime, until: datetime) -> str:
    """The file of the outcomes that happened from ``since`` until before ``until``."""
    told = [row for row in outcomes() if _minute(since) <= row.at < _minute(until)]
    return "\n".join(",".join(row) for row in [Outcome._fields, *told]) + "\n"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"
