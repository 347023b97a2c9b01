"""Which lead is in any form or flat JSON? The contract's own names go first, then labels in any language.

WordPress plugins, Zapier, Make, n8n, CRMs and forms of one's own all send names with values, more or less nested:
``your-email``, ``form_fields[email]``, ``{"data": {"Handynummer": …}}``, ``[{"name": …, "value": …}]``. A contact is
only taken where its name says that it is the person's, and not the owner's of the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import dropwhile
from typing import Any

from fraudcheck.fields.normal_form import simplify
from fraudcheck.intake.body import Unreadable, parse_json
from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.answers import Answer, lead_of_answers
from fraudcheck.intake.forms.reading import unfold
from fraudcheck.intake.lead_fields import LEAD_FIELDS

_FIELDS = frozenset(field.name for field in LEAD_FIELDS)
_PARTS = frozenset(name.rpartition(".")[0] for name in _FIELDS)
"""Objects of the contract (``source.click``), by their dotted names."""
_OBJECTS = (
    "answers attributes body contact customer data entry fields fielddata formdata formfields formresponse "
    "formsubmission lead params payload person properties record submission values wpforms"
)
_WRAPPERS = frozenset(_OBJECTS.split())
"""Objects whose name says nothing of what is in them, by their simple form."""
_OF_FORMS = frozenset(["id", "name", "title", "url"])
"""What a form itself has: ``form[name]`` is no person's."""
_NAMES = frozenset(["name", "names", "yourname", "fullname"])
_HALVES = {"first": "first_name", "last": "last_name", "given": "first_name", "family": "last_name"}
_LABELS = ("label", "title", "question", "name", "key", "ref", "id")
"""Where the label of an answer stands that is an object, the best first."""
_VALUES = ("value", "values", "answer")
_TYPES = {"email": "email", "tel": "phone", "phone": "phone", "phonenumber": "phone", "telephone": "phone"}
"""Types of inputs that are a contact."""
_OF_INPUT = re.compile(r"(email|tel|textarea)-\d{1,4}")
"""How Contact Form 7 names the fields that nobody named."""
_OF_CONTACT_FORM = {"email": "email", "tel": "phone", "textarea": "message"}
_NOISE = re.compile(r"_wp\w*|[\w-]*captcha-response|cf-turnstile-response", re.IGNORECASE)
"""Names of plugins' own fields: ids of forms, nonces, and tokens of captchas that are longer than all answers."""
_DEEPEST = 4


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """The lead in names with values. Raises Unreadable for a list of leads."""
    return FormLead(lead=lead_of_answers(_answers(_fields(delivery.content), ()), find_columns))


def _fields(content: Any) -> dict[str, Any]:
    """The object that holds the lead. Raises Unreadable."""
    if isinstance(content, list):
        if len(content) == 1 and isinstance(content[0], dict):
            content = content[0]
        elif content and all(isinstance(each, dict) and _labelled(each) for each in content):
            return {"fields": content}
        else:
            raise Unreadable("a list of leads: send each in a call of its own")
    if not isinstance(content, dict):
        raise Unreadable("neither a JSON object nor a form")
    if len(content) == 1 and isinstance(text := next(iter(content.values())), str) and text.lstrip()[:1] == "{":
        inner = parse_json(text.encode())  # payload={…}
        content = inner if isinstance(inner, dict) else content
    return unfold(content)


def _answers(fields: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Answer]:
    """The answers within an object. What has a name of the contract keeps it whole: the table knows it."""
    for name, value in fields.items():
        here = (*path, name)
        dotted = ".".join(dropwhile(_says_nothing, here))
        if dotted == "activity" or (dotted in _FIELDS and not (isinstance(value, dict) and "." not in dotted)):
            yield Answer(dotted, value)
        elif not path and _NOISE.fullmatch(name):
            continue
        elif isinstance(value, dict) and (labelled := _labelled(value)):
            yield Answer(_label(here, labelled.label), labelled.value, labelled.field)
        elif isinstance(value, dict) and len(here) < _DEEPEST:
            yield from _answers(value, here)
        elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
            for part in value:
                if labelled := _labelled(part):
                    yield labelled
                else:
                    yield Answer(_label(here), part)
        else:
            named = _OF_INPUT.fullmatch(name)
            yield Answer(_label(here), value, _OF_CONTACT_FORM[named[1]] if named else "")


def _labelled(part: Mapping[str, Any]) -> Answer | None:
    """An answer that is an object: ``{"label": "E-Mail", "type": "email", "value": "a@b.example"}``."""
    value = next((part[name] for name in _VALUES if name in part), None)
    if value is None or isinstance(value, dict):
        return None
    label = next((part[name] for name in _LABELS if isinstance(part.get(name), str) and part[name]), "")
    kind = part.get("type")
    return Answer(label, value, _TYPES.get(simplify(kind), "") if isinstance(kind, str) else "")


def _label(path: tuple[str, ...], own: str = "") -> str:
    """What an answer is called: its own label, or its name with those of the objects around it that say something."""
    if own:
        return own
    last, around = path[-1], [name for name in path[:-1] if not _says_nothing(name)]
    if around == ["form"] and simplify(last) not in _OF_FORMS:
        return last
    if around and simplify(around[-1]) in _NAMES and last.lower() in _HALVES:
        return _HALVES[last.lower()]
    return " ".join([*around, last])


def label_of(name: str) -> str:
    """What the answer is called that a form sends under a name of several parts (``wpforms[fields][1]``)."""
    unfolded, path = unfold({name: ""}), []
    while isinstance(unfolded, dict):
        path.append(next(iter(unfolded)))
        unfolded = unfolded[path[-1]]
    return _label(tuple(path))


def _says_nothing(name: str) -> bool:
    return simplify(name) in _WRAPPERS


PLATFORM = Platform(
    name="flat",
    about="any form, or any JSON object, with names or labels of its own",
    read=read,
)
