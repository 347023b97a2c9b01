"""The model of ordinary leads: what it scores, what that weighs, whom it calls unusual."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from math import log10
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyod.models.hbos import HBOS

from fraudcheck import wiring
from fraudcheck.adapters import model_file
from fraudcheck.adapters.tenant_files import default_policy
from fraudcheck.anomaly.detector import SAYS, Model, decode_model, encode_model, judge_anomaly
from fraudcheck.anomaly.features import Cut, Drift, Feature, codes, columns
from fraudcheck.operations.model_fitting import fit_model, scale_codes
from fraudcheck.operations.train import Example, make_example, train_model
from fraudcheck.operations.training_text import model_card, model_manifest, training_text
from fraudcheck.pipeline.decide import decide, measure
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Client, Finding, Form, Lead, Source
from fraudcheck.scoring.policy import load_policy
from fraudcheck.settings import Settings

POLICY = load_policy(default_policy())
POINTS = POLICY.points
SHIPPED = wiring.load_model(Settings(data_dir=Path("nowhere")))


def judged(model, measures, *points_and_said):
    """What a model says of these measures."""
    return judge_anomaly(model, measures, model.row(measures), *points_and_said)


def rows(count: int, seed: int = 1) -> list[dict[str, float]]:
    """Rows in which one measure follows another, one is rarely there, and one has three values."""
    dice = random.Random(seed)  # noqa: S311
    made = []
    for _ in range(count):
        fill = dice.gauss(1.3, 0.3)
        row = {
            "form.fill": fill,
            "form.typed": log10(41 + 20 * fill + dice.gauss(0, 4)),
            "form.pasted": dice.randrange(3) / 3,
        }
        if dice.random() < 0.4:
            row["velocity.ip_hour"] = float(int(dice.expovariate(1)))
        made.append(row)
    return made


MODEL = fit_model(rows(3_000), "test")
SOME = st.fixed_dictionaries(
    {},
    optional={
        "form.fill": st.floats(-2, 5),
        "form.typed": st.floats(0, 4),
        "form.pasted": st.floats(0, 1),
        "velocity.ip_hour": st.floats(0, 12),
        "some.other": st.floats(),
    },
)


@pytest.mark.parametrize(
    ("measures", "code"), [({}, 0), ({"a.b": -9.0}, 1), ({"a.b": 1.0}, 2), ({"a.b": 1.5}, 2), ({"a.b": 99.0}, 3)]
)
def test_a_missing_measure_is_a_bin_of_its_own(measures: Mapping[str, float], code: int) -> None:
    cut = Cut("a.b", (1.0, 2.0))
    assert codes(measures, columns([Feature((cut,)), Feature((cut, cut))])) == [code, code * 4 + code]


@given(st.lists(SOME, min_size=1, max_size=20))
def test_scores_are_those_of_pyod(found: list[dict[str, float]]) -> None:
    """The same detector, fitted again by PyOD itself to the same rows, gives the same scores."""
    import numpy as np

    table = np.array([MODEL.row(row) for row in found])
    expected = _detector().decision_function(scale_codes(table, MODEL.features))
    scores = [MODEL.score(list(row)) for row in table.tolist()]
    assert scores == pytest.approx(expected.tolist(), abs=1e-9)


def _detector(made: list[HBOS] = []) -> HBOS:  # noqa: B006 - fitted once
    if not made:
        import numpy as np

        learned = [row for at, row in enumerate(rows(3_000)) if at % 5]
        table = np.array([MODEL.row(row) for row in learned])
        first = HBOS(n_bins=128).fit(scale_codes(table, MODEL.features)).decision_scores_
        table = table[first <= np.quantile(first, 0.98)]
        made.append(HBOS(n_bins=128).fit(scale_codes(table, MODEL.features)))
    return made[0]


@given(SOME, st.sampled_from([-8.0, -3.3, 0.0, -0.1]))
def test_the_features_shares_add_up_to_the_tenth(measures: dict[str, float], weight: float) -> None:
    for found in judged(MODEL, measures, dict.fromkeys(SAYS, weight)):
        evidence = found.evidence
        total = sum(round(each["points"] * 10) for each in evidence["features"]) + round(evidence["others"] * 10)
        assert total == round(weight * found.scale * 10)
        assert all(each["points"] <= 0 for each in evidence["features"])
        assert 0 < evidence["p"] < 0.37


def test_what_speaks_decides_the_code_and_is_named() -> None:
    usual = {"form.fill": 1.3, "form.typed": log10(67), "form.pasted": 0.0}
    assert judged(MODEL, usual, POINTS) == []
    (hasty,) = judged(MODEL, usual | {"form.fill": -1.0}, POINTS)
    assert hasty.code == "ANOMALY_FORM"
    assert "form.fill" in hasty.evidence["features"][0]["feature"]
    (shared,) = judged(MODEL, usual | {"velocity.ip_hour": 11.0}, POINTS)
    assert shared.code == "ANOMALY_SHARED"


STAND_IN = msgspec.structs.replace(MODEL, learned=0)
FIRST = msgspec.structs.replace(MODEL, v=1, learned=msgspec.UNSET)
"""The same tables as models of version 1 had them, which verdicts of up to 0.4 name."""
USUAL = {"form.fill": 1.3, "form.typed": log10(67), "form.pasted": 0.0}


def weight(found: list[Finding]) -> float:
    return sum(POINTS[each.code] * each.scale for each in found)


@pytest.mark.parametrize(
    ("who", "measures", "learned", "stand_in"),
    [
        ("one as most are", USUAL, 0.0, 0.0),
        ("one in seven is as unusual", USUAL | {"velocity.ip_hour": 11.0}, -1.3, 0.0),
        ("one in 150 is", USUAL | {"form.fill": -1.0}, -8.0, -2.5),
    ],
)
def test_a_stand_in_speaks_seldom_and_in_a_low_voice(
    who: str, measures: dict[str, float], learned: float, stand_in: float
) -> None:
    """It has seen no real lead, and most real ones are a little unlike made-up ones: it names no kind by itself."""
    loud, low = (judged(model, measures, POINTS) for model in (MODEL, STAND_IN))
    assert round(weight(loud), 1) == learned, who
    assert round(weight(low), 1) == stand_in, who
    assert not low or [each.code for each in low] == [each.code for each in loud]


@given(SOME)
def test_a_stand_in_speaks_where_one_in_twenty_is_as_unusual(measures: dict[str, float]) -> None:
    p = MODEL.tail(MODEL.score(MODEL.row(measures)))
    assert bool(judged(STAND_IN, measures, POINTS)) is (p <= 0.05)


@given(SOME, st.sampled_from([-8.0, -0.4, -0.1, 0.0]), st.sampled_from([(), (Finding("IP_BURST"),)]))
def test_what_rounds_to_nothing_is_not_said(
    measures: dict[str, float], weight: float, said: tuple[Finding, ...]
) -> None:
    for found in judged(MODEL, measures, POINTS | dict.fromkeys(SAYS, weight), said):
        assert round(10 * weight * found.scale) <= -1


def test_a_model_of_version_1_says_nothing_of_a_whole_finding() -> None:
    """Its verdicts have findings of 0.0 points, and a replay of them has too."""
    a_little = USUAL | {"velocity.ip_hour": 11.0}
    assert judged(MODEL, a_little, dict.fromkeys(SAYS, -0.1)) == []
    [then] = judged(FIRST, a_little, dict.fromkeys(SAYS, -0.1))
    assert round(-0.1 * then.scale, 1) == 0


@given(SOME, st.sampled_from([(), (Finding("IP_BURST"),)]))
def test_a_stand_in_says_at_most_two_and_a_half_points(measures: dict[str, float], said: tuple[Finding, ...]) -> None:
    assert 0 >= weight(judged(STAND_IN, measures, POINTS, said)) >= -2.5 - 1e-9


def test_the_shipped_model_is_a_stand_in() -> None:
    assert SHIPPED is not None
    assert (SHIPPED.v, SHIPPED.learned) == (2, 0)
    assert MODEL.learned == 3_000


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ([], True),
        ([Finding("FORM_TOO_FAST"), Finding("PHONE_VALID")], True),
        ([Finding("IP_BURST", {}, 0.0)], True),  # which weighs nothing
        ([Finding("IP_BURST", {}, 0.12)], True),  # a little less than a deciban
        ([Finding("IP_SEEN_OFTEN", {}, 0.2), Finding("DEVICE_AT_DESK", {}, 0.1)], True),  # nor do two make one
        ([Finding("IP_BURST", {}, 0.125)], False),
        ([Finding("CLUSTER_LINE", {}, 0.07)], False),
        ([Finding("CHANNEL_STAFFED"), Finding("LEAD_SEEN_BEFORE")], True),  # which hold nothing against it
        ([Finding("PHONE_VALID"), Finding("CLUSTER_LINE")], False),
    ],
)
def test_what_velocity_or_a_group_said_is_not_said_again(said: list[Finding], again: bool) -> None:
    """The model measures what they judge too, such as the leads of an address within an hour."""
    [both] = judged(MODEL, USUAL | {"form.fill": -1.0, "velocity.ip_hour": 11.0}, POINTS, said)
    named = {told["measure"] for each in both.evidence["features"] for told in each["values"]}
    assert both.code == "ANOMALY_FORM"
    assert "form.fill" in named
    assert ("velocity.ip_hour" in named) is again
    shared_alone = judged(MODEL, USUAL | {"velocity.ip_hour": 11.0}, POINTS, said)
    assert round(weight(shared_alone), 1) == (-1.3 if again else 0.0)


@pytest.mark.parametrize(
    ("what", "points", "scale", "again"),
    [
        ("a policy that lets it weigh nothing", 0.0, 1.0, True),
        ("... or speak for the lead", 3.0, 1.0, True),
        ("... or weigh a little less than a deciban", -0.9, 1.0, True),
        ("... or a whole one", -1.0, 1.0, False),
        ("half of two decibans", -2.0, 0.5, False),
        ("a policy in which little of it is enough", -20.0, 0.05, False),
        ("... and less is not", -20.0, 0.04, True),
    ],
)
def test_whether_it_was_said_goes_by_the_policys_points(what: str, points: float, scale: float, again: bool) -> None:
    measures = USUAL | {"velocity.ip_hour": 11.0}
    found = judged(MODEL, measures, POINTS | {"IP_BURST": points}, [Finding("IP_BURST", {}, scale)])
    assert bool(found) is again, what


@given(SOME, st.sampled_from(["IP_BURST", "DEVICE_SHARED", "CLUSTER_RHYTHM"]))
def test_a_model_never_says_more_for_what_was_said(measures: dict[str, float], code: str) -> None:
    alone, beside = (judged(MODEL, measures, POINTS, said) for said in ([], [Finding(code)]))
    assert weight(alone) <= weight(beside) <= 0


@given(SOME, st.sampled_from([(), (Finding("IP_BURST"), Finding("CLUSTER_LINE"))]))
def test_a_model_of_version_1_says_what_it_said(measures: dict[str, float], said: tuple[Finding, ...]) -> None:
    """Whatever velocity said, in full voice, and in figures without words."""
    now, then = judged(MODEL, measures, POINTS), judged(FIRST, measures, POINTS, said)
    for found in now:
        for each in found.evidence["features"]:
            assert each.pop("words")
    assert now == [found for found in then if round(10 * weight([found]))]


def test_the_finding_of_a_model_of_version_1() -> None:
    [found] = judged(FIRST, USUAL | {"form.fill": -1.0}, POINTS, [Finding("IP_BURST")])
    assert (found.code, found.scale) == ("ANOMALY_FORM", 1.0)
    assert found.evidence.keys() == {"p", "features", "others", "model"}
    assert all(each.keys() == {"feature", "values", "points"} for each in found.evidence["features"])


def test_a_model_of_version_1_has_the_bytes_that_it_had() -> None:
    name, body = encode_model(FIRST)
    plain = msgspec.json.decode(body)
    assert plain.keys() == {"detector", "features", "name", "reference", "surprise", "usual", "v"}
    assert msgspec.json.encode(plain, order="sorted") == body
    assert name == "sha256:" + sha256(body).hexdigest()
    assert encode_model(decode_model(body)) == (name, body)
    assert msgspec.json.decode(encode_model(MODEL)[1]) == plain | {"v": 2, "learned": 3_000}


def test_the_evidence_says_its_figures_in_words() -> None:
    [found] = judged(MODEL, USUAL | {"form.fill": -1.0}, POINTS)
    alone = next(each for each in found.evidence["features"] if each["feature"] == "form.fill")
    low, high = alone["values"][0]["usual"]
    assert alone["words"] == f"seconds for filling in the form: 0 (usually {low:g} to {high:g})"


def test_a_model_survives_its_file_and_nothing_else_does(tmp_path: Path) -> None:
    folder = tmp_path / "leads"
    model_file.keep(folder, MODEL, {"licence": "MIT"}, "# card\n")
    loaded, manifest = model_file.load(folder)
    assert loaded == MODEL
    assert manifest["features"] == [feature.name for feature in MODEL.features]
    model_file.keep(folder, MODEL, {}, "# another\n")
    assert (tmp_path / "leads.previous" / "CARD.md").read_text() == "# card\n"
    body = (folder / "model.json").read_bytes()
    (folder / "model.json").write_bytes(body.replace(b"hbos", b"loda"))
    with pytest.raises(ValueError, match=r"not the one that its manifest names; remove the folder"):
        model_file.load(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(ValueError, match="No such file"):
        model_file.load(folder)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [("surprise", [[1.0]], "does not fit"), ("reference", [], "ascending"), ("detector", "iforest", "no model")],
)
def test_a_model_that_is_none(field: str, value: Any, problem: str) -> None:
    broken = msgspec.to_builtins(MODEL) | {field: value}
    with pytest.raises(ValueError, match=problem):
        decode_model(msgspec.json.encode(broken))


def test_drift_is_none_for_the_same_leads_and_seen_for_others() -> None:
    same, other = Drift(MODEL.features, fewest=500), Drift(MODEL.features, fewest=500)
    assert same.index(MODEL.usual) == {}
    for row in rows(2_000, seed=2):
        same.add(MODEL.row(row))
        other.add(MODEL.row({**row, "form.fill": row["form.fill"] - 0.6}))
    assert max(same.index(MODEL.usual).values()) < 0.1
    assert other.index(MODEL.usual)["form.fill"] > 0.25
    assert other.index(MODEL.usual)["form.pasted"] < 0.1


def test_the_service_loads_none_of_what_trains() -> None:
    code = (
        "import sys, fraudcheck.cli.train, fraudcheck.web.server\n"
        "print({'pyod', 'sklearn', 'numba'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
BY_HAND = {
    "seconds_on_page": 80.0,
    "fill_seconds": 30.0,
    "keystrokes": 55,
    "pastes": 0,
    "autofills": 0,
    "pointer_events": 25,
}


def typed(**differently: float) -> Lead:
    form = msgspec.convert({**BY_HAND, **differently}, Form)
    return Lead(email="lv.1951@outlook.com", name="Lakshmi Iyer", form=form)


@pytest.mark.parametrize(
    ("who", "lead"),
    [
        ("a number and nothing else", Lead(phone="+84912840375")),
        ("from an interface, without a browser", Lead(email="an@firma.vn", name="Nguyễn Văn An")),
        ("one name", Lead(email="oluwaseun@gmail.com", name="Oluwaseun", form=Form(**BY_HAND))),
        ("a long name", msgspec.structs.replace(typed(), name="محمد بن عبد الله بن أحمد الرحمن")),
        ("a nickname with a year", Lead(email="kicia_1987@wp.pl", name="Agnieszka Nowak", form=Form(**BY_HAND))),
        (
            "the browser fills in, in two seconds",
            Lead(email="somchai.s@gmail.com", name="Somchai Srisuk", form=Form(
                seconds_on_page=14.0, fill_seconds=2.1, keystrokes=0, pastes=0, autofills=3, pointer_events=6)),
        ),
        ("a screen reader, no pointer", typed(fill_seconds=70.0, pointer_events=0)),
        ("six minutes, at seventy", typed(seconds_on_page=420.0, fill_seconds=360.0)),
        ("dictated", typed(keystrokes=4, fill_seconds=18.0)),
    ],
)  # fmt: skip
def test_the_shipped_model_calls_these_people_unremarkable(who: str, lead: Lead) -> None:
    facts: dict[str, Any] = {"form": {"v": 1}, "email": {"v": 1}, "identity": {"v": 1}}
    assert SHIPPED is not None
    said = judged(SHIPPED, measure(lead, facts), POINTS)
    assert sum(POINTS[found.code] * found.scale for found in said) >= -4.0, (who, said)


@pytest.mark.parametrize(("learned", "points"), [(0, -2.5), (5_000, -8.0)])
def test_a_model_alone_sends_nobody_away(learned: int, points: float) -> None:
    """Fifty minutes, nine thousand keys for twelve digits, and a pointer that never rests."""
    form = Form(fill_seconds=3_000.0, pointer_events=900_000, keystrokes=9_000, pastes=0, autofills=0)
    lead = Lead(phone="+84912840375", client=Client(user_agent=AGENT), form=form)
    facts: dict[str, Any] = {
        "email": None, "email_mx": None, "identity": None, "velocity": {"v": 3},
        "phone": {"v": 1, "valid": True, "line": "mobile", "region": "VN"}, "form": {"v": 1, "desktop": True},
    }  # fmt: skip
    assert SHIPPED is not None
    verdict, unknown = decide(lead, facts, POLICY, msgspec.structs.replace(SHIPPED, learned=learned))
    assert unknown == []
    said = [(reason.code, reason.points) for reason in verdict.reasons if reason.group == "anomaly"]
    assert said == [("ANOMALY_FORM", points)]
    assert verdict.decision == "accept"


def examples(count: int, vendors: int, seed: int, *, fakes: float = 0.0, trusted_fakes: bool = False) -> list[Example]:
    """Leads of people, and a script's among them that hurries through the form, all of the last vendor."""
    dice = random.Random(seed)  # noqa: S311
    made = []
    for at, row in enumerate(rows(count, seed)):
        fake = dice.random() < fakes
        if fake:
            row |= {
                "form.fill": dice.gauss(0.1, 0.02),
                "form.typed": log10(61),
                "form.pasted": 1.0,
                "velocity.ip_hour": 9.0,
            }
        made.append(
            Example(
                at=f"2026-11-{1 + at * 20 // count:02}T{at * 20 % 24:02}:00:00Z",
                vendor=f"v{vendors if fake else dice.randrange(vendors)}",
                person=f"p{at}",
                measures=row,
                trusted=not fake or trusted_fakes,
                condemned=fake and not trusted_fakes,
            )
        )
    return made


def recall(model: Model, seed: int) -> float:
    """The share of the script's leads that lie above 99 in 100 of people's."""
    found = examples(4_000, 10, seed, fakes=0.3)
    scores = [(model.score(model.row(each.measures)), each.condemned) for each in found]
    people = sorted(score for score, fake in scores if not fake)
    limit = people[int(len(people) * 0.99)]
    fakes = [score for score, fake in scores if fake]
    return sum(score > limit for score in fakes) / len(fakes)


def test_an_attack_that_fills_half_of_the_leads_blinds_no_model() -> None:
    """One vendor sends a script's leads, as many as all others together, and nothing else tells them from people's."""
    clean = train_model(examples(6_000, 10, 3), "clean", None)
    plain = fit_model([each.measures for each in examples(6_000, 10, 4, fakes=0.5)], "plain")
    assert recall(clean.model, 9) > 0.9
    assert recall(plain, 9) < 0.1
    attacked = examples(6_000, 10, 4, fakes=0.5, trusted_fakes=True)
    guarded = train_model(attacked, "guarded", clean.model)
    assert list(guarded.aside) == ["v10"]
    assert guarded.refused is None
    assert recall(guarded.model, 9) > 0.9
    everywhere = [msgspec.structs.replace(each, vendor=f"v{at % 10}") for at, each in enumerate(attacked)]
    with pytest.raises(ValueError, match=r"set aside, as their leads have changed: v0, .*--trust VENDOR"):
        train_model(everywhere, "spread over all vendors", clean.model)
    assert not train_model(attacked, "a new form", clean.model, trust=["v10"]).aside


def test_no_vendor_moves_the_norm() -> None:
    trained = train_model(examples(8_000, 10, 5, fakes=0.6, trusted_fakes=True), "one big", None)
    learned = {vendor: count for vendor, (_, count) in trained.vendors.items()}
    assert learned["v10"] <= 0.2 * sum(learned.values()) + 1
    assert trained.vendors["v10"][0] > 2 * learned["v10"]


def test_a_person_teaches_once_and_the_distrusted_nothing() -> None:
    found = [msgspec.structs.replace(each, person=f"p{at % 2_500}") for at, each in enumerate(examples(5_000, 10, 6))]
    found += [msgspec.structs.replace(each, trusted=False) for each in examples(500, 10, 7)]
    assert train_model(found, "once", None).counts["trusted"] == 2_500


def test_too_few_leads_say_how_many_are_needed() -> None:
    with pytest.raises(ValueError, match=r"500 of 500 leads are trusted, and a model needs 2,000; .*--since"):
        train_model(examples(500, 5, 8), "few", None)


def test_a_worse_model_stays_out() -> None:
    good = train_model(examples(6_000, 10, 3, fakes=0.05), "good", None)
    turned = [
        msgspec.structs.replace(each, measures={"form.pasted": each.measures["form.pasted"]})
        for each in examples(6_000, 10, 4, fakes=0.05)
    ]
    kept_back = turned[:4_500] + examples(6_000, 10, 4, fakes=0.05)[4_500:]
    worse = train_model(kept_back, "worse", good.model)
    assert worse.refused is not None
    assert any(word in worse.refused for word in ("trusted leads", "fakes"))


def test_reasons_lend_no_trust_where_they_speak_against_a_lead() -> None:
    def found(*reasons: tuple[str, float], unknown: tuple[str, ...] = ()) -> Example:
        verdict = {
            "checked_at": "2026-11-23T09:30:00.000Z",
            "unknown": list(unknown),
            "reasons": [{"code": code, "group": CATALOGUE[code].group, "points": points} for code, points in reasons],
        }
        return make_example(Lead(phone="1", source=Source(vendor="v")), {}, verdict, "p")

    assert found(("PHONE_VALID", 1.0), ("ANOMALY_FORM", -8.0)).trusted
    assert not found(("IP_SEEN_OFTEN", -2.0)).trusted
    assert not found(unknown=("velocity",)).trusted
    assert found(("FORM_WEBDRIVER", -12.0)).condemned
    assert not found(("ANOMALY_FORM", -8.0), ("IP_SEEN_OFTEN", -3.0)).condemned


def test_the_report_and_the_manifest_tell_what_was_learned() -> None:
    trained = train_model(examples(4_000, 3, 3, fakes=0.05), "told", None)
    text = "\n".join(training_text(trained))
    assert "form.fill" in text
    assert "area under the curve 1.000" in text or "area under the curve 0.9" in text
    assert "form.fill" in model_card(trained)
    assert model_manifest(trained, datetime(2026, 11, 23, tzinfo=UTC))["pyod"]


def test_values_are_told_in_their_own_units() -> None:
    (found,) = judged(MODEL, {"form.fill": -1.0, "form.typed": log10(67), "form.pasted": 0.0}, POINTS)
    fill = next(
        told for each in found.evidence["features"] for told in each["values"] if told["measure"] == "form.fill"
    )
    assert fill["value"] == 0.0
    low, high = fill["usual"]
    assert 2 < low < 20 < high < 200
