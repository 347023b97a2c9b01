"""Made-up leads of a buyer: people of many countries, some of whom come again, beside fakes and slips."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta

from fraudcheck.batch.cells import flatten

START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
_PEOPLE = [
    ("Nguyễn Văn An", "an.nguyen@gmail.com", "+84912840375", "VN"),
    ("Ngozi Okafor", "ngozi.okafor@second-mx.ng", "+2348032840375", "NG"),
    ("Sanjay Iyer", "sanjay.iyer@six-only.in", "+919812840375", "IN"),
    ("Mariana Souza", "mariana@address-only.br", "+5511912840375", "BR"),
    ("Somchai Wongsa", "somchai.w@mx-six.th", "+66812840375", "TH"),
    ("Agnieszka Wiśniewska", "a.wisniewska@alias.pl", "+48502840375", "PL"),
    ("محمد حسن", "m.hassan@spf-beside-mx.eg", "+201012840375", "EG"),
    ("Lakshmi", "lakshmi1962@yahoo.com", "+919812840399", "IN"),
]
_FAKES = [
    {"email": "qxzvkjw81@mailinator.com", "phone": "+84912840000", "name": "asdfgh", "form": {"fill_seconds": 0.9}},
    {"email": "nobody@null-mx.com", "phone": "+123", "name": "test test"},
    {"email": "not an address", "phone": "0000000", "name": "xxx"},
]


def leads(count: int, seed: int = 7) -> list[dict]:
    """So many leads over 70 days, in no order, each as the JSON object that the service is sent."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    found = []
    for number in range(count):
        moment = START + timedelta(seconds=dice.randrange(70 * 86_400), milliseconds=dice.randrange(1000))
        name, email, phone, country = dice.choice(_PEOPLE)
        new = dice.random() < 0.5
        if new:
            email, phone = f"{number}.{email}", phone[:-3] + f"{number % 1000:03}"
        lead = {"email": email, "phone": phone, "name": name, "country": country}
        if dice.random() < 0.2:
            lead = dict(dice.choice(_FAKES))
        lead |= {
            "source": {"vendor": f"vendor {dice.randrange(4)}", "price": {"amount": "12.50", "currency": "EUR"}},
            "client": {
                "ip": f"203.0.{dice.randrange(3)}.{dice.randrange(1, 5)}",
                "device_id": f"d{dice.randrange(60)}",
            },
            "message": dice.choice(
                ["Please call me in the evening about the roof", "Interested in solar for our house"]
            ),
            "submitted_at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reference": f"crm-{number}",
        }
        lead.setdefault("form", {"fill_seconds": round(dice.uniform(9, 70), 1)})
        found.append(lead)
    for number, lead in enumerate(found[-30:]):  # one device in one hour
        lead["submitted_at"] = (START + timedelta(days=60, minutes=number)).isoformat()
        lead["client"] = {"ip": "203.0.1.1", "device_id": "d1"}
    found[1::9] = [dict(found[0], submitted_at=each["submitted_at"]) for each in found[1::9]]  # the same person again
    return found


def as_csv(rows: list[dict], delimiter: str = ",", names: dict[str, str] | None = None) -> str:
    """The leads as a table; ``names`` are other headings."""
    flattened = [flatten(row) for row in rows]
    heading = list(dict.fromkeys(name for row in flattened for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([(names or {}).get(name, name) for name in heading])
    writer.writerows([[row.get(name, "") for name in heading] for row in flattened])
    return text.getvalue()
