"""What do the bytes of a platform's call hold? JSON, a form, the fields of a multipart body, or XML, as a JSON value.

Platforms say one content type and send another, in other charsets than UTF-8, with raw line breaks in texts. All of it
is read in linear time and within bounds, and what is read can be stored.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.parsers import expat

from fraudcheck.intake.body import MAX_DEPTH, Unreadable, make_storable, parse_json

MAX_BYTES = 256 * 1024
"""Bytes of one call: some platforms send the whole form along with the answers."""
MAX_FIELDS = 1_000
"""Fields of a form, parts of a multipart body, elements of XML."""
_LONGEST_TYPE = 300
"""Characters of a content type that is read."""
_LONGEST_NAME, _DEEPEST_NAME = 300, 8
_PARAMETER = re.compile(r";\s{0,9}([A-Za-z*_-]{1,20})=(?:\"([^\"]{0,200})\"|([^\s;\"]{1,200}))")
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:[bl]e)?|us-ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?\d{3,4}|cp\d{3,4}|koi8-[ru]|tis-620"
    r"|shift[_-]jis|euc-(?:jp|kr)|gbk|gb2312|gb18030|big5",
    re.IGNORECASE,
)
"""Encodings of text. Python knows others that unpack or take long."""
_BLANKS = b" \t\r\n\xef\xbb\xbf\xff\xfe\x00"
"""What may stand before the first character of JSON or XML, byte order marks included."""
_DISPOSITION = re.compile(
    r"^content-disposition:[ \t]*form-data((?:[^\r\n]|\r?\n[ \t]){0,2000})", re.IGNORECASE | re.MULTILINE
)
_TYPE_OF_PART = re.compile(r"^content-type:([^\r\n]{0,200})", re.IGNORECASE | re.MULTILINE)
_BRACKETED = re.compile(r"([^\[\]]{1,200}+)((?:\[[^\[\]]{0,300}+\])++)")
_DOTTED = re.compile(r"[A-Za-z_]\w{0,100}+(?:\.\w{1,100}+)++")
"""Names of fields within others. Nobody's are longer, and none takes more than linear time."""


def read_content(body: bytes, content_type: str) -> Any:
    """What a body holds: a JSON value; of a form the values by name, a list where a name came more than once.

    Raises ``Unreadable``, with words for who set the platform up and none of the body.
    """
    if len(body) > MAX_BYTES:
        raise Unreadable(f"the body is larger than {MAX_BYTES:,} bytes")
    kind, parameters = _type_of(content_type)
    charset = parameters.get("charset", "")
    first = body.lstrip(_BLANKS)[:1]
    if not first:
        raise Unreadable("the body is empty")
    if kind == "multipart/form-data":
        return _by_name(_parts(body, parameters.get("boundary", "").encode(), charset))
    if first == b"<" and kind != "application/x-www-form-urlencoded":
        return _read_xml(body, charset)
    if first in (b"{", b"[", b'"'):  # also under the type of a form: curl and some plugins say it of JSON
        try:
            value = parse_json(_in_utf8(body, charset))
            return parse_json(value.encode()) if isinstance(value, str) and value.lstrip()[:1] == "{" else value
        except Unreadable:
            if kind != "application/x-www-form-urlencoded":
                raise
    if kind in ("application/x-www-form-urlencoded", "text/plain", "") and b"=" in body:
        return _by_name(_pairs(body, charset))
    raise Unreadable("neither JSON nor a form: send one of them")


def unfold(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with names of several parts (``source.vendor``, ``fields[email][value]``) as nested objects.

    A name of too many parts, or within a value, stays as it is.
    """
    unfolded: dict[str, Any] = {}
    for name, value in fields.items():
        path = _path(name)
        part: Any = unfolded
        for key in path[:-1]:
            part = part.setdefault(key, {}) if isinstance(part, dict) else None
        if not isinstance(part, dict):
            part, path = unfolded, [name]
        if isinstance(part.get(path[-1]), dict):
            part, path = unfolded, [f"{name} 2"]
        part[path[-1]] = _both(part[path[-1]], value) if path[-1] in part else value
    return unfolded


def _path(name: str) -> list[str]:
    if len(name) > _LONGEST_NAME or ("[" not in name and "." not in name):
        return [name]
    if bracketed := _BRACKETED.fullmatch(name):
        path = [bracketed[1], *bracketed[2][1:-1].split("][")]
        path = path[:-1] if path[-1] == "" else path  # PHP's names[]: one value of several
    else:
        path = name.split(".") if _DOTTED.fullmatch(name) else [name]
    return path if len(path) <= _DEEPEST_NAME else [name]


def _type_of(content_type: str) -> tuple[str, dict[str, str]]:
    """The media type and its parameters, in lower case but for values."""
    kind = content_type.partition(";")[0].strip().lower()
    if len(content_type) > _LONGEST_TYPE:
        return kind[:_LONGEST_TYPE], {}
    return kind, {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(content_type)}


def _charset(name: str) -> str:
    """An encoding of text that Python knows, or UTF-8."""
    if not name or not _CHARSETS.fullmatch(name):
        return "utf-8"
    try:
        b"".decode(name)
    except LookupError:
        return "utf-8"
    return name


def _in_utf8(body: bytes, charset: str) -> bytes:
    """A body in another charset than UTF-8, in it. A byte order mark goes before what is said."""
    encoding = _charset(charset)
    if body.startswith((BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)) or encoding.replace("-", "").lower() == "utf8":
        return body
    return body.decode(encoding, "replace").encode()


def _pairs(body: bytes, charset: str) -> Iterable[tuple[str, str]]:
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode()
    body = body.removeprefix(BOM_UTF8).strip()
    if body.count(b"&") >= MAX_FIELDS:
        raise Unreadable(f"more than {MAX_FIELDS:,} fields")
    encoding = _charset(charset)
    try:
        return parse_qsl(body.decode(encoding), keep_blank_values=True, encoding=encoding, errors="strict")
    except UnicodeDecodeError:  # what the oldest forms still send and call nothing
        return parse_qsl(body.decode("cp1252", "replace"), keep_blank_values=True, encoding="cp1252", errors="replace")


def _parts(body: bytes, boundary: bytes, charset: str) -> Iterator[tuple[str, str]]:
    """The fields of a multipart body (RFC 7578): of a file its name alone. Parts within parts are not looked into."""
    if not boundary:
        raise Unreadable("the content type multipart/form-data has no boundary")
    parts = (b"\r\n" + body).split(b"\n--" + boundary)
    if len(parts) < 2:
        raise Unreadable("the boundary of the content type stands nowhere in the body")
    if len(parts) > MAX_FIELDS + 2:
        raise Unreadable(f"more than {MAX_FIELDS:,} fields")
    for part in parts[1:]:
        if part.startswith(b"--"):
            return
        head, _, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        head_text = head[:4_000].decode("utf-8", "replace")
        if not (disposition := _DISPOSITION.search(head_text)):
            continue
        told = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(disposition[1])}
        kind = _TYPE_OF_PART.search(head_text)
        of_part = _type_of(kind[1])[1].get("charset", "") if kind else ""
        if "filename" in told or "filename*" in told:
            yield told.get("name", ""), told.get("filename", "")
        else:
            content = (
                content.removesuffix(b"\n").removesuffix(b"\r") if part is parts[-1] else content.removesuffix(b"\r")
            )
            yield told.get("name", ""), content.decode(_charset(of_part or charset), "replace")


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        fields[name] = _both(fields[name], value) if name in fields else value
    storable: dict[str, Any] = make_storable(fields)
    return storable


def _both(first: Any, second: Any) -> list[Any]:
    """The values of one name as a list, which a third one joins."""
    if isinstance(first, list):
        first.append(second)
        return first
    return [first, second]


def _read_xml(body: bytes, charset: str) -> Any:
    """The elements within the root by their names, a list where a name came more than once. Attributes are left out.

    A document type is refused, and with it every entity that could unfold.
    """
    encoding = _charset(charset) if charset and not body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else None
    tree = _Tree()
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = tree.refuse
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        parser.Parse(body.lstrip() if body[:1].isspace() else body, True)
    except (expat.ExpatError, LookupError, ValueError) as problem:
        if isinstance(problem, Unreadable):
            raise
        raise Unreadable("not XML") from None
    return make_storable(tree.root)


class _Tree:
    """Takes what expat tells, and has the elements in ``root``."""

    def __init__(self) -> None:
        self.root: Any = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._count = 0

    def refuse(self, *_: object) -> None:
        raise Unreadable("XML with a document type is not read: leave <!DOCTYPE out")

    def start(self, name: str, _: object) -> None:
        self._count += 1
        if self._count > MAX_FIELDS:
            raise Unreadable(f"more than {MAX_FIELDS:,} elements")
        if len(self._open) == MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        self._open.append((name.rpartition(":")[2], {}, []))

    def text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, _: str) -> None:
        name, inner, texts = self._open.pop()
        value = inner or "".join(texts).strip()
        if not self._open:
            self.root = value
            return
        beside = self._open[-1][1]
        beside[name] = _both(beside[name], value) if name in beside else value
