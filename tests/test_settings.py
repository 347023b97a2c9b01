"""Command line over environment over file over defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from fraudcheck.settings import Settings, descriptions, environment, load, shown_url


def test_the_order(tmp_path):
    (tmp_path / "fraudcheck.toml").write_text('port = 1\nhost = "::1"\nbudget_ms = 100\nnameserver = ["10.0.0.1:53"]\n')
    environment = {"FRAUDCHECK_DATA_DIR": str(tmp_path), "FRAUDCHECK_PORT": "2", "FRAUDCHECK_HOST": "127.0.0.2"}
    settings = load({"port": "3"}, environment)
    assert settings == Settings(data_dir=tmp_path, port=3, host="127.0.0.2", budget_ms=100, nameserver=("10.0.0.1:53",))


def test_a_list_from_the_environment():
    settings = load({"data_dir": Path("/nowhere")}, {"FRAUDCHECK_NAMESERVER": "10.0.0.1:53, 10.0.0.2:53"})
    assert settings.nameserver == ("10.0.0.1:53", "10.0.0.2:53")


def test_files_from_the_environment_and_from_the_file(tmp_path):
    files = (Path("/var/lib/GeoLite2-ASN.mmdb"), Path("/var/lib/Anonymous.mmdb"))
    (tmp_path / "fraudcheck.toml").write_text(f"ip_databases = {[str(path) for path in files]}")
    assert load({"data_dir": tmp_path}, {}).ip_databases == files
    named = {"FRAUDCHECK_IP_DATABASES": ",".join(str(path) for path in files)}
    assert load({"data_dir": Path("/nowhere")}, named).ip_databases == files


def test_another_process_takes_the_same_options_from_its_environment(tmp_path):
    chosen = Settings(
        data_dir=tmp_path,
        nameserver=("10.0.0.1:53", "10.0.0.2:53"),
        ip_databases=(tmp_path / "a.mmdb",),
        identity_key="secret",
        default_country="VN",
        batch_max_bytes=5,
    )
    assert load({}, environment(chosen)) == chosen


@pytest.mark.parametrize(
    ("given", "environment", "file", "problem"),
    [
        ({"port": "many"}, {}, "", "--port"),
        ({}, {"FRAUDCHECK_BUDGET_MS": "0"}, "", "FRAUDCHECK_BUDGET_MS"),
        ({}, {}, "prot = 3", "prot"),
        ({}, {}, "ip_databases = 3", "ip_databases"),
        ({}, {}, "ip_databases = [3]", "ip_databases"),
        ({}, {}, "port = ", "cannot read the configuration"),
    ],
)
def test_a_wrong_option_is_named_with_its_place(tmp_path, given, environment, file, problem):
    (tmp_path / "fraudcheck.toml").write_text(file)
    with pytest.raises(ValueError, match=problem):
        load({"data_dir": tmp_path, **given}, environment)


def test_a_configuration_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="cannot read the configuration"):
        load({}, {}, tmp_path / "none.toml")


def test_every_option_says_what_it_is_for():
    assert descriptions().keys() == set(Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://app:s3cret@db.example:5432/leads", "postgresql://db.example:5432/leads"),
        ("postgresql+psycopg://app:s3@cret@db/leads?sslmode=require", "postgresql+psycopg://db/leads"),
        ("postgresql://db/leads?user=app&password=s3cret", "postgresql://db/leads"),
        ("postgresql://app:s3/cret@db/leads", "postgresql://***"),
        ("postgresql://app:s3?cret@db/leads", "postgresql://***"),
        ("postgresql://app:s3#cret@db/leads", "postgresql://***"),
        ("redis://:s3cret@cache:6379/0", "redis://cache:6379/0"),
        ("redis://s3cret@cache", "redis://cache"),
        ("rediss://u:s3cret@[::1]:6379", "rediss://[::1]:6379"),
        ("unix://:s3cret@/run/redis.sock?db=1", "unix:///run/redis.sock"),
        ("redis+cluster://u:s3cret@a:1,b:2", "redis+cluster://a:1,b:2"),
        ("host=db password=s3cret", "***"),
        ("sqlite:////var/lib/a@b/ledger.sqlite", "sqlite:////var/lib/a@b/ledger.sqlite"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url, shown):
    assert shown_url(url) == shown


def test_an_empty_identity_key_is_no_unset_one():
    with pytest.raises(ValueError, match="FRAUDCHECK_IDENTITY_KEY is empty"):
        load({}, {"FRAUDCHECK_IDENTITY_KEY": ""})
