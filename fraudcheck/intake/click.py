"""Which click on an advertisement brought the person? By the caller's own fields, and by the address of the page.

A click id is of use to the platform that made it only if it is whole: what is no id is not read, and never mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from fraudcheck.fields.empty_words import means_nothing
from fraudcheck.intake.field_readers import Unread, read_one_line
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.records import Click, Lead

_IDS = ("gclid", "wbraid", "gbraid", "fbclid")
_ID = re.compile(r"[A-Za-z0-9_.~-]+")
_COOKIE = re.compile(r"(?:fb\.\d|GCL|gcl)\.\d{9,14}\.(.+)", re.DOTALL)
"""What the platforms' own cookies hold of a click id (``_fbc``, ``_gcl_aw``): where it was seen, when, and the id."""
_LEAD_ID = re.compile(r"l:\s{0,3}(\d{5,40})")
"""The id of a lead as Meta's files have it."""
_OF_META = re.compile(r"(?:l:)?\d{15,17}")
"""The form of Meta's ids of leads. In the address of a page ``lead_id`` may be anybody's."""
_IN_QUERY = re.compile(rf"[?&#](?:amp;)?({'|'.join(Click.__struct_fields__)})=([^&#\s]*)", re.IGNORECASE)
_OF_QUERIES = ("clid=", "braid=", "utm_", "lead_id=")
_URL_LENGTH = next(field.length for field in LEAD_FIELDS if field.name == "client.page_url")
_LENGTHS = {
    field.name.rpartition(".")[2]: field.length for field in LEAD_FIELDS if field.name.startswith("source.click.")
}


def read_click_id(value: Any) -> str | None:
    """A platform's id of a click, also out of the cookie that holds it. Raises Unread for what is none."""
    text = read_one_line(value)
    if text is None:
        return None
    if cookie := _COOKIE.fullmatch(text):
        text = cookie[1]
    if not _ID.fullmatch(text):
        raise Unread("not a click id")
    return text


def read_lead_id(value: Any) -> str | None:
    """An advertising platform's id of a lead, without the ``l:`` of Meta's files. Raises Unread for what is none."""
    text = read_one_line(value)
    if text is None:
        return None
    if prefixed := _LEAD_ID.fullmatch(text):
        return prefixed[1]
    if not _ID.fullmatch(text):
        raise Unread("not an advertising platform's id")
    return text


CLICK_READERS: Mapping[str, Any] = {
    name: read_click_id if name in _IDS else read_lead_id if name == "lead_id" else read_one_line
    for name in Click.__struct_fields__
}
"""How each field of ``source.click`` is read."""


def elsewhere(lead: Lead, words: Mapping[str, str]) -> dict[str, str]:
    """What of the click stands elsewhere in a lead: in the query of its page, and in Meta's own id of it.

    Fields of ``source.click`` that the lead has are left out; so is what cannot be read there, which is no field of
    the caller's. ``words`` are those that may mean nothing.
    """
    found: dict[str, str] = {}
    url, click = lead.client.page_url or "", lead.source.click
    if ("?" in url or "#" in url) and any(mark in url.lower() for mark in _OF_QUERIES):
        for each in _IN_QUERY.finditer(url):
            name = each[1].lower()
            is_cut = each.end() == len(url) >= _URL_LENGTH
            if name in found or getattr(click, name) is not None or is_cut:
                continue
            if text := _readable(name, each[2], words):
                found[name] = text
    reference = lead.reference or ""
    if click.lead_id is None and reference.startswith("l:") and (of_meta := _LEAD_ID.fullmatch(reference)):
        found["lead_id"] = of_meta[1]
    return found


def _readable(name: str, text: str, words: Mapping[str, str]) -> str | None:
    """A value of a query; None where it means nothing or cannot be read."""
    text = unquote_plus(text).strip()
    if name == "lead_id" and not _OF_META.fullmatch(text):
        return None
    if len(text) > _LENGTHS[name] or means_nothing(f"source.click.{name}", text, words, {}):
        return None
    try:
        read: str | None = CLICK_READERS[name](text)
    except Unread:
        return None
    return read
