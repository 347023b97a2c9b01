"""Which lead is in any form or flat JSON? The contract's own names go first, then labels in any language.

WordPress plugins, Zapier, Make, n8n, CRMs and forms of one's own all send names with values, more or less nested:
``your-email``, ``form_fields[email]``, ``{"data": {"Handynummer": …}}``, ``[{"name": …, "value": …}]``. A contact is
only taken where its name says that it is the person's, and not the owner's of the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
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
    "answers attributes body contact contactdata contactinfo customer data entry fields fielddata formdata formfields "
    "formresponse formsubmission json lead leaddata mauticform params payload person properties record submission "
    "values wpforms dane daten datos dados donnees dati contacto contato kontakt kontaktdaten kunde cliente kisi "
    "musteri iletisim khachhang thongtin dulieu formular formulaire formulario anfrage enquiry inquiry"
)
_WRAPPERS = frozenset(_OBJECTS.split())
"""Objects whose name says nothing of what is in them, by their simple form."""
_OF_FORMS = frozenset(["id", "name", "title", "url"])
"""What a form itself has: ``form[name]`` is no person's."""
_NAMES = frozenset(["name", "names", "yourname", "fullname"])
_HALVES = {
    **dict.fromkeys(("first", "given", "firstname", "givenname"), "first_name"),
    **dict.fromkeys(("last", "family", "lastname", "familyname", "surname"), "last_name"),
}
_OBJECTS_OF_VISITS = (
    "attribution attributionsource browser client context device lastattributionsource meta metadata page session "
    "tracking utm utms visit visitor"
)
_VISITS = frozenset(_OBJECTS_OF_VISITS.split())
"""Objects that tell of the visit, by their simple form."""
_OF_VISITS = {
    **dict.fromkeys(("ip", "ipaddress", "remoteip", "userip", "clientip"), "client.ip"),
    **dict.fromkeys(("useragent", "browseragent"), "client.user_agent"),
    **dict.fromkeys(("url", "pageurl", "href", "landingpage", "sourceurl"), "client.page_url"),
    **dict.fromkeys(("referrer", "referer"), "client.referrer"),
    **{name.rpartition(".")[2].replace("_", ""): name for name in _FIELDS if name.startswith("source.click.")},
}
"""What they tell, by its simple name."""
_LABELS = ("label", "title", "question", "name", "key", "ref", "id")
"""Where the label of an answer stands that is an object, the best first."""
_VALUES = ("value", "values", "answer")
_TYPES = {
    **dict.fromkeys(("email", "emailinput"), "email"),
    **dict.fromkeys(("tel", "phone", "phonenumber", "telephone", "phoneinput"), "phone"),
    **dict.fromkeys(("textarea", "longtext", "longanswer", "paragraph", "multiline"), "message"),
}
"""Types of inputs that say what is asked for."""
_LONG_TEXTS = frozenset(["text", "textarea", "texte", "texto", "testo", "tekst"])
"""Names of a field for a long text, as people name the only one of their form."""
_OF_INPUT = re.compile(r"(email|tel|textarea)-\d{1,4}")
"""How Contact Form 7 names the fields that nobody named."""
_OF_CONTACT_FORM = {"email": "email", "tel": "phone", "textarea": "message"}
_OF_PROGRAM = re.compile(
    r"(?:(?:et_pb_contact|form[_-]field|field|input|txt)[_-]|txt(?=[A-Z]))([A-Za-z][A-Za-z_-]*?)(?:[_-]\d{1,3})?"
)
"""How plugins name the fields that their owners did (Divi's ``et_pb_contact_email_0``)."""
_NOISE = re.compile(r"_wp\w*|[\w-]{0,60}captcha-response|cf-turnstile-response", re.IGNORECASE)
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
    return unfold({name: _unpacked(name, value, len(content) == 1) for name, value in content.items()})


def _unpacked(name: str, value: Any, is_alone: bool) -> Any:
    """The object that a form holds as JSON in one of its fields (``payload={…}``, ``data.json={…}``)."""
    if not isinstance(value, str) or value.lstrip()[:1] != "{":
        return value
    if is_alone or all(map(_says_nothing, name.split("."))):  # no person's own text
        with suppress(Unreadable):
            inner = parse_json(value.encode())
            return inner if isinstance(inner, dict) else value
    return value


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
            inner = _answers(value, here)
            is_about = here == ("form",) and any(
                isinstance(part, dict | list) and _says_nothing(each) for each, part in fields.items()
            )
            yield from (_of_form(each) for each in inner) if is_about else inner
        elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
            for part in value:
                if labelled := _labelled(part):
                    yield labelled
                else:
                    yield Answer(_label(here), part)
        else:
            yield Answer(_label(here), value, _kind_of(name))


def _of_form(answer: Answer) -> Answer:
    """What an object "form" holds beside the answers: the form's own, unless the contract has it (``form.token``)."""
    return (
        answer
        if answer.label.startswith("form.")
        else Answer(f"form {answer.label.removeprefix('form ')}", answer.value)
    )


def _kind_of(name: str) -> str:
    """The field for which a plug-in's own name of an input speaks, or ""."""
    if named := _OF_INPUT.fullmatch(name):
        return _OF_CONTACT_FORM[named[1]]
    return "message" if simplify(name) in _LONG_TEXTS else ""


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
    named = _OF_PROGRAM.fullmatch(path[-1])
    last, around = named[1] if named else path[-1], [name for name in path[:-1] if not _says_nothing(name)]
    if around == ["form"] and simplify(last) not in _OF_FORMS:
        return last
    if around and simplify(around[-1]) in _NAMES and simplify(last) in _HALVES:
        return _HALVES[simplify(last)]
    if around and simplify(last) in _OF_VISITS and all(simplify(name) in _VISITS for name in around):
        return _OF_VISITS[simplify(last)]
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
