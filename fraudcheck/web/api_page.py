"""How is the OpenAPI document read by a person? As a page that is made from it, so that the two say the same."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup, escape
from msgspec import Struct

from fraudcheck.web import pages
from fraudcheck.web.frame import Frame
from fraudcheck.web.openapi import document

_HOST = "https://YOUR-SERVICE"
_FILE_BODIES = {"text/csv": "leads.csv", "application/x-ndjson": "leads.ndjson"}
_LIMITS = (
    ("format", "{}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("minItems", "at least {}"),
    ("maxItems", "at most {}"),
    ("pattern", "like {}"),
    ("default", "{} if not given"),
)


class Field(Struct, frozen=True, kw_only=True):
    """A field of a type, a parameter or a header. ``kind`` says its type in words, with a link."""

    name: str
    kind: Markup
    about: Markup
    required: bool = False
    place: str = ""
    example: str = ""


class Body(Struct, frozen=True, kw_only=True):
    """What is sent or answered: the media types of one ``kind``, and an example of one of them."""

    media_types: Sequence[str]
    kind: Markup
    example: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """What a call may be answered with."""

    status: str
    about: Markup
    bodies: Sequence[Body]
    headers: Sequence[str]


class Call(Struct, frozen=True, kw_only=True):
    """One call of the API. ``curl`` is a line for a terminal."""

    name: str
    method: str
    path: str
    about: Markup
    needs_key: bool
    parameters: Sequence[Field]
    bodies: Sequence[Body]
    answers: Sequence[Answer]
    curl: str


class Type(Struct, frozen=True, kw_only=True):
    """A named type: an object with its fields, or a choice between ``values``."""

    name: str
    about: Markup
    fields: Sequence[Field]
    values: Sequence[str]
    is_open: bool


def page(frame: Frame | None) -> str:
    """The page."""
    told = document()
    sections, types = _content()
    return pages.render(
        "api.html",
        title="API",
        frame=frame,
        about=coded(told["info"]["description"]),
        openapi=told["openapi"],
        sections=sections,
        types=types,
        headers=[
            Field(
                name=name, kind=kind(each["schema"]), about=coded(each["description"]), example=_example(each["schema"])
            )
            for name, each in told["components"]["headers"].items()
        ],
        how_to_sign=coded(told["components"]["securitySchemes"]["key"]["description"]),
    )


@cache
def _content() -> tuple[Sequence[tuple[str, Markup, Sequence[Call]]], Sequence[Type]]:
    """The calls by section, each with its name and what it is for; and the types."""
    told = document()
    calls = [
        (operation["tags"][0], _call(method, path, operation))
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
    ]
    sections = [
        (tag["name"], coded(tag["description"]), [call for name, call in calls if name == tag["name"]])
        for tag in told["tags"]
    ]
    return sections, [_type(name, schema) for name, schema in told["components"]["schemas"].items()]


def coded(text: str) -> Markup:
    """A text of the document, in which what stands between backticks is code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


def kind(schema: Mapping[str, Any]) -> Markup:
    """A schema in words: ``text or null, at most 200 characters``, ``list of Reason`` with a link to that type."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#type-{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        return Markup(" or ").join(kind(each) for each in schema["anyOf"])
    types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ["anything"])
    words = Markup(" or ").join(_word(each, schema) for each in types)
    limits = [text.format(schema[name]) for name, text in _LIMITS if schema.get(name) is not None]
    return Markup(", ").join([words, *map(escape, limits)])


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object"}


def _word(name: str, schema: Mapping[str, Any]) -> Markup:
    if name == "array":
        return Markup("list of ") + kind(schema.get("items", {}))
    if name == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return Markup("object of ") + kind(schema["additionalProperties"])
    return escape(_WORDS.get(name, name))


def _call(method: str, path: str, operation: Mapping[str, Any]) -> Call:
    parameters = operation.get("parameters", [])
    content = operation.get("requestBody", {}).get("content", {})
    needs_key = operation.get("security") != []
    return Call(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        about=coded(operation["summary"]),
        needs_key=needs_key,
        parameters=[
            Field(
                name=each["name"],
                kind=kind(each["schema"]),
                about=coded(each["description"]),
                required=each.get("required", False),
                place=each["in"],
                example=_text(each["example"]) if "example" in each else "",
            )
            for each in parameters
        ],
        bodies=_bodies(content),
        answers=[
            Answer(
                status=status,
                about=coded(each["description"]),
                bodies=_bodies(each.get("content", {})),
                headers=sorted(each.get("headers", {})),
            )
            for status, each in operation["responses"].items()
        ],
        curl=_curl(method.upper(), path, parameters, content, needs_key),
    )


def _bodies(content: Mapping[str, Mapping[str, Any]]) -> list[Body]:
    """The media types, those of one kind together."""
    found: dict[tuple[Markup, str], list[str]] = {}
    for media_type, each in content.items():
        example = _json(each["example"]) if "example" in each else ""
        found.setdefault((kind(each["schema"]), example), []).append(media_type)
    return [Body(media_types=names, kind=words, example=example) for (words, example), names in found.items()]


def _curl(
    method: str, path: str, parameters: Sequence[Mapping[str, Any]], content: Mapping[str, Any], needs_key: bool
) -> str:
    """A call for a terminal, with the examples of what it needs."""
    for each in parameters:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(_text(each.get("example", each["name"])), safe=""))
    query = "&".join(
        f"{each['name']}={quote(_text(each.get('example', '')), safe='')}"
        for each in parameters
        if each["in"] == "query" and each.get("required")
    )
    words = ["curl", *(["-X", method] if method not in ("GET", "POST") else [])]
    words.append(f"{_HOST}{path}{'?' if query else ''}{query}")
    if needs_key:
        words += ["-H", "Authorization: Bearer YOUR-KEY"]
    if content:
        media_type = next((name for name in content if name in _FILE_BODIES), next(iter(content)))
        example = content[media_type].get("example")
        if example is None:
            words += ["-H", f"Content-Type: {media_type}", "--data-binary", f"@{_FILE_BODIES.get(media_type, 'FILE')}"]
        else:
            words += ["-H", f"Content-Type: {media_type}", "-d", _text(example)]
    elif method == "POST":
        words += ["-d", ""]
    return shlex.join(words)


def _type(name: str, schema: Mapping[str, Any]) -> Type:
    required = schema.get("required", ())
    return Type(
        name=name,
        about=coded(schema["description"]),
        fields=[
            Field(
                name=field,
                kind=kind(each),
                about=coded(each.get("description", "")),
                required=field in required,
                example=_example(each),
            )
            for field, each in schema.get("properties", {}).items()
        ],
        values=[_text(value) for value in schema.get("enum", ())],
        is_open=schema.get("additionalProperties") is True,
    )


def _example(schema: Mapping[str, Any]) -> str:
    return _text(schema["examples"][0]) if schema.get("examples") else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _json(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
