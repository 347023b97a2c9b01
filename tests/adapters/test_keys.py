"""Once keyed, always keyed: whatever becomes of the file of keys, nobody gets in without one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from hashlib import sha256

import msgspec
import pytest

from fraudcheck.adapters.keys import LAST_GOOD_SECONDS, FaultyKeys, KeyFile, identity_key


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_file(tmp_path, clock):
    """Opens the file of keys as a process of its own would."""
    return lambda **options: KeyFile(tmp_path / "keys.json", tmp_path / "keyed", clock=clock, **options)


def twice(path):
    keys = json.loads(path.read_text())
    path.write_text(json.dumps([keys[0], keys[0] | {"id": "other", "scopes": ["admin"]}]))


def halved(path):
    path.write_bytes(path.read_bytes()[:60])


def linked_to_nothing(path):
    path.unlink()
    path.symlink_to("/nowhere/keys.json")


def made_a_folder(path):
    path.unlink()
    path.mkdir()


def made_a_pipe(path):
    path.unlink()
    os.mkfifo(path)


FAULTS = {
    "moved away": lambda path: path.rename(path.with_name("elsewhere.json")),
    "empty": lambda path: path.write_bytes(b""),
    "blank": lambda path: path.write_bytes(b"\n"),
    "half": halved,
    "an object": lambda path: path.write_bytes(b"{}"),
    "null": lambda path: path.write_bytes(b"null"),
    "other things": lambda path: path.write_bytes(b'[{"id": "a"}]'),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a key twice": twice,
    "a link to nothing": linked_to_nothing,
    "a folder": made_a_folder,
    "a pipe": made_a_pipe,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_file_that_breaks_closes_the_service_after_a_while(open_file, clock, tmp_path, fault):
    running = open_file()
    key, secret = running.create("default", ["read"], "", "")
    assert running.find(secret) == key
    fault(tmp_path / "keys.json")
    clock.now = LAST_GOOD_SECONDS
    assert running.configured
    assert running.find(secret) == key
    assert running.find("another") is None
    clock.now = LAST_GOOD_SECONDS + 2
    assert running.configured
    with pytest.raises(FaultyKeys, match=r"keys\.json"):
        running.find(secret)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_file_that_is_broken_at_the_start_opens_nothing(open_file, tmp_path, fault):
    _, secret = open_file().create("default", ["read"], "", "")
    fault(tmp_path / "keys.json")
    started = open_file()
    assert started.configured
    with pytest.raises(FaultyKeys, match=r"keys\.json"):
        started.find(secret)


def test_keys_that_are_back_are_good_again(open_file, clock, tmp_path):
    running = open_file()
    _, secret = running.create("default", ["read"], "", "")
    content = (tmp_path / "keys.json").read_bytes()
    (tmp_path / "keys.json").unlink()
    clock.now = 500.0
    with pytest.raises(FaultyKeys):
        running.find(secret)
    (tmp_path / "keys.json").write_bytes(content)
    clock.now += 1.5
    assert running.find(secret)


def test_keys_of_an_older_service_leave_a_mark_too(open_file, tmp_path):
    open_file().create("default", ["read"], "", "")
    (tmp_path / "keyed").unlink()
    assert open_file().configured
    (tmp_path / "keys.json").unlink()
    with pytest.raises(FaultyKeys, match="missing"):
        open_file().all()


def test_without_keys_ever_nothing_is_closed_but_for_a_file_that_was_named(open_file):
    assert not open_file().configured
    assert open_file().all() == []
    with pytest.raises(FaultyKeys, match="keys create"):
        open_file(named=True).all()


@pytest.mark.parametrize("fault", ["empty", "half", "a link to nothing", "a folder", "a key twice"])
def test_a_broken_file_is_not_written_over(open_file, tmp_path, fault):
    open_file().create("default", ["read"], "", "")
    FAULTS[fault](tmp_path / "keys.json")
    with pytest.raises(FaultyKeys):
        open_file().create("default", ["read"], "", "")
    with pytest.raises(FaultyKeys):
        open_file().revoke("a")


def test_a_link_to_a_shared_disk_stays_one(open_file, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "keys.json").write_text("[]")
    (tmp_path / "keys.json").symlink_to("shared/keys.json")
    open_file().create("default", ["read"], "", "")
    assert (tmp_path / "keys.json").is_symlink()
    assert len(json.loads((tmp_path / "shared" / "keys.json").read_text())) == 1


def test_processes_that_change_the_keys_at_once_lose_none(open_file, tmp_path):
    gone = [open_file().create("default", ["read"], f"old {number}", "")[0].id for number in range(5)]
    program = (
        "import sys; from pathlib import Path; from fraudcheck.adapters.keys import KeyFile\n"
        f"file = KeyFile(Path({str(tmp_path / 'keys.json')!r}), Path({str(tmp_path / 'keyed')!r}))\n"
        "for number in range(20): file.create('default', ['read'], sys.argv[1], '')\n"
        "assert file.revoke(sys.argv[2])\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, f"new {n}", gone[n]]) for n in range(5)]
    assert [process.wait(60) for process in processes] == [0] * 5
    kept = open_file().all()
    assert len({key.id for key in kept}) == len(kept) == 100
    assert not {key.id for key in kept} & set(gone)


def test_revoking_an_id_that_stands_twice_revokes_both(open_file, tmp_path):
    first, _ = open_file().create("default", ["read"], "", "")
    open_file().create("default", ["admin"], "", "")
    path = tmp_path / "keys.json"
    path.write_text(json.dumps([key | {"id": first.id} for key in json.loads(path.read_text())]))
    assert open_file().revoke(first.id)
    assert open_file().all() == []


def test_a_full_disk_leaves_the_keys_as_they_were(open_file, tmp_path, monkeypatch):
    open_file().create("default", ["read"], "", "")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        open_file().create("default", ["read"], "", "")
    assert len(open_file().all()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keyed", "keys.json", "keys.json.lock"]


def test_a_buyers_key_tells_outcomes(open_file):
    key, _ = open_file().create("default", ["outcome"], "", "", "north")
    assert key.buyer == "north"
    with pytest.raises(ValueError, match="scope outcome"):
        open_file().create("default", ["read"], "", "", "north")
    with pytest.raises(ValueError, match="one line"):
        open_file().create("default", ["outcome"], "", "", "north\n")


@pytest.mark.parametrize("content", [b"", b"\n", b" \t\r\n" * 20, b"short\n", b"\0" * 65])
def test_an_identity_key_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "identity.key").write_bytes(content)
    with pytest.raises(FaultyKeys, match="empty or too short"):
        identity_key(None, tmp_path / "identity.key")
    with pytest.raises(FaultyKeys, match="FRAUDCHECK_IDENTITY_KEY"):
        identity_key(content.decode(), tmp_path / "none")


def test_an_identity_key_that_cannot_be_read_is_not_made_anew(tmp_path):
    path = tmp_path / "identity.key"
    path.symlink_to("/nowhere/identity.key")
    with pytest.raises(FaultyKeys, match="from a backup"):
        identity_key(None, path)
    path.unlink()
    path.mkdir()
    with pytest.raises(FaultyKeys, match="from a backup"):
        identity_key(None, path)
    path.rmdir()
    made = identity_key(None, path)
    assert identity_key(None, path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["identity.key"]


def test_a_site_key_is_its_own_id_and_opens_nothing(open_file, tmp_path):
    key = open_file().create_site(
        "default", "Acme", ["HTTPS://A.example:443", "https://a.example", "https://*.b.example"], "", ""
    )
    assert re.fullmatch("site_[0-9a-f]{16}", key.id)
    assert key.origins == ("https://a.example", "https://*.b.example")
    assert (key.opens_api, key.scopes, key.vendor) == (False, (), "Acme")
    running = open_file()
    assert running.find(key.id) == key
    assert running.configured
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "origins", [[], ["null"], ["https://a.example", "https://a.example/x"], ["https://*.co.uk"], ["https://*.github.io"],
                ["https://*.com.vn"]],
)  # fmt: skip
def test_a_site_key_that_would_be_everybodys_is_not_made(open_file, tmp_path, origins):
    with pytest.raises(ValueError, match=r"origin|many owners"):
        open_file().create_site("default", "Acme", origins, "", "")
    assert not (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("vendor", ["", "  ", "a\nb", "x" * 201])
def test_keys_of_sites_and_sources_name_a_vendor(open_file, vendor):
    with pytest.raises(ValueError, match="vendor"):
        open_file().create_site("default", vendor, ["https://a.example"], "", "")
    with pytest.raises(ValueError, match="vendor"):
        open_file().create_source("default", "flat", "", "", vendor=vendor)


@pytest.mark.parametrize("country", ["Vietnam", "XX", "84", "V"])
def test_a_source_keys_country_is_a_code(open_file, country):
    with pytest.raises(ValueError, match="two letters"):
        open_file().create_source("default", "flat", "", "", vendor="acme", country=country)


def test_a_source_key_keeps_what_its_leads_need(open_file, tmp_path):
    columns = {"phone": ("best", "mobile")}
    key, secret = open_file().create_source(
        "acme", "flat", "web", "", vendor="v", campaign="c", columns=columns, signing="whsec_x", country=" vn "
    )
    assert open_file().find(secret) == key
    assert (key.source, key.tenant, key.vendor, key.campaign, key.columns, key.signing, key.country) == (
        "flat", "acme", "v", "c", columns, "whsec_x", "VN",
    )  # fmt: skip
    assert not key.opens_api
    assert key.scopes == ()  # an older service, which knows no sources, gives such a key nothing
    assert secret not in (tmp_path / "keys.json").read_text()
    assert len(secret) <= 50  # as much as Google takes


def test_a_file_of_an_older_service_is_read_and_stays_readable_to_it(open_file, tmp_path):
    class OldKey(msgspec.Struct, frozen=True, kw_only=True):
        id: str
        tenant: str
        scopes: tuple[str, ...]
        digest: str
        label: str = ""
        created_at: str = ""
        buyer: str = ""

    digest = sha256(b"old").hexdigest()
    old = OldKey(id="0a1b2c3d", tenant="default", scopes=("check",), digest=digest)
    (tmp_path / "keys.json").write_bytes(msgspec.json.encode([old]))
    assert open_file().find("old").opens_api
    open_file().create_site("default", "v", ["https://a.example"], "", "")
    read = msgspec.json.decode((tmp_path / "keys.json").read_bytes(), type=list[OldKey])
    assert [key.scopes for key in read] == [("check",), ()]
    assert read[0] == old
