"""Which lead does a person try out, and what does the page show of it? A form, examples, and the verdict in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fraudcheck.records import FieldWarning
from fraudcheck.web import pages
from fraudcheck.web.frame import Frame


class Field(NamedTuple):
    """A field of the form: a lead's ``name``, what the page calls it, the kind of its input, and a hint."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""


FIELDS = (
    Field("name", "Name"),
    Field("email", "Mail address"),
    Field("phone", "Phone", "tel"),
    Field("country", "Country", hint="A code or a name: VN, Germany. A phone without + is read in it."),
    Field("company", "Company"),
    Field("message", "Message", "area"),
    Field("source.vendor", "Vendor", hint="Who sold or sent the lead. What became of this vendor's leads counts."),
    Field("source.campaign", "Campaign"),
)
"""What a person would type into a form, and whose lead it is."""
DETAILS = (
    Field("client.ip", "Internet address", hint="Of the person's browser, as 203.0.113.7."),
    Field("client.user_agent", "Browser", hint="Its User-Agent header."),
    Field("client.accept_language", "Languages of the browser", hint="Its Accept-Language header, as vi-VN,vi;q=0.9."),
    Field("client.timezone", "Time zone of the browser", hint="As Asia/Ho_Chi_Minh."),
    Field("form.fill_seconds", "Seconds from the first input to sending", "decimal"),
    Field("form.seconds_on_page", "Seconds on the page", "decimal"),
    Field("form.keystrokes", "Keys pressed", "decimal"),
    Field("form.pastes", "Pastes", "decimal"),
    Field("form.pointer_events", "Movements and clicks of a pointer", "decimal"),
    Field("form.honeypot", "Hidden trap field", hint="What stood in a field that no person sees."),
)
"""What a form's backend and script measure beside it."""
_TITLE = "Try a lead"
_ALL = {field.name: field for field in (*FIELDS, *DETAILS)}


class Example(NamedTuple):
    """A lead to try with one click."""

    key: str
    label: str
    values: Mapping[str, str]


_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
EXAMPLES = (
    Example(
        "good",
        "A good lead",
        {
            "name": "Nguyễn Văn An",
            "email": "an.nguyen@gmail.com",
            "phone": "0912 840 375",
            "country": "VN",
            "message": "I need a quote for 40 chairs in March.",
            "form.fill_seconds": "48",
        },
    ),
    Example(
        "throwaway",
        "A throw-away mail address",
        {"name": "Anna Schmidt", "email": "anna.schmidt@mailinator.com", "phone": "+49 1512 3456789", "country": "DE"},
    ),
    Example(
        "random",
        "A random name from a data centre",
        {
            "name": "Xkqjw Zrtpl",
            "email": "xkqjw8271z@gmail.com",
            "phone": "+1 202 555 0143",
            "country": "US",
            "client.ip": "52.95.110.1",
            "client.user_agent": "python-requests/2.32.3",
        },
    ),
    Example(
        "program",
        "A program that fills in forms",
        {
            "name": "Robert Smith",
            "email": "robert.smith@yahoo.com",
            "phone": "+44 7911 123456",
            "country": "GB",
            "message": "Best SEO backlinks for your site: http://cheap-links.example http://more-links.example",
            "client.user_agent": _FIREFOX,
            "form.fill_seconds": "0.4",
            "form.honeypot": "http://cheap-links.example",
        },
    ),
    Example(
        "mistyped",
        "A mistyped mail address",
        {"name": "Marie Dupont", "email": "marie.dupont@gmial.com", "phone": "06 12 34 56 78", "country": "FR"},
    ),
)
"""No example's person exists; who bears such a name is not meant."""


def read(form: Mapping[str, object]) -> dict[str, str]:
    """The values that a form or an example brings, by the fields' names; empty ones are not there."""
    example = next((example for example in EXAMPLES if example.key == form.get("example")), None)
    given: Mapping[str, object] = example.values if example else form
    return {name: value for name in _ALL if isinstance(value := given.get(name), str) and value.strip()}


def lead(values: Mapping[str, str]) -> dict[str, Any]:
    """The lead of these values, as a call of the API brings it."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        part, _, inner = name.partition(".")
        if inner:
            nested.setdefault(part, {})[inner] = value
        else:
            nested[name] = value
    return nested


def page(
    frame: Frame,
    values: Mapping[str, str],
    shown: Mapping[str, Any] | None = None,
    problems: Sequence[FieldWarning] = (),
) -> str:
    """The page. ``shown`` is the check as the API gives it, None where no lead was judged; ``problems`` are of fields
    that could not be read, or that are missing.
    """
    by_field = {each.field: each.problem for each in (*problems, *_warnings(shown))}
    more: dict[str, Any] = {
        "fields": FIELDS,
        "details": DETAILS,
        "examples": EXAMPLES,
        "values": values,
        "problems": {name: problem for name, problem in by_field.items() if name in _ALL},
        "told": shown is not None,
        "shows_details": any(field.name in values for field in DETAILS),
    }
    if shown is None:
        return pages.render("try.html", title=_TITLE, frame=frame, **more)
    return pages.lead(shown, (), frame, template="try.html", title=_TITLE, **more)


def _warnings(shown: Mapping[str, Any] | None) -> list[FieldWarning]:
    """What of the lead could not be read, as the verdict says."""
    return [FieldWarning(field=each["field"], problem=each["problem"]) for each in (shown or {}).get("warnings", ())]
