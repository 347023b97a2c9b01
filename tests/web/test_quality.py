"""The quality of leads over HTTP, by tables of an insurer and a machine builder; and read again from what is kept."""

from __future__ import annotations

import msgspec
import pytest

from fraudcheck.ledger.record import open_record
from fraudcheck.pipeline import decide as decide_module
from fraudcheck.pipeline.decide import assess, decide
from fraudcheck.scoring.policy import decode_policy
from fraudcheck.worth.quality import QualityTable, decode_quality
from tests.docs.examples import quality_table
from tests.shared import ROOT
from tests.web.test_app import check

INSURED = {
    "email": "lena.brandt@gmail.com",
    "phone": "+4915112840375",
    "country": "DE",
    "postal_code": "81369",
    "message": "Was kostet die Versicherung für 2 Personen? Bitte rufen Sie mich morgen an.",
    "form": {"fill_seconds": 42, "keystrokes": 160},
    "birth_date": "1988-04-02",
    "household": {"income": "60.000 €"},
    "current_insurance": "Keine",
}
MACHINES = {
    "email": "an@firma.vn",
    "phone": "+84912840375",
    "country": "VN",
    "message": "Sang năm bên mình mới đầu tư dây chuyền đóng gói, cho mình xin báo giá 2 máy trước.",
    "employees": "50-99 nhân viên",
    "industry": "Thực phẩm",
}


@pytest.fixture
def tables(settings):
    """The tables that the documentation shows."""
    page = (ROOT / "docs" / "quality.md").read_text("utf-8")
    for tenant, name in (("default", "insurer"), ("other", "machines")):
        folder = settings.data_dir / "tenants" / tenant
        folder.mkdir(parents=True)
        text = page.partition(f"<!-- {name}.toml -->\n\n```toml\n")[2].partition("```")[0]
        (folder / "quality.toml").write_text(text, "utf-8")


@pytest.fixture
def key(tables, service):
    secret = service.keys.create("other", ["check", "read"], "", "")[1]
    return {"Authorization": f"Bearer {secret}"}


async def test_an_insurer_and_a_machine_builder(key, service, client):
    default = {"Authorization": f"Bearer {service.keys.create('default', ['check'], '', '')[1]}"}
    insured = await check(client, INSURED, **default)
    assert insured["versions"]["quality"] == quality_table("insurer").hash
    assert insured["quality"]["fit"] == 91.0  # 30 + 20 + 0.7 · 30 + 20 of 100
    assert insured["quality"]["band"] in ("warm", "hot")
    machines = await check(client, MACHINES, **key)
    assert machines["versions"]["quality"] == quality_table("machines").hash
    assert machines["quality"]["fit"] == 100.0
    assert machines["quality"]["band"] == "not_now"
    plain = dict.fromkeys(["trust_score", "sum", "decision"])
    assert {name: machines[name] for name in plain} == {
        name: (await check(client, MACHINES, **default))[name] for name in plain
    }


async def test_what_is_kept_reads_the_same(tables, service, client):
    told = await check(client, INSURED)
    stored = await service.ledger.get("default", told["check_id"])
    opened = open_record(stored.record, stored.personal)
    table = decode_quality(await service.ledger.get_artefact(told["versions"]["quality"]))
    policy = decode_policy(await service.ledger.get_artefact(told["versions"]["policy"]))
    decided, _ = decide(opened.lead, opened.facts, policy)
    again = assess(opened.lead, opened.facts, decided, table, told["submitted_at"])
    assert told["quality"] == msgspec.to_builtins(again.quality)


async def test_a_defect_costs_no_lead_its_verdict(service, client, monkeypatch, caplog):
    def broken(*given, **named):
        raise ZeroDivisionError("somebody's name")

    monkeypatch.setattr(decide_module, "read_quality", broken)
    told = await check(client, INSURED)
    assert told["decision"] == "accept"
    assert told["quality"] == {"fit": None, "engagement": None, "stage": "unknown", "band": "unknown", "criteria": []}
    assert "signal quality failed with ZeroDivisionError" in caplog.text
    assert "somebody" not in caplog.text


async def test_without_a_table_there_is_no_fit(service, client):
    told = await check(client, INSURED)
    assert told["quality"]["fit"] is None
    assert told["versions"]["quality"] == QualityTable().hash
    assert await service.ledger.get_artefact(QualityTable().hash) is not None


@pytest.mark.parametrize("file", ["quality.toml", "funnel.toml", "competitors.toml"])
async def test_a_broken_table_costs_a_form_nothing_but_what_it_says(key, service, client, settings, file, caplog):
    (settings.data_dir / "tenants" / "other" / file).write_text("[[fit]]\nfield = ")
    told = await check(client, MACHINES, **key)
    assert (told["quality"]["band"] == "unknown") is (told["versions"]["quality"] is None) is (file == "quality.toml")
    assert "put it right" in caplog.text
    assert "fraudcheck_tables_broken 1.0" in await (await client.get("/metrics")).text()
    secret = service.keys.create("default", ["check"], "", "")[1]
    await check(client, INSURED, Authorization=f"Bearer {secret}")
