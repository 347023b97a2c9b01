"""Which leads does somebody mean? By check id, by reference, or by the person's mail address and phone.

What was typed becomes keyed tokens at once, and stands in nothing that is given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from fraudcheck.fields.country_names import find_country
from fraudcheck.identifiers import UUID, keyed_token, vendor_key
from fraudcheck.intake.identities import read_subject
from fraudcheck.intake.lead import NoContact, read_lead
from fraudcheck.ports.ledger import FoundCheck, Ledger
from fraudcheck.ports.lists import Lists

Kind = Literal["check_id", "reference", "mailbox", "phone"]
_LONGEST = 500
_FEWEST_DIGITS = 6
_MOST_DIGITS = 20
_OF_META = "l:"
"""Meta's exports have marks before ids."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Meaning(Struct, frozen=True, kw_only=True):
    """One way to read what was typed: ``tokens`` are identities as the ledger has them, or a check's id.

    ``country`` is where a phone number was read, if it was told.
    """

    kind: Kind
    tokens: tuple[str, ...]
    country: str | None = None


def meanings(text: str, key: bytes, lists: Lists, country: str | None, contacts: bool = True) -> list[Meaning]:
    """Every way to read one text. ``key`` is the tenant's; ``country`` is that of numbers without a calling code.

    Without ``contacts`` it is read as nobody's mail address or phone.
    """
    text = text.strip()[:_LONGEST]
    found = []
    if ids := UUID.findall(text.lower()):
        found.append(Meaning(kind="check_id", tokens=tuple(ids)))
    if text:
        found.append(Meaning(kind="reference", tokens=reference_tokens(text, key)))
    if contacts:
        for kind, token in contact_tokens({"email": text, "phone": text}, key, lists, country).items():
            named = country if kind == "phone" and not _is_international(text) else None
            found.append(Meaning(kind=kind, tokens=(token,), country=named))
    return found


def reference_tokens(text: str, key: bytes) -> tuple[str, ...]:
    """The identities of a lead with this reference, without the mark that Meta's exports set before it as well."""
    spellings = dict.fromkeys([text, text.removeprefix(_OF_META).strip()])
    return tuple(f"reference:{keyed_token(key, 'reference', each)}" for each in spellings)


def contact_tokens(
    typed: Mapping[str, object], key: bytes, lists: Lists, country: str | None
) -> dict[Literal["mailbox", "phone"], str]:
    """The identities of a person with this ``email`` and ``phone``, each read as intake reads a lead's; by kind.

    What is none of the two, or cannot be read, has no token.
    """
    found: dict[Literal["mailbox", "phone"], str] = {}
    if "@" in str(typed.get("email") or "") or "＠" in str(typed.get("email") or ""):
        found |= _tokens("mailbox", {"email": typed["email"]}, key, lists, None)
    phone = str(typed.get("phone") or "")
    digits = sum(letter.isdecimal() for letter in phone)
    if "@" not in phone and _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        found |= _tokens("phone", {"phone": phone}, key, lists, country) or _tokens(
            "phone", {"phone": f"+{phone.strip()}"}, key, lists, country
        )
    return found


def _tokens(
    kind: Literal["mailbox", "phone"], raw: Mapping[str, object], key: bytes, lists: Lists, country: str | None
) -> dict[Literal["mailbox", "phone"], str]:
    try:
        lead, _ = read_lead(dict(raw), _EPOCH, lists)
    except NoContact:
        return {}
    subject = read_subject(lead, tenant="", lists=lists, identity_key=key, tag="", at=0.0, default_country=country)
    token = subject.tokens.get(kind)
    return {kind: f"{kind}:{token}"} if token else {}


def _is_international(text: str) -> bool:
    return text.lstrip("( ").startswith(("+", "00", "＋"))


BETWEEN = "\n"
"""Between the cells of several columns of one field."""
_MOST_OF_A_PERSON = 100


class Stranger(ValueError):
    """No lead of this person is in the ledger. A CRM has many people who never came through it."""


class RowLeads:
    """Finds the lead that each row of a file means, by ``batch.outcome_columns.LEAD``'s fields.

    A file whose references were found once is known to have ours: none of its rows is then looked for by contacts.
    """

    def __init__(self, ledger: Ledger, tenant: str, key: bytes, lists: Lists, country: str | None) -> None:
        self._ledger, self._tenant, self._key, self._lists, self._country = ledger, tenant, key, lists, country
        self._has_our_references = False

    async def check_of(self, cells: Mapping[str, str]) -> str:
        """The newest check of the lead. Raises ValueError where the row means none, or nobody can tell which."""
        if "check_id" in cells:
            return cells["check_id"].lower()
        references = cells["reference"].split(BETWEEN) if "reference" in cells else []
        for reference in references:
            for token in reference_tokens(reference, self._key):
                if found := await self._ledger.find(self._tenant, token):
                    self._has_our_references = True
                    return found[0]
        if references and (self._has_our_references or not cells.keys() & {"email", "phone"}):
            raise ValueError("reference: no lead came with it")
        return await self._by_contacts(cells)

    async def _by_contacts(self, cells: Mapping[str, str]) -> str:
        tokens: dict[str, list[str]] = {"mailbox": [], "phone": []}
        for field, kind in (("email", "mailbox"), ("phone", "phone")):
            for text in cells[field].split(BETWEEN) if field in cells else ():
                found = contact_tokens({field: text}, self._key, self._lists, self._country_of(cells))
                tokens[kind] += found.values()
        if not any(tokens.values()):
            given = cells.keys() & {"email", "phone"}
            raise ValueError(
                f"{' and '.join(sorted(given))}: cannot be read; a number without + needs --country"
                if given
                else "neither a check_id nor a reference, nor a mail address or a phone"
            )
        looked_up = [await self._leads(own) for own in tokens.values() if own]
        sets = [own for own in looked_up if own]
        if not sets:
            raise Stranger("no lead of this person is here")
        common = [check for check in sets[0] if all(check in own for own in sets[1:])]
        if not common:
            raise ValueError("the mail address and the phone belong to different leads: give reference or check_id")
        return _one(common, cells.get("vendor"))

    async def _leads(self, tokens: Sequence[str]) -> Sequence[FoundCheck]:
        found = await self._ledger.find_leads(self._tenant, tokens, limit=_MOST_OF_A_PERSON)
        if len(found) >= _MOST_OF_A_PERSON:
            raise ValueError("hundreds of leads have this contact: give reference or check_id")
        return found

    def _country_of(self, cells: Mapping[str, str]) -> str | None:
        return find_country(cells.get("country", ""), self._lists.country_names) or self._country


def _one(found: Sequence[FoundCheck], vendor: str | None) -> str:
    """The newest of a person's checks, if all of them are one vendor's, or those of the ``vendor`` that was told."""
    own = [check for check in found if vendor is None or vendor_key(check.vendor or "") == vendor_key(vendor)]
    if not own:
        raise ValueError("this person's leads are of other vendors than the row's")
    if len({vendor_key(check.vendor or "") for check in own}) > 1:
        raise ValueError("several vendors sold a lead of this person: give vendor, reference or check_id")
    return own[0].check_id
