"""The tables of people's mailboxes and browsers are whole, add up, and say what people do."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from fraudcheck.adapters.lists.habits import habits
from fraudcheck.fields.browser.shares import FOUR_WEEKS, UNKNOWN
from fraudcheck.ports.lists import Lists

FOLDER = Path(str(resources.files("fraudcheck.models").joinpath("habits")))
FILES = ("mailboxes.toml", "browsers.toml")
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_bytes())
MAILBOXES, BROWSERS = (tomllib.loads((FOLDER / name).read_text("utf-8")) for name in FILES)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0 Safari/537.36"
NOW = int(datetime.fromisoformat(MANIFEST["version"]).replace(tzinfo=UTC).timestamp()) // FOUR_WEEKS


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, which is read in place of the shipped one."""
    shutil.copytree(FOLDER, tmp_path / "habits")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    return tmp_path / "habits"


def test_the_shipped_tables_load(loaded: Lists) -> None:
    assert loaded.versions["habits"] == MANIFEST["version"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", MANIFEST["version"])
    assert loaded.scheme_share("{first}.{last}") == MAILBOXES["schemes"]["{first}.{last}"] / MANIFEST["people"]


def test_a_copy_is_read_as_the_shipped_ones(copy: Path) -> None:
    version, scheme_share, _ = habits()
    assert (version, scheme_share("{first}.{last}") > 0.1) == (MANIFEST["version"], True)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("at", [0, 200, -1], ids=["first", "200", "last"])
def test_a_changed_byte_is_refused(copy: Path, name: str, at: int) -> None:
    body = bytearray((copy / name).read_bytes())
    body[at] ^= 1
    (copy / name).write_bytes(body)
    with pytest.raises(ValueError, match="models/habits holds other files than its manifest describes"):
        habits()


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_refused(copy: Path, name: str) -> None:
    (copy / name).write_bytes((copy / name).read_bytes()[:-1])
    with pytest.raises(ValueError, match="make it again"):
        habits()


def test_the_manifests_sums_hold() -> None:
    assert MANIFEST["files"] == {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in FILES}
    about, schemes = MAILBOXES["about"], MAILBOXES["schemes"]
    assert MANIFEST["people"] == about["people"] == sum(schemes.values()) + about["rare_people"]
    assert MANIFEST["schemes"] == {
        "shipped": len(schemes),
        "rare": about["rare_schemes"],
        "people_on_rare": about["rare_people"],
    }
    assert MANIFEST["people"] <= sum(source.get("people", 0) for source in MANIFEST["sources"])  # some are in several
    assert all(source["licence"] for source in MANIFEST["sources"])
    assert MANIFEST["version"] == about["date"]


def test_no_scheme_points_to_one_person() -> None:
    assert min(MAILBOXES["schemes"].values()) >= MAILBOXES["about"]["fewest_people"] > 1
    place = r"\{(first|middle|last)(:\d+)?\}|\{[fml]\}|\{word\}|\{year\}|\{(letters|digits):\d+\}|[._?-]"
    assert [scheme for scheme in MAILBOXES["schemes"] if not re.fullmatch(f"({place})+", scheme)] == []


def test_shares_are_shares(loaded: Lists) -> None:
    of_schemes = [loaded.scheme_share(scheme) for scheme in (*MAILBOXES["schemes"], "{digits:40}", "{word}?", "")]
    of_versions = [share for versions in BROWSERS["versions"].values() for share in versions.values()]
    of_countries = [share for families in BROWSERS["countries"].values() for share in families.values()]
    assert all(0 < share < 1 for share in of_schemes + of_versions + of_countries)
    assert sum(of_versions) == pytest.approx(BROWSERS["about"]["covered"], abs=1e-4)
    assert all(sum(families.values()) <= 1.001 for families in BROWSERS["countries"].values())
    assert [name for name in BROWSERS["countries"] if not re.fullmatch("[A-Z]{2}", name)] == []


@pytest.mark.parametrize(
    "made_up",
    [
        "{last}{letters:3}{digits:6}",
        "{first}{word}{digits:3}",
        "{word}{digits:6}",
        "{first}.{last}{digits:5}",
        "{word}?{word}{digits:4}",
    ],
)
def test_peoples_own_schemes_are_commoner_than_made_up_ones(loaded: Lists, made_up: str) -> None:
    plain = ("{first}.{last}", "{first}{last}", "{f}{last}", "{last}.{first}", "{letters:8}", "{first}{last}{digits:2}")
    assert loaded.scheme_share(made_up) < 0.02 < min(map(loaded.scheme_share, plain))
    assert max(MAILBOXES["schemes"], key=loaded.scheme_share) == "{first}.{last}"


def test_the_newest_browser_is_common_and_an_old_one_rare(loaded: Lists) -> None:
    newest = max(map(int, BROWSERS["versions"]["chrome"]))
    for country in (None, "VN", "NG", "IN", "BR", "TH", "PL", "EG", "DE", "CN"):
        new, old = (loaded.browser_share(CHROME.format(n), country, NOW) for n in (newest, newest - 100))
        assert 1 > new > UNKNOWN > old > 0
    assert loaded.browser_share(CHROME.format(newest - 100), None, NOW - 100) > UNKNOWN


def test_the_card_says_what_the_tables_hold() -> None:
    about, card = MAILBOXES["about"], " ".join((FOLDER / "CARD.md").read_text("utf-8").split())
    schemes = len(MAILBOXES["schemes"])
    assert f"{about['people']:,} people follow {schemes + about['rare_schemes']:,} schemes" in card
    assert f"the {schemes} schemes that 5 people or more share" in card
    assert f"The other {about['rare_schemes']:,} schemes have {about['rare_people']:,} people together" in card
    for scheme, count in list(MAILBOXES["schemes"].items())[:15]:
        assert f"| `{scheme}` | {100 * count / about['people']:.1f} % |" in card, scheme
