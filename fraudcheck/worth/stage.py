"""How far is the person: new, known or a customer? By the caller's word, else by what came before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fraudcheck.records import Facts, Lead
from fraudcheck.worth.fit import within
from fraudcheck.worth.quantities import read_date
from fraudcheck.worth.words import fold

NEW, KNOWN, CUSTOMER, UNKNOWN = "new", "known", "customer", "unknown"
STAGES = (NEW, KNOWN, CUSTOMER, UNKNOWN)
TOLD_BY = ("stage", "customer_since", "customer")
"""Fields of ``extra`` in which a caller says it, in the order in which they are believed."""

_SAME_VISIT = 86_400
"""Seconds: who sends a form again within a day has not come back."""


def _words(text: str) -> frozenset[str]:
    return frozenset(" ".join(fold(word).split()) for word in text.split("|"))


_STAGES = {
    NEW: _words(
        """new|new lead|new customer|new client|prospect|first contact|first time|non customer|not a customer|
        no customer|neu|neukunde|
        neukundin|nouveau|nouvelle|nouveau client|nuevo|nueva|nuevo cliente|novo|nova|novo cliente|nowy|nowa|
        nowy klient|mới|khách mới|
        khách hàng mới|baru|pelanggan baru|جديد|عميل جديد|ใหม่|ลูกค้าใหม่|nuovo|nuovo cliente|nieuw|nieuwe klant|yeni|
        новый|новый клиент"""
    ),
    KNOWN: _words(
        """known|returning|returning visitor|repeat|contacted|existing lead|existing contact|subscriber|lead|mql|
        sql|opportunity|
        marketingqualifiedlead|marketing qualified lead|salesqualifiedlead|sales qualified lead|bekannt|
        interessent|connu|prospect connu|
        conocido|conhecido|znany|đã biết|khách quen|dikenal|معروف|رู้จัก|noto|bekend|известен"""
    ),
    CUSTOMER: _words(
        """customer|client|existing customer|existing client|current customer|current client|returning customer|
        repeat customer|
        evangelist|member|policyholder|kunde|kundin|bestandskunde|bestandskundin|stammkunde|altkunde|cliente|
        client existant|
        client actuel|déjà client|cliente existente|cliente actual|ya cliente|cliente atual|já cliente|klient|
        obecny klient|stały klient|
        khách hàng|khách cũ|khách hàng cũ|khách hàng hiện tại|pelanggan|pelanggan lama|nasabah|عميل|عميل حالي|زبون|
        ลูกค้า|ลูกค้าเก่า|
        ลูกค้าปัจจุบัน|cliente esistente|klant|bestaande klant|müşteri|mevcut müşteri|клиент|действующий клиент"""
    ),
}
_TRUE = _words(
    "true|yes|y|1|on|x|ja|oui|si|sí|sim|tak|có|co|ya|نعم|ใช่|evet|да|vrai|wahr|verdadero|verdadeiro|prawda|đúng"
    "|benar|是|はい"
)
_FALSE = _words(
    "false|no|n|0|off|nein|non|não|nao|nie|không|khong|tidak|لا|ไม่|ไม่ใช่|hayır|нет|nee|faux|falsch|falso|fałsz|sai"
    "|salah|否|いいえ"
)


def read_stage(lead: Lead, facts: Mapping[str, Facts | None], at: datetime) -> tuple[str, str, str | bool | None]:
    """The stage, what said so (``extra.customer``, ``history``, ``velocity``, or nothing), and its word."""
    if lead.extra:
        for name in TOLD_BY:
            told = within(lead.extra, (name,))
            if told is not None and (stage := _told(name, told, at.date())):
                return stage, f"extra.{name}", told if isinstance(told, bool) else str(told)[:64]
    history = facts.get("history")
    if history and "unknown" not in history:
        return _by_history(history, at), "history", None
    velocity = facts.get("velocity")
    if velocity and "unknown" not in velocity:
        since = [_seconds(velocity.get(kind)) for kind in ("mailbox", "phone")]
        if max(since) >= _SAME_VISIT:
            return KNOWN, "velocity", None
        if velocity.get("leads"):  # where no lead was counted, nobody can have been seen
            return NEW, "velocity", None
    return UNKNOWN, "", None


def truth(told: Any) -> bool | None:
    """A yes or a no, as people and programs write it; None for what is neither."""
    if isinstance(told, bool):
        return told
    if isinstance(told, (int, float)):
        return None if told not in (0, 1) else told == 1
    if not isinstance(told, str):
        return None
    word = " ".join(fold(told[:40]).split())
    return True if word in _TRUE else False if word in _FALSE else None


def _told(name: str, told: Any, today: date) -> str | None:
    if name == "customer":
        said = truth(told)
        return None if said is None else CUSTOMER if said else _stage_word(told) or NEW
    if name == "customer_since":
        since = read_date(told)
        if since is None and (isinstance(told, int) or (isinstance(told, str) and told.strip().isdecimal())):
            year = int(told) if len(str(told).strip()) == 4 else 0
            since = date(year, 1, 1) if year > 1900 else None
        return CUSTOMER if since and since <= today else None
    return _stage_word(told)


def _stage_word(told: Any) -> str | None:
    if not isinstance(told, str):
        return None
    word = " ".join(fold(told[:60]).replace("_", " ").replace("-", " ").split())
    return next((stage for stage, words in _STAGES.items() if word in words), None)


def _by_history(history: Facts, at: datetime) -> str:
    if history.get("converted"):
        return CUSTOMER
    if history.get("contacted") or history.get("confirmed"):
        return KNOWN
    if not history.get("leads"):
        return NEW
    try:
        ago = (at - datetime.fromisoformat(history["since"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        return KNOWN
    return KNOWN if ago >= _SAME_VISIT else NEW


def _seconds(counts: Any) -> int:
    return counts.get("since", 0) if isinstance(counts, Mapping) else 0
