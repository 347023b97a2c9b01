"""From kept leads to a model in service: the command, what it says, and the verdicts that name the model."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import msgspec
import pytest

from bench.leads import leads
from fraudcheck import wiring
from fraudcheck.cli import main
from fraudcheck.operations.replay import replay
from fraudcheck.operations.train import training_examples
from fraudcheck.settings import Settings, model_folder
from tests.servers.dns import Nameserver

COUNT = 2_300


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A ledger with the leads of some days."""
    folder = tmp_path_factory.mktemp("kept")
    with Nameserver() as nameserver:
        settings = Settings(data_dir=folder, redis="memory://", nameserver=(nameserver.address,))
        asyncio.run(_fill(settings))
        yield settings


async def _fill(settings):
    source = leads(3)
    async with wiring.service(settings) as service:
        tenant = await service.tenant("default")
        for start in range(0, COUNT, 100):
            bodies = []
            for n in range(start, start + 100):
                lead = next(source)
                del lead["message"]
                lead |= {"email": f"an.nguyen{n}@gmail.com", "phone": f"+4850{n * 700 + 1_000_000:07}", "country": "PL"}
                lead["client"] = {"user_agent": lead["client"]["user_agent"], "device_id": lead["client"]["device_id"]}
                bodies.append(json.dumps(lead).encode())
            await asyncio.gather(*[service.pipeline.check(tenant, body) for body in bodies])


async def _check(settings):
    async with wiring.service(settings) as service:
        tenant = await service.tenant("default")
        given = await service.pipeline.check(tenant, b'{"phone": "+48501234567", "form": {"fill_seconds": 2500}}')
        again = await replay(service.ledger, "default", given.check_id)
    return given, again


async def test_platforms_test_leads_teach_nothing(settings):
    async with wiring.service(settings) as service:
        tenant = await service.tenant("default")
        for lead in ({"phone": "+48501234567", "is_test": True}, {"phone": "+48501234568"}):
            await service.pipeline.check(tenant, json.dumps(lead).encode())
    examples = await training_examples(settings, "default", datetime(2020, 1, 1, tzinfo=UTC), print)
    assert len(examples) == 1


def test_a_ledger_teaches_a_model_that_the_next_start_uses(data, capsys):
    where = ["--data-dir", str(data.data_dir), "--redis", "memory://", "--nameserver", data.nameserver[0]]
    shipped, again = asyncio.run(_check(data))
    assert shipped.versions.model.startswith("generated 2026.12 sha256:")
    assert main.main(["train", *where, "--dry-run"]) == 0
    assert not model_folder(data).exists()
    code = main.main(["train", *where])
    out = capsys.readouterr().out
    assert code == 0, out
    assert f"{COUNT + 1:,} leads read" in out
    assert "form.fill" in out
    assert "it is used from the next start on" in out
    own, own_again = asyncio.run(_check(data))
    assert own.versions.model.startswith(f"leads {datetime.now(UTC):%Y-%m-%d} sha256:")
    for given, replayed in ((shipped, again), (own, own_again)):
        assert msgspec.to_builtins(replayed.judged_again.reasons) == msgspec.to_builtins(given.reasons)
        assert replayed.judged_again.sum == given.sum


def test_a_lead_of_before_is_replayed_with_the_model_of_before(data):
    async def both():
        async with wiring.ledger_only(data) as ledger:
            found = await ledger.list("default", limit=10_000)
            return [await replay(ledger, "default", one.check_id) for one in (found[0], found[-1])]

    for one in asyncio.run(both()):
        assert one.judged_again.sum == one.kept["sum"]


def test_too_few_leads_are_told(tmp_path, capsys):
    assert main.main(["train", "--data-dir", str(tmp_path), "--since", "7d"]) == 1
    assert "0 of 0 leads are trusted, and a model needs 2,000" in capsys.readouterr().err
    assert main.main(["train", "--data-dir", str(tmp_path / "none" / "there"), "--since", "7d"]) == 1


def test_a_tampered_model_stops_the_start(tmp_path, capsys):
    folder = tmp_path / "models" / "leads"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "model.json").write_text("{}")
    lead = tmp_path / "lead.json"
    lead.write_text('{"phone": "+48501234567"}')
    assert main.main(["check", "--data-dir", str(tmp_path), str(lead)]) == 1
    assert "remove the folder to go on with the shipped model" in capsys.readouterr().err
