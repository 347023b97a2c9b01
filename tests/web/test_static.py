"""Scripts of our own pages: under names that change with the content, and only those that are meant for pages."""

from __future__ import annotations

import pytest

from fraudcheck.web import static_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "one.js").write_text("let a = 1;\n" * 50)
    (tmp_path / "one.css").write_text("a {}")
    (tmp_path / "form.0123456789abcdef.js").write_text("of other sites")
    (tmp_path / "form.txt").write_text("a list")
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    for each in (static_files._all, static_files._served):
        each.cache_clear()
    yield tmp_path
    for each in (static_files._all, static_files._served):
        each.cache_clear()


async def test_a_file_is_found_by_its_hash_and_kept_for_good(folder, client):
    url = static_files.static_url("one.js")
    assert url.startswith("/static/one.")
    assert url != static_files.static_url("one.css")
    async with client.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/javascript")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert await answer.text() == "let a = 1;\n" * 50
    async with client.get(url, headers={"Accept-Encoding": "identity"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert await answer.text() == "let a = 1;\n" * 50


async def test_another_content_has_another_name(folder):
    before = static_files.static_url("one.js")
    static_files._all.cache_clear()
    (folder / "one.js").write_text("let a = 2;")
    assert static_files.static_url("one.js") != before


@pytest.mark.parametrize(
    "name", ["one.js", "one.0000000000000000.js", "form.0123456789abcdef.js", "form.txt", "..%2f..%2fapp.py", "%00"]
)
async def test_nothing_else_is_served(folder, client, name):
    async with client.get(f"/static/{name}") as answer:
        assert answer.status == 404
