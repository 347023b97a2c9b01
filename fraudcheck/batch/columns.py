"""Which column of a file is which field of a lead, how is the file written, and how are its times?

Files of leads come from CRMs and lead platforms, each with its own headings, separators and ways to write a date.
A wrong guess costs more than none: a heading that names several things in practice is left for its owner to map.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from difflib import get_close_matches
from math import isnan
from typing import Any, Final

from msgspec import Struct

_SPELLINGS: Final[dict[str, str]] = {
    "email": "email emailaddress mail primaryemail emailprimary mainemail email1 email1value emailid personalemail "
    "emailadresse mailadresse adresemail adresaemail enderecodeemail correoelectronico correo direcciondeemail "
    "adressemail adresseemail courriel diachiemail thudientu emailwork workemail businessemail emailhome homeemail "
    "useremail email2 secondaryemail",
    "phone": "phone phonenumber phoneno primaryphone primaryphonenumber phoneprimary mainphone phone1 phonenumber1 "
    "phone1value telephone telephonenumber telephoneno tel mobile mobilephone mobilephonenumber mobilenumber mobileno "
    "phonemobile cell cellphone cellphonenumber cellnumber phonecell telefon telefonnummer rufnummer handy "
    "handynummer mobilnummer mobiltelefon numertelefonu nrtelefonu telefonkomorkowy telefone numerodetelefone celular "
    "telemovel telefono numerodetelefono movil numerodecelular numerodetelephone portable telephoneportable "
    "telephonemobile sodienthoai sdt dienthoai didong dienthoaididong dayphone daytimephone contactnumber "
    "contactno homephone phonehome workphone phonework businessphone userphone whatsapp whatsappnumber phone2 "
    "phonenumber2 secondaryphone otherphone",
    "name": "name fullname contactname contactperson completename vollstandigername vorundnachname vornamenachname "
    "imieinazwisko nazwiskoiimie nome nomecompleto nombre nombrecompleto nombreyapellido nombreyapellidos nom "
    "nomcomplet nometprenom prenometnom nomprenom hovaten hoten tenkhachhang ten",
    "first_name": "firstname fname givenname forename namefirst vorname imie primeironome primernombre prenom",
    "last_name": "lastname lname surname familyname namelast nachname familienname nazwisko sobrenome apellido "
    "apellidos nomdefamille ho",
    "company": "company companyname nameofcompany organization organisation organizationname organisationname "
    "accountname companyaccount business businessname firma firmenname unternehmen nazwafirmy empresa nomedaempresa "
    "nombredelaempresa nombredeempresa entreprise societe nomdelentreprise congty tencongty",
    "message": "message comments comment inquiry enquiry messagebody nachricht ihrenachricht kommentar wiadomosc "
    "tresc trescwiadomosci mensagem mensaje comentarios commentaire commentaires tinnhan loinhan noidungtinnhan",
    "address": "address streetaddress street addressline1 address1 street1 addressstreetaddress fulladdress "
    "homeaddress mailingaddress mailingstreet postaladdress strasse anschrift adresse adres ulica endereco morada "
    "direccion diachi",
    "postal_code": "postalcode zip zipcode postcode postal zippostalcode zippostal postalzip postcodezip zip5 "
    "addresszippostalcode mailingpostalcode mailingzip mailingzippostalcode plz postleitzahl kodpocztowy cep "
    "codigopostal codepostal mabuuchinh mabuudien",
    "country": "countryiso countryisocode isocountry countrycode country countryregion addresscountry mailingcountry "
    "landercode landerkurzel land kraj pais pays quocgia",
    "source.vendor": "vendor vendorname leadvendor supplier suppliername leadsupplier publisher publishername "
    "affiliate affiliatename leadprovider leadseller partner partnername lieferant dostawca fornecedor proveedor "
    "fournisseur nhacungcap vendorid supplierid publisherid affiliateid partnerid leadsource leadsourcename utmsource "
    "src source",
    "source.campaign": "campaign campaignname utmcampaign adcampaign kampagne kampania campanha campana campagne "
    "chiendich campaignid campid",
    "source.sub_id": "subid subid1 sub1 affsub affsub1 subaffiliate subaffiliateid subsource subsourceid ssid pubid",
    "source.channel": "channel leadchannel marketingchannel",
    "source.price.amount": "leadprice priceperlead leadcost costperlead cpl purchaseprice soldprice price cost "
    "leadpreis",
    "source.price.currency": "pricecurrency costcurrency leadcurrency currency currencycode currencyisocode wahrung "
    "waluta moeda moneda devise",
    "client.ip": "ip ipaddress ipaddr userip useripaddress clientip clientipaddress remoteip remoteaddr visitorip "
    "optinip optinipaddress signupip submissionip ipadresse adresip enderecoip direccionip adresseip diachiip",
    "client.user_agent": "useragent useragentstring browseruseragent httpuseragent clientuseragent",
    "client.accept_language": "acceptlanguage httpacceptlanguage",
    "client.timezone": "timezone clienttimezone browsertimezone zeitzone",
    "client.device_id": "deviceid deviceidentifier devicefingerprint fingerprint browserfingerprint",
    "client.referrer": "referrer referer referrerurl refererurl referringurl httpreferer httpreferrer",
    "client.page_url": "pageurl sourceurl formurl landingpageurl landingurl landingpage pageuri optinurl submissionurl",
    "form.seconds_on_page": "secondsonpage",
    "form.fill_seconds": "fillseconds",
    "form.keystrokes": "keystrokes",
    "form.pastes": "pastes",
    "form.autofills": "autofills",
    "form.pointer_events": "pointerevents",
    "form.honeypot": "honeypot",
    "form.webdriver": "webdriver navigatorwebdriver",
    "form.token": "formtoken",
    "submitted_at": "submittedat submitted submittedon submittime submitdate submissiondate submissiontime "
    "submissiondatetime datesubmitted submittedtime leadsubmittime optintimestamp optindatetime optintime "
    "entrydate createdat createdtime timecreated createddate createdate createdon created datecreated creationdate "
    "creationtime createtime dateadded addtime leaddate leadcreated leadcreatedat leadcreateddate receivedat received "
    "receivedon datereceived signupdate optindate timestamp zeitstempel datetime dateandtime date erstelltam erstellt "
    "erstelldatum eingangsdatum datum datautworzenia datazgloszenia datawyslania criadoem datadecriacao datadeenvio "
    "fechadecreacion creadoel fechadeenvio fecha datedecreation creele datedenvoi ngaytao ngaygui",
    "reference": "reference referenceid referencenumber leadid leaduuid leadguid externalid recordid entryid "
    "responseid submissionid contactid id uuid guid referenz referenznummer referencia",
}
"""Each field's headings as ``_plain`` leaves them, the best first."""

_OWNERS = ("lead", "contact", "your", "customer", "person", "prospect", "applicant", "consumer", "client")
"""Whose a column is, as in "Person - Email" and "your-message"."""

_HALVES = {
    ("name", "vorname"): ("first_name", "last_name"),
    ("nom", "prenom"): ("first_name", "last_name"),
    ("nome", "sobrenome"): ("last_name", "first_name"),
    ("nombre", "apellido"): ("last_name", "first_name"),
    ("nombre", "apellidos"): ("last_name", "first_name"),
    ("ten", "ho"): ("last_name", "first_name"),
}
"""Headings that mean a whole name alone, and half of one beside the other: whose the other is, and whose this is."""

FIELDS: tuple[str, ...] = tuple(_SPELLINGS)
"""The contract's fields that a column can be, with dotted names."""

_OWNED = (*FIELDS[: FIELDS.index("country") + 1], "client.ip")

_PATHS = {field: tuple(field.split(".")) for field in FIELDS}
_MEASURED = frozenset([field for field in FIELDS if field.startswith("form.")])
_LETTERS = str.maketrans("đłøı", "dloi")
"""Letters that Unicode does not take apart into a plain one and a mark."""
_DEEPEST = 8
"""More levels than the contract has; a line that nests brackets by the hundred is left as it is below."""


def _plain(heading: str) -> str:
    """Letters and digits alone, without case and accents."""
    parts = unicodedata.normalize("NFKD", heading.casefold()).translate(_LETTERS)
    return "".join(letter for letter in parts if letter.isalnum())


def _headings() -> dict[str, tuple[int, str]]:
    """Rank and field of every heading that is known; the lowest rank is the best."""
    found: dict[str, tuple[int, str]] = {}
    for field, spellings in _SPELLINGS.items():
        names = spellings.split()
        for rank, heading in enumerate(names if (own := _plain(field)) in names else [own, *names]):
            found.setdefault(heading, (rank, field))
    for owner in _OWNERS:
        for field in _OWNED:
            for rank, heading in enumerate(_SPELLINGS[field].split(), 1000):
                found.setdefault(owner + heading, (rank, field))
    for heading in _SPELLINGS["submitted_at"].split():
        for zone in ("utc", "gmt"):
            found.setdefault(heading + zone, found[heading])
    return found


_HEADINGS: Final = _headings()


def propose(columns: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Name the column of each field, in the order of ``FIELDS``; no column serves two.

    ``chosen`` (field to column) goes before all, then the contract's own names, then the headings that are known.
    Raises ValueError, with what to do, for a field or a column that is not there or a column chosen twice.
    """
    found = _checked(columns, chosen)
    taken = set(found.values())
    best: dict[str, tuple[int, str]] = {}
    for column in columns:
        name = _bare(column)
        rank, field = (-1, name) if name in _PATHS else _HEADINGS.get(_plain(column), (0, ""))
        if field and field not in found and column not in taken and rank < best.get(field, (rank + 1, ""))[0]:
            best[field] = (rank, column)
    for field, (_, column) in best.items():
        found[field] = column
    if "name" not in chosen:
        _halve(found)
    return {field: found[field] for field in FIELDS if field in found}


def _checked(columns: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    bare = {_bare(column): column for column in columns}
    found: dict[str, str] = {}
    for field, name in chosen.items():
        if field not in _PATHS:
            near = get_close_matches(field, FIELDS, 1, 0.5)
            near = near or [of for _, of in [_HEADINGS.get(_plain(field), (0, ""))] if of]
            hint = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(FIELDS)}"
            raise ValueError(f"A lead has no field {field!r}: {hint}")
        column = name if name in columns else bare.get(_bare(name))
        if column is None:
            raise ValueError(f"The file has no column {name!r} for {field}; --map-only shows its columns")
        for other, same in found.items():
            if same == column:
                raise ValueError(f"The column {name!r} is chosen for {other} and for {field}: give it to one of them")
        found[field] = column
    return found


def _bare(column: str) -> str:
    """A heading without the byte order mark that a file may begin with, and without blanks around it."""
    return column.lstrip("\ufeff").strip()


def _halve(found: dict[str, str]) -> None:
    """Give a column such as "Nom" to the half of the name that it is, where a "Prénom" stands beside it."""
    for (whole, partner), (other, half) in _HALVES.items():
        if half not in found and _plain(found.get("name", "")) == whole and _plain(found.get(other, "")) == partner:
            found[half] = found.pop("name")
            return


def lead_of(row: Mapping[str, object], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Build the lead's raw JSON object from one row; what is blank or absent is left out.

    Numbers become text where the contract has text (a phone in Parquet); a time stays what it is, for ``moment``.
    """
    lead: dict[str, Any] = {}
    for field, column in mapping.items():
        value = _read_cell(row.get(column))
        if absent(value):
            continue
        if field != "submitted_at" and not isinstance(value, str | bool | dict | list):
            value = _as_json(value, field in _MEASURED)
        *outer, name = _PATHS[field]
        part = lead
        for key in outer:
            part = part.setdefault(key, {})
        part[name] = value
    return lead


def absent(value: object) -> bool:
    """Whether a cell says nothing: a null, blanks, and the NaN that some writers of Parquet have for an empty one."""
    value = _read_cell(value)
    return (
        value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, float) and isnan(value))
    )


def _read_cell(value: object) -> object:
    """A cell; bytes are text, to some writers of Parquet."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _as_json(value: object, measured: bool) -> float | str:
    """A count or a number of seconds stays; all else is text, and ``84912840375.0`` is a whole number in it."""
    if isinstance(value, int | float) and measured:
        return value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Name nested values by their paths: ``{"client": {"ip": 1}}`` becomes ``{"client.ip": 1}``."""
    return dict(_flatten(row, "", _DEEPEST))


def _flatten(row: Mapping[str, Any], path: str, levels: int) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in row.items():
        if isinstance(value, Mapping) and levels > 1:
            found += _flatten(value, f"{path}{name}.", levels - 1)
        else:
            found.append((path + name, value))
    return found


def delimiter(sample: str) -> str:
    """Of comma, semicolon, tab and bar, the one that cuts most records into as many fields as the heading has.

    A last record without its line's end may be cut off and does not count. A file of one column gives a comma.
    """
    return max(",;\t|", key=lambda separator: (_evenness(sample, separator, True), _evenness(sample, separator, False)))


def _evenness(sample: str, separator: str, strict: bool) -> float:
    """``strict`` takes nothing but a separator after a closing quote: what quotes its cells has one that fits."""
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, strict=strict)
        records = [len(record) for record in reader if record]
    except csv.Error:
        return 0.0
    if len(records) > 1 and not sample.endswith(("\n", "\r")):
        records.pop()
    return records.count(records[0]) / len(records) * (records[0] - 1) if records else 0.0


_NUMERIC = re.compile(r"\s*(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?!\d)")
_EPOCH = re.compile(r"\d{9,13}(?:\.\d+)?")
"""Seconds since 1973 and milliseconds until 2286: shorter is a spreadsheet's count of days, 14 digits a time in ISO."""
_DATE = (
    _NUMERIC,
    re.compile(r"(?P<year>\d{4})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[ .-]+(?P<name>[a-z]{3,9})[ .,-]+(?P<year>\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?P<name>[a-z]{3,9})[ .]+(?P<day>\d{1,2})(?:st|nd|rd|th)?[ ,]+(?P<year>\d{4})(?!\d)"),
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+")
_TIME = re.compile(
    r"(?:[t,\s]|\sat\s)*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[ap])?(?(half)\.?m\.?)\s*(?P<zone>z|(?:utc|gmt)?[+-]\d\d:?\d\d|utc|gmt)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Dates(Struct):
    """How a whole column of dates is written: ``see`` every value, then ask for the ``order``."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    same: int = 0
    epoch: int = 0
    epoch_ms: int = 0

    def see(self, text: object) -> None:
        """Count what a value tells. What is no text or begins with the year leaves nothing to decide."""
        text = _read_cell(text)
        if not isinstance(text, str) or (text[4:5] == "-" and text[:4].isdigit()):
            return
        if found := _NUMERIC.match(text):
            a, b = int(found["a"]), int(found["b"])
            self.same += a == b <= 12
            self.either += a != b and max(a, b) <= 12
            self.day_first += b <= 12 < a
            self.month_first += a <= 12 < b
        elif _EPOCH.fullmatch(text.strip()):
            ms = float(text) >= 1e11
            self.epoch_ms += ms
            self.epoch += not ms

    def order(self) -> str:
        """``iso``, ``day_first``, ``month_first``, ``epoch`` or ``epoch_ms``.

        Raises ValueError, with what to do, where day and month cannot be told apart.
        """
        if self.day_first and self.month_first:
            raise ValueError(
                f"The dates contradict each other: {self.day_first} have the day first and {self.month_first} the "
                "month; correct the file, or give --dates day-first or --dates month-first"
            )
        if self.either and not self.day_first and not self.month_first:
            raise ValueError(
                "Day and month cannot be told apart: no date has a day after the 12th; "
                "give --dates day-first or --dates month-first"
            )
        if self.month_first:
            return "month_first"
        if self.day_first or self.same:
            return "day_first"
        return "epoch_ms" if self.epoch_ms > self.epoch else "epoch" if self.epoch else "iso"


def moment(text: object, order: str, zone: tzinfo) -> datetime:
    """Read a date and time, in UTC. One without an offset is in ``zone``; a date alone is its midnight.

    ``order`` decides where day and month stand, and nothing else. Raises ValueError, which does not hold the text.
    """
    try:
        found = _moment(text, order)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("not a date and time") from None


def _moment(value: object, order: str) -> datetime:
    if isinstance(value, str):
        if value[4:5] == "-":
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        return _written(value.strip().lower(), order)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - its zone is the file's
    if isinstance(value, int | float) and not isinstance(value, bool) and 1e8 <= value < 1e20:
        return _since_1970(value)
    raise ValueError


def _since_1970(count: float) -> datetime:
    """Seconds, or by their size milli-, micro- or nanoseconds."""
    divisor = 1
    while count / divisor >= 1e11:
        divisor *= 1000
    whole, rest = divmod(count, divisor)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole, microseconds=round(rest * 1_000_000 / divisor))


def _written(text: str, order: str) -> datetime:
    if _EPOCH.fullmatch(text):
        return _since_1970(float(text))
    if text[:8].isdigit():
        return _compact(text)
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    for pattern in _DATE:
        if found := pattern.match(text):
            day = _day(found, order)
            rest = text[found.end() :]
            return _at(day, rest) if rest else day
    raise ValueError


def _compact(text: str) -> datetime:
    """ISO 8601's basic format, with or without the T."""
    return datetime.fromisoformat(f"{text[:8]}T{text[8:]}" if text.isdigit() and len(text) == 14 else text.upper())


def _day(found: re.Match[str], order: str) -> datetime:
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if name := parts.get("name"):
        month, day = _MONTHS.index(name[:3]) + 1, int(parts["day"])
    elif "a" not in parts:
        month, day = int(parts["month"]), int(parts["day"])
    elif order in {"day_first", "month_first"}:
        day, month = (int(parts[key]) for key in ("ab" if order == "day_first" else "ba"))
    else:
        raise ValueError
    return datetime(year, month, day)  # noqa: DTZ001 - its zone stands behind the time, or is the file's


def _at(day: datetime, rest: str) -> datetime:
    found = _TIME.fullmatch(rest)
    if found is None:
        raise ValueError
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    micro = int((found["fraction"] or "")[:6].ljust(6, "0"))
    return datetime.combine(
        day, time(hour, int(found["minute"]), int(found["second"] or 0), micro, _offset(found["zone"]))
    )


def _offset(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    digits = re.sub(r"\D", "", written) or "0000"
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if "-" in written else ahead)
