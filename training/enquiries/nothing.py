"""Which texts say nothing of what is wanted, or say it in a language that no author wrote in? Those must stay unclear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import wordfreq
from faker import Faker

from training.enquiries.templates import LOCALES
from training.enquiries.vary import CLOSINGS, GREETINGS, typed
from training.names import mashing

FOREIGN = ["it", "nl", "tr", "ru", "uk", "bg", "mk", "ro", "cs", "sk", "sl", "sh", "hu", "sv", "da", "nb", "fi", "is", "lt", "lv", "el", "he", "fa", "ur", "hi", "bn", "ta", "ko", "zh", "ja", "fil", "ca"]  # fmt: skip
"""Languages without an author, as wordfreq has words of them. Malay is left out, as Indonesian that it mostly is."""
_COMMON_WORDS = 3_000
_FILLERS = [
    "test",
    "testing",
    "test test",
    "just a test",
    "asdf",
    "hi",
    "hello",
    "ok",
    "yes",
    "no",
    "none",
    "abc",
    "123",
    "x",
    "xx",
    "please",
    "message",
    ".",
    "lorem ipsum dolor sit amet",
    "thử",
    "prueba",
    "teste",
    "essai",
    "probe",
    "próba",
    "tes",
    "ทดสอบ",
    "تجربة",
    "nothing",
    "no message",
    "nothing to add",
    "see above",
    "as discussed",
    "same",
    ".",
]
_MIXED, _OF_LINES = 0.3, 3
"""The share of foreign texts with words that every language uses; the variations of each line of ``foreign.txt``."""
_EVERYWHERE = [
    "SEO", "Google", "website", "www", "email", "online", "marketing", "software", "WhatsApp",
    "Instagram", "Facebook", "AI", "app", "blog", "backlink", "casino", "bonus", "crypto",
    "bitcoin", "ok", "info", "web", "shop", "CRM", "service", "hotel", "internet",
    "PDF", "video", "design", "euro", "dollar", "https://www", "contact@",
]  # fmt: skip
SPACELESS = frozenset(["zh", "ja"])


def foreign(random: Random, each: int) -> Iterator[str]:
    """Made-up texts of common words in languages without an author."""
    for language in FOREIGN:
        words = wordfreq.top_n_list(language, _COMMON_WORDS)
        weights = [1 / (rank + 10) for rank in range(len(words))]
        for _ in range(each):
            count = random.choice([2, 4, 8, 15, 25, 40, 60])
            drawn = random.choices(words, weights, k=count)
            if random.random() < _MIXED:
                for word in random.choices(_EVERYWHERE, k=1 + count // 10):
                    drawn.insert(random.randrange(len(drawn)), f" {word} ")
            yield typed(("" if language in SPACELESS else " ").join(drawn), random)
    for text in (Path(__file__).parent / "foreign.txt").read_text("utf-8").splitlines():
        for _ in range(_OF_LINES):
            yield typed(text, random)


def empty(random: Random, count: int) -> Iterator[str]:
    """Fillers, greetings, names, places, numbers and mashed keys."""
    mashed = [*mashing.strings("latin", 2_000, 19), *mashing.random_letters(500, 19)]
    fakers = [
        Faker(locale) for locales in LOCALES.values() for locale in locales.split() if locale not in {"en_NG", "ar_SA"}
    ]
    for number, faker in enumerate(fakers):
        faker.seed_instance(number)
    ways = (
        lambda faker, language: random.choice(_FILLERS),
        lambda faker, language: random.choice(GREETINGS[language].split("|")),
        lambda faker, language: random.choice(CLOSINGS[language].split("|")),
        lambda faker, language: faker.name(),
        lambda faker, language: faker.city(),
        lambda faker, language: faker.address(),
        lambda faker, language: faker.company(),
        lambda faker, language: faker.phone_number(),
        lambda faker, language: " ".join(random.choices(mashed, k=random.choice([1, 1, 2, 3, 6]))),
        lambda faker, language: f"{random.choice(GREETINGS[language].split('|'))} {faker.name()}",
    )
    languages = sorted(GREETINGS)
    for _ in range(count):
        yield typed(random.choice(ways)(random.choice(fakers), random.choice(languages)), random)
