"""Writes the types of our own clients from the service's OpenAPI document: ``python -m tests.docs`` does it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from fraudcheck.web import openapi
from tests.shared import ROOT

PYTHON = ROOT / "clients" / "python" / "fraudcheck_client" / "types.py"
JAVASCRIPT = ROOT / "clients" / "javascript" / "types.d.ts"
_CALLED = ("Lead", "CheckVerdict", "KeptCheck", "ToldOutcome", "LeadOutcomes", "ProblemDocument")
_REF = "#/components/schemas/"
_WIDTH = 120
_NEXT = ",\n    "
_PLAIN = {
    "python": {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"},
    "typescript": {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"},
}


def python() -> str:
    """The module of types of ``clients/python``."""
    head = [
        '"""Which data go to the service and come back? Made from its OpenAPI document; not to be edited."""',
        "from __future__ import annotations",
        "from typing import Any, Literal, NotRequired, TypedDict",
    ]
    return "\n\n\n".join(["\n\n".join(head), *("\n".join(_python_type(*each)) for each in _schemas())]) + "\n"


def typescript() -> str:
    """The declarations of types of ``clients/javascript``."""
    lines = ["// Which data go to the service and come back? Made from its OpenAPI document; not to be edited."]
    for name, schema in _schemas():
        lines += ["", *_comment(schema["description"], "")]
        if "enum" in schema:
            lines.append(f"export type {name} = {_words(schema, ' | ')};")
            continue
        lines.append(f"export interface {name} {{")
        for field, part in schema["properties"].items():
            lines += _comment(part["description"], "  ")
            needed = field in schema.get("required", ())
            lines.append(f"  {field}{'' if needed else '?'}: {_typescript(part)}{'' if needed else ' | undefined'};")
        lines += ["  [field: string]: unknown;"] if schema.get("additionalProperties") is True else []
        lines.append("}")
    return "\n".join(lines) + "\n"


def _schemas() -> list[tuple[str, Mapping[str, Any]]]:
    """What the calls of the clients need, by name."""
    schemas, needed = openapi.document()["components"]["schemas"], list(_CALLED)
    for name in needed:
        needed += [each for each in dict.fromkeys(_named(schemas[name])) if each not in needed]
    return [(name, schemas[name]) for name in sorted(needed)]


def _named(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(_REF)
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from _named(each)


def _words(schema: Mapping[str, Any], between: str) -> str:
    return between.join(json.dumps(word) for word in schema["enum"])


def _python_type(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        one = f"{name} = Literal[{_words(schema, ', ')}]"
        yield one if len(one) <= _WIDTH else f"{name} = Literal[\n    {_words(schema, _NEXT)},\n]"
        yield from _docstring(schema["description"], "")
        return
    required = schema.get("required", ())
    yield f"class {name}(TypedDict{'' if required else ', total=False'}):"
    yield from _docstring(schema["description"], "    ")
    for field, part in schema["properties"].items():
        kind = _python(part)
        yield f"\n    {field}: {kind if field in required or not required else f'NotRequired[{kind}]'}"
        yield from _docstring(part["description"], "    ")


def _python(schema: Mapping[str, Any]) -> str:
    return _kind(schema, "python", " | ", "list[{}]".format, "dict[str, {}]".format, "Any")


def _typescript(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array" and schema.get("maxItems") == 2:
        return "[{0}, {0}]".format(_typescript(schema["items"]))
    return _kind(schema, "typescript", " | ", "Array<{}>".format, "Record<string, {}>".format, "unknown")


def _kind(schema: Mapping[str, Any], language: str, either: str, array: Any, mapping: Any, anything: str) -> str:
    """A type in a language. Raises KeyError for words of JSON Schema that the document did not have."""
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(_REF))
    if "anyOf" in schema:
        return either.join(_kind(each, language, either, array, mapping, anything) for each in schema["anyOf"])
    if "type" not in schema:
        return anything
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    written = []
    for kind in kinds:
        if kind == "array":
            written.append(array(_kind(schema["items"], language, either, array, mapping, anything)))
        elif kind == "object":
            values = schema.get("additionalProperties")
            inner = _kind(values, language, either, array, mapping, anything) if isinstance(values, dict) else anything
            written.append(mapping(inner))
        else:
            written.append(_PLAIN[language][kind])
    return either.join(dict.fromkeys(written))


def _plain_text(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''").replace("*/", "* /")


def _docstring(text: str, indent: str) -> Iterator[str]:
    text = _plain_text(text)
    one = f'{indent}"""{text}"""'
    if len(one) <= _WIDTH and not text.endswith('"'):
        yield one
    else:
        yield from textwrap.wrap(f'"""{text}', _WIDTH, initial_indent=indent, subsequent_indent=indent)
        yield f'{indent}"""'


def _comment(text: str, indent: str) -> list[str]:
    text = _plain_text(text)
    one = f"{indent}/** {text} */"
    if len(one) <= _WIDTH:
        return [one]
    wrapped = textwrap.wrap(text, _WIDTH, initial_indent=f"{indent} * ", subsequent_indent=f"{indent} * ")
    return [f"{indent}/**", *wrapped, f"{indent} */"]
