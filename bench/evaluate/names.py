"""How well does the service tell mashed names from people's, and which people's names does it take for mashed?

People's names are the first names of 54 countries in gender-guesser, which the model was not trained on, and names in
other scripts from Faker. The model was trained on the latter, so they only check that nobody is punished. Mashed names
are the even lines of ``data/mashed.txt``. The model's manifest gives its figures for cultures that it was not trained
on. For comparison there are nostril and a plain model of English trigrams.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module, resources
from pathlib import Path
from random import Random

from fraudcheck.adapters.lists import shipped
from fraudcheck.ports import Ports
from fraudcheck.records import Lead, Subject
from fraudcheck.signals import identity

MASHED = Path(__file__).parent / "data" / "mashed.txt"
COUNTRIES = (
    "Great Britain", "Ireland", "United States", "Italy", "Malta", "Portugal", "Spain", "France", "Belgium",
    "Luxembourg", "Netherlands", "East Frisia", "Germany", "Austria", "Switzerland", "Iceland", "Denmark", "Norway",
    "Sweden", "Finland", "Estonia", "Latvia", "Lithuania", "Poland", "Czechia", "Slovakia", "Hungary", "Romania",
    "Bulgaria", "Bosnia", "Croatia", "Kosovo", "North Macedonia", "Montenegro", "Serbia", "Slovenia", "Albania",
    "Greece", "Russia", "Belarus", "Moldova", "Ukraine", "Armenia", "Azerbaijan", "Georgia", "central Asia",
    "Turkey", "Arab world, Iran", "Israel", "China", "India, Sri Lanka", "Japan", "Korea", "Viet Nam",
)  # fmt: skip
NATIVE = {
    "Arabic": "ar_AA ar_SA ar_PS fa_IR", "Cyrillic": "ru_RU uk_UA bg_BG mk_MK", "Greek": "el_GR", "Hebrew": "he_IL",
    "Han": "zh_CN zh_TW", "Hangul": "ko_KR", "Japanese": "ja_JP", "Thai": "th_TH", "Devanagari": "hi_IN ne_NP mr_IN",
    "Bengali": "bn_BD", "Tamil": "ta_IN", "Gujarati": "gu_IN", "Georgian": "ka_GE", "Armenian": "hy_AM",
    "Sinhala": "si_LK",
}  # fmt: skip
Score = Callable[[str], float]
"""Takes a name, gives points against it: the more, the surer that it is mashed."""


def report() -> Iterator[str]:
    """Recall where 1 % of people's names are called mashed, recall at the shipped limit, and people by country."""
    people, mashed = first_names(), mashed_names()
    everyone = sorted({name for names in people.values() for name in names if len(name) >= 2})
    own = service_score()
    yield f"{len(mashed)} mashed strings, {len(everyone)} first names of {len(people)} countries"
    yield f"{'':24}{'recall at 1 % of people':>24}{'as shipped: recall':>20}{'people':>9}"
    for label, score in (("fraudcheck", own), *compared_scores()):
        # Some of the others refuse short texts: these count as no points.
        of_people, of_mashed = sorted(map(score, everyone), reverse=True), [score(text) for text in mashed]
        limit = max(of_people[len(of_people) // 100], 1e-9)
        row = f"{label:24}{_share(of_mashed, limit):>24.1%}"
        if label != "trigrams of English":  # it has no limit of its own
            row += f"{_share(of_mashed, 1e-9):>20.1%}{_share(of_people, 1e-9):>9.2%}"
        yield row
    yield ""
    yield "people to whom anything is said, country by country (the worst ten), then scripts"
    rates = {country: _share([own(name) for name in names], 1e-9) for country, names in people.items()}
    for country in sorted(rates, key=rates.__getitem__, reverse=True)[:10]:
        yield f"  {country:22}{rates[country]:>8.2%} of {len(people[country])}"
    for script, names in native_names().items():
        yield f"  {script:22}{_share([own(name) for name in names], 1e-9):>8.2%} of {len(names)}"
    yield ""
    worst = sorted(everyone, key=own, reverse=True)[:5]
    yield "people that score worst: " + ", ".join(f"{name} -{own(name):.1f}" for name in worst)
    yield "mashed and missed: " + ", ".join(text for text in mashed if own(text) == 0)


def service_score() -> Score:
    """The service's points against a name, in a lead with nothing else."""
    ports = Ports(lists=shipped.load_lists(), mail_routes=None, counters=None)  # type: ignore[arg-type]  # not used

    def score(name: str) -> float:
        lead = Lead(name=name)
        facts = identity.gather(Subject(tenant="", lead=lead), ports)
        return sum(finding.scale * 6 for finding in identity.judge(lead, facts or {}))

    return score


def compared_scores() -> Iterator[tuple[str, Score]]:
    """The scores of other programs that are installed (extra ``evaluate``), with their names."""
    yield "trigrams of English", _english_trigrams()
    try:
        nonsense = import_module("nostril_detector").nonsense
    except (ImportError, AttributeError):
        return

    def nostril(text: str) -> float:
        try:
            return float(nonsense(text))
        except ValueError:  # the text is too short
            return 0.0

    yield "nostril", nostril


def _english_trigrams() -> Score:
    top_n_list = import_module("wordfreq").top_n_list
    words = [word for word in top_n_list("en", 30_000) if word.isascii() and word.isalpha()]
    counts = Counter(run for word in words for run in _trigrams(word))
    context_counts = Counter(run[:2] for word in words for run in _trigrams(word))

    def score(text: str) -> float:
        trigrams = [run for word in text.lower().split() for run in _trigrams(word)]
        surprise = sum(-math.log((counts[run] + 0.1) / (context_counts[run[:2]] + 2.7)) for run in trigrams)
        return surprise / max(1, len(trigrams))

    return score


def _trigrams(word: str) -> list[str]:
    padded = f"  {word} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


def mashed_names() -> list[str]:
    """The half of the strings, mashed by hand, that the model was not calibrated on."""
    return [line for line in MASHED.read_text("utf-8").splitlines() if not line.startswith("#")]


def first_names() -> dict[str, list[str]]:
    """Names by country, from gender-guesser's table. Its columns from 30 on stand for countries."""
    text = resources.files("gender_guesser").joinpath("data", "nam_dict.txt").read_text("utf-8")
    names: dict[str, set[str]] = {country: set() for country in COUNTRIES}
    for line in text.splitlines():
        if line[0] not in "#=":
            for country, mark in zip(COUNTRIES, line[30:], strict=False):
                if mark.isalnum():
                    names[country].add(line[3:29].strip().replace("+", " "))
    return {country: sorted(found) for country, found in names.items()}


def native_names() -> dict[str, list[str]]:
    """Full names in scripts other than Latin."""
    faker = import_module("faker").Faker
    found = {}
    for script, locales in NATIVE.items():
        maker = faker(locales.split())
        maker.seed_instance(1)
        found[script] = [maker.name() for _ in range(500)]
    return found


def full_names(locales: Sequence[str], count: int) -> list[str]:
    """Given and family names, ``count`` of each locale, shuffled."""
    faker = import_module("faker").Faker
    names = []
    for locale in locales:
        maker = faker(locale)
        maker.seed_instance(1)
        names += [f"{maker.first_name()} {maker.last_name()}" for _ in range(count)]
    Random(1).shuffle(names)  # noqa: S311  # to be the same each time
    return names


def _share(scores: Sequence[float], limit: float) -> float:
    return sum(score >= limit for score in scores) / len(scores)
