"""The API page: all that the document says stands on it, its links lead somewhere, its lines for a terminal work."""

from __future__ import annotations

import json
import re
import shlex
from html import unescape

import pytest

from fraudcheck.web import api_page, openapi

HTML = api_page.page(None)
CALLS = [
    (method.upper(), path, told)
    for path, calls in openapi.document()["paths"].items()
    for method, told in calls.items()
]


def coded(text):
    return text.replace("`", "")


def test_every_call_with_its_parameters_answers_and_examples():
    for method, path, told in CALLS:
        section = HTML.split(f'<h3 id="call-{told["operationId"]}">')[1].split("<h3")[0]
        text = unescape(re.sub("<[^>]+>", "", section))
        assert f"{method} {path}" in text
        assert coded(told["summary"]) in text
        for each in told.get("parameters", []):
            assert f"{each['name']} in the {each['in']}" in text
            assert coded(each["description"]) in text
        for status, answer in told["responses"].items():
            assert f"{status} {coded(answer['description'])}" in text
            assert all(media_type in text for media_type in answer.get("content", {}))
        assert all(media_type in text for media_type in told.get("requestBody", {}).get("content", {}))
        assert ("Needs no key" in text) is (told.get("security") == [])


def test_every_type_with_its_fields_and_values():
    for name, schema in openapi.document()["components"]["schemas"].items():
        section = HTML.split(f'<h3 id="type-{name}">')[1].split("<h3")[0].split("<h2")[0]
        text = unescape(re.sub("<[^>]+>", "", section))
        assert coded(schema["description"]) in text
        for field, told in schema.get("properties", {}).items():
            assert f"<code>{field}</code>" in section
            assert coded(told.get("description", "")) in text
        assert all(str(value) in text for value in schema.get("enum", ()))
        required = len(re.findall('<span class="soft">required</span>', section))
        assert required == len(schema.get("required", ()))
    for name in openapi.document()["components"]["headers"]:
        assert f"<code>{name}</code>" in HTML.split('id="headers"')[1]


def test_every_link_within_the_page_leads_somewhere():
    ids = re.findall(' id="([^"]+)"', HTML)
    assert len(set(ids)) == len(ids)
    for link in re.findall('href="#([^"]+)"', HTML):
        assert link in ids


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": ["string", "null"], "maxLength": 9}, "text or null, at most 9 characters"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Lead"}}, 'list of <a href="#type-Lead">Lead</a>'),
        ({"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, '<a href="#type-A">A</a> or null'),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({"type": "integer", "minimum": 0, "maximum": 5}, "whole number, from 0, to 5"),
        ({"type": "string", "pattern": "<b>"}, "text, like &lt;b&gt;"),
        ({}, "anything"),
    ],
)
def test_types_in_words(schema, words):
    assert str(api_page.kind(schema)) == words


def test_what_is_written_in_the_document_is_text():
    assert str(api_page.coded("a `<b>` <i>")) == "a <code>&lt;b&gt;</code> &lt;i&gt;"


async def test_the_lines_for_a_terminal_make_calls_that_the_service_knows(client):
    lines = [unescape(line) for line in re.findall("<pre[^>]*>(curl .*?)</pre>", HTML, flags=re.DOTALL)]
    assert len(lines) == len(CALLS)
    for line in lines:
        words = shlex.split(line)
        url = next(word for word in words if word.startswith("https://")).removeprefix("https://YOUR-SERVICE")
        pairs = [words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H"]
        headers = {name: value for name, value in pairs if name != "Authorization"}
        data = words[words.index("-d") + 1] if "-d" in words else None
        sent = "--data-binary" in words
        method = words[words.index("-X") + 1] if "-X" in words else "POST" if sent or data is not None else "GET"
        answer = await client.request(method, url, headers=headers, data=b"email\na@b.example\n" if sent else data)
        body = await answer.text()
        known = answer.status < 400 or answer.status in (403, 404, 422)
        assert known, (line, answer.status, body)
        assert "not found" not in body  # there is such a route


async def test_programs_get_the_document_there_too(client):
    assert await (await client.get("/api")).json() == json.loads(json.dumps(openapi.document()))
    page = await client.get("/api", headers={"Accept": "text/html"})
    assert page.content_type == "text/html"
    assert 'aria-current="page">API<' in await page.text()
