"""Which field of a lead did a caller mean by a name that is none? ``e-mail``, ``vendor`` at the top, ``fill_second``.

Such a field is kept like any unknown one and not used: a guess may be wrong. The warning says what to send instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from fraudcheck.fields.normal_form import simplify
from fraudcheck.intake.lead_fields import LEAD_FIELDS
from fraudcheck.records import FieldWarning, UnknownField

_MOST_NAMES, _MOST_COMPARED, _MOST_WARNINGS = 200, 30, 20
"""Unknown names of one lead that are looked up, that are compared letter by letter, and that are named."""
_LONGEST = 40
_WITHIN = 20
"""Names that are looked up within an object that may be the lead."""

_NAMES = tuple(field.name for field in LEAD_FIELDS if field.name != "extra")
_OBJECTS = ("source", "source.price", "source.click", "client", "form")
_OF_CLICKS = "source.click."
# Words of programs and of a few languages. A word that is a heading of files as well (``data/headings.toml``) is the
# same field there.
_ALIASES = {
    "email": "mail emailaddress emailaddr mailaddress emailid email1 useremail contactemail customeremail "
    "workemail youremail leademail primaryemail correo correoelectronico courriel adressemail "
    "emailadresse mailadresse thudientu",
    "phone": "phonenumber phoneno phonenum phone1 tel telephone telephonenumber telno mobile mobilephone "
    "mobilenumber mobileno cell cellphone cellnumber contactnumber contactphone customerphone "
    "primaryphone yourphone userphone msisdn whatsapp telefon telefonnummer rufnummer handy handynummer "
    "telefono telefone celular movil sdt sodienthoai dienthoai numtel",
    "name": "fullname yourname contactname personname customername leadname displayname hoten hovaten nombre "
    "nombrecompleto nome nomecompleto vollername",
    "first_name": "fname givenname forename namefirst vorname prenom primernombre imie",
    "last_name": "lname surname familyname namelast nachname familienname nomdefamille apellido apellidos sobrenome "
    "nazwisko",
    "company": "companyname organization organisation organizationname organisationname businessname firma empresa "
    "entreprise societe azienda congty tencongty",
    "message": "msg comment comments enquiry inquiry yourmessage messagetext messagebody nachricht mensaje "
    "mensagem tinnhan",
    "address": "streetaddress street address1 addressline1 fulladdress adresse direccion endereco indirizzo diachi",
    "postal_code": "zip zipcode postcode postal postalzip plz postleitzahl cep codigopostal codepostal",
    "country": "countrycode countryiso countryname isocountry pais pays quocgia",
    "source.vendor": "vendorname vendorid leadvendor supplier suppliername publisher publisherid affiliate "
    "leadprovider",
    "source.campaign": "campaignname campaignid",
    "source.sub_id": "subsource pubid affsub",
    "source.channel": "marketingchannel leadchannel",
    "source.price.amount": "leadprice leadcost costperlead cpl",
    "source.price.currency": "pricecurrency currencycode",
    "source.click.gclid": "googleclickid googleadclickid gclaw",
    "source.click.fbclid": "fbc facebookclickid metaclickid",
    "source.click.lead_id": "metaleadid facebookleadid fbleadid leadgenid",
    "client.ip": "ipaddress ipaddr clientipaddress userip useripaddress remoteip remoteaddr remoteaddress visitorip "
    "xforwardedfor ipv4",
    "client.user_agent": "ua useragentstring browseruseragent httpuseragent",
    "client.accept_language": "acceptlanguages httpacceptlanguage browserlanguage",
    "client.timezone": "tz timezonename browsertimezone",
    "client.device_id": "deviceidentifier devicefingerprint fingerprint browserfingerprint",
    "client.referrer": "referer referrerurl refererurl httpreferer httpreferrer",
    "client.page_url": "pageuri formurl landingpage landingpageurl landingurl",
    "form.seconds_on_page": "timeonpage pageseconds",
    "form.fill_seconds": "filltime timetofill fillduration fillingseconds",
    "form.keystrokes": "keypresses keycount keystrokecount",
    "form.pastes": "pastecount pasted",
    "form.autofills": "autofilled autofillcount",
    "form.pointer_events": "pointercount mouseevents pointermoves mousemoves",
    "form.honeypot": "hp honeypotfield honeypotvalue",
    "form.webdriver": "iswebdriver navigatorwebdriver",
    "submitted_at": "submitted submittedon submittime submitdate submissiondate submissiontime submittedtime "
    "datesubmitted createdat created createdon createddate createdtime creationdate receivedat "
    "timestamp",
    "reference": "ref referenceid refid leadid externalid recordid crmid",
}
_OF_PEOPLE = frozenset(["email", "phone", "first_name", "last_name", "postal_code", "country", "submitted_at"])
"""Fields of the lead itself that are meant in an object of ours as well. A source and a form have names, too."""
_NOT_MEANT = frozenset(
    ["county", "counties", "preference", "preferences", "clientid", "formname", "sourcename", "extra"]
)
"""Near in letters alone."""
_WRAPPERS = frozenset(
    (
        *("lead", "contact", "data", "person", "customer", "prospect", "payload", "body", "fields", "formdata", "user"),
        *("applicant", "attributes", "properties", "record"),
    )
)
"""Names of objects in which callers wrap a whole lead."""


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """A name's ASCII letters and digits, in lower case: what E-Mail, e_mail and eMail have in common."""
    return re.sub("[^a-z0-9]+", "", simplify(name))


def _tail(name: str) -> str:
    return name.rpartition(".")[2]


_OWN = {
    _key(text): name
    for name in (*_OBJECTS, *_NAMES)
    for text in (name, _tail(name))
    if text != "lead_id"  # alone it is the caller's own id, as a rule: a reference
}
"""Our own names, whole and without the object, as ``_key`` writes them. No two have a tail in common."""
_KNOWN = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()} | _OWN
_COMPARED: Mapping[str, tuple[str, ...]] = {
    "": tuple(_key(_tail(name)) for name in _NAMES if not name.startswith(_OF_CLICKS)),
    **{
        f"{inside}.": tuple(_key(_tail(name)) for name in _NAMES if name.rpartition(".")[0] == inside)
        for inside in _OBJECTS
    },
}


def meant_fields(unknown: Mapping[str, Any], raw: Mapping[str, Any]) -> list[FieldWarning]:
    """A warning for each unknown field, by its path, that was probably meant for one of ours.

    ``raw`` is the whole lead. Where it holds the field that another word may mean (``mobile`` beside ``phone``), that
    word is the caller's own; another spelling of the same name (``E-Mail``) is warned of all the same.
    """
    found: list[FieldWarning] = []
    compared = 0
    for looked_up, (path, value) in enumerate(unknown.items()):
        if looked_up == _MOST_NAMES or len(found) >= _MOST_WARNINGS:
            break
        if len(path) > _LONGEST or not path.isprintable() or "@" in path:  # an@firma.email is a person's
            continue
        if isinstance(value, dict) and _key(path) in _WRAPPERS:
            found += _within(path, value, raw)
            continue
        inside, key = path[: path.rfind(".") + 1], _key(_tail(path))
        if key in _NOT_MEANT:
            continue
        meant = _known(inside, key)
        if meant is None and compared < _MOST_COMPARED:
            compared += 1
            meant = _near(inside, key)
        if meant and (key == _key(_tail(meant)) or not _is_given(meant, raw)):
            found.append(_warning(path, meant))
    return found[:_MOST_WARNINGS]


def _within(path: str, wrapped: Mapping[str, Any], raw: Mapping[str, Any]) -> Iterator[FieldWarning]:
    """What of an object that may be the lead itself is not given where it belongs."""
    for name, _ in zip(wrapped, range(_WITHIN), strict=False):
        if len(name) > _LONGEST or not name.isprintable():
            continue
        if (meant := _known("", _key(name))) and not _is_given(meant, raw):
            yield _warning(f"{path}.{name}", meant)


def _warning(path: str, meant: str) -> FieldWarning:
    if path == meant:  # a name with a dot
        inside, _, name = meant.rpartition(".")
        meant = f"{name} inside of {inside}"
    return UnknownField(field=path, problem=f"not a field of a lead; was {meant} meant?")


def _is_given(field: str, raw: Mapping[str, Any]) -> bool:
    part: Any = raw
    for name in field.split("."):
        part = part.get(name) if isinstance(part, dict) else None
    return part is not None


def _known(inside: str, key: str) -> str | None:
    """The field that is meant by a name in another spelling, without its object, or by another word; None for others.

    ``inside`` is the object of ours in which the name stands, with a dot (``client.``), or empty.
    """
    meant = _OWN.get(inside.replace(".", "") + key) if inside else None
    meant = meant or _KNOWN.get(key) or _OWN.get(inside.replace(".", "") + key)
    if meant is None or not inside or meant.startswith(inside) or "." in meant:
        return meant
    return meant if meant in _OF_PEOPLE else None


@lru_cache(maxsize=4096)
def _near(inside: str, key: str) -> str | None:
    """The field whose name is one slip away, in names of ten letters and more two; None where there is none."""
    if len(key) < 5 or key[-1].isdigit():  # a digit at the end is a second one of its kind
        return None
    candidates = _COMPARED.get(inside, ())
    near = process.extractOne(key, candidates, scorer=OSA.distance, score_cutoff=1 if len(key) < 10 else 2)
    if near is None:
        return None
    return _OWN.get(near[0]) or _OWN[inside.replace(".", "") + near[0]]
