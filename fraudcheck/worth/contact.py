"""Which type of contact is a lead, is a channel to it known to work, and what would show that next?

The type is the first that holds of: promotional (an offline channel, a stand, a list), interested (says what is
wanted), quick (a number), registration (a mail address and no number). The status rests on the verdict's reasons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import CHANNELS, Contact, Enquiry, Facts, Lead

TYPES = ("promotional", "interested", "quick", "registration")
STATUSES = ("verified", "unqualified", "unreachable")
NEXT = (
    "correct_email",
    "correct_phone",
    "confirm_email_by_link",
    "confirm_phone_by_code",
    "call",
    "ask_for_email",
    "ask_for_phone",
)
"""What would verify a contact next."""

_VERIFYING = frozenset({"EMAIL_CONFIRMED", "PHONE_CONFIRMED", "CONTACT_WORKED_BEFORE"})
"""What shows that a channel works. That a domain takes mail shows no mailbox, and that a country gives a number out
shows no telephone: these are not among them."""
_USELESS = frozenset(
    {
        *("EMAIL_SYNTAX_INVALID", "EMAIL_UNREADABLE", "EMAIL_DISPOSABLE", "EMAIL_THROWAWAY_MAIL_HOST"),
        *("EMAIL_LOCAL_PLACEHOLDER", "EMAIL_SPF_REFUSES_ALL"),
        *("PHONE_UNREADABLE", "PHONE_INVALID", "PHONE_FICTIONAL", "PHONE_PUBLIC_INBOX", "PHONE_PREMIUM"),
    }
)
"""What makes it useless to confirm a channel, beside its death: nobody is there, or anybody."""
_NO_REQUEST = frozenset(
    {"CONTENT_RANDOM", "CONTENT_SPAM_SHAPE", "CONTENT_MARKUP", "CONTENT_ATTACK", "CONTENT_DISGUISED"}
)
_NOT_ASKING = frozenset({"solicitation", "spam", "job", "peer", "personal"})
"""Kinds of enquiry that want nothing of what is offered."""
_BY_CODE = frozenset({"mobile", "fixed_line_or_mobile", "voip", "personal_number"})
"""Lines that a code can be sent to by text message."""
_LEAST_LETTERS = 3
_LONGEST = 2_000
"""Characters of a message that are looked at."""
_MOST_ANSWERS = 60
"""Fields of ``extra`` that are looked at."""


def _named(*words: str) -> re.Pattern[str]:
    """Finds a folded name that holds one of these words, each a pattern from a word's beginning to a word's end."""
    return re.compile(rf"(?:^| )(?:{'|'.join(words)})(?= |$)")


_PROMOTIONAL = _named(
    r"offline|stands?|booths?|\w*fairs?|expos?|exhibitions?|events?|\w*messen?|messestand|salon|foires?",
    r"ferias?|fieras?",
    r"feiras?|targi|promo\w*|raffles?|sweepstakes?|gewinnspiele?|tombola|lottery|lists?|listen?|listas?|danh sach",
    r"hoi cho|trien lam|su kien|coreg|co registration|purchased|bought|imports?|imported|flyers?|leaflets?|coupons?",
    r"pameran|acara|daftar|معرض|قائمة|فعالية|งาน\S*|บูธ|รายชื่อ",
)
"""In a channel's name; in a campaign's where no channel is named."""
_ASKING_NOTHING = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "there",
        "hallo",
        "hola",
        "ola",
        "bonjour",
        "salut",
        "servus",
        "moin",
        "ciao",
        "czesc",
        "witam",
        "xin",
        "chao",
        "alo",
        "halo",
        "test",
        "testing",
        "ok",
        "okay",
        "yes",
        "no",
        "ja",
        "nein",
        "oui",
        "non",
        "si",
        "sim",
        "nao",
        "tak",
        "nie",
        "none",
        "thanks",
        "thank",
        "you",
        "danke",
        "merci",
        "gracias",
        "obrigado",
        "obrigada",
        "dziekuje",
        "cam",
        "on",
        "terima",
        "kasih",
        "good",
        "morning",
        "day",
        "evening",
        "guten",
        "tag",
        "dzien",
        "dobry",
        "buenos",
        "dias",
        "bom",
        "dia",
        "selamat",
        "pagi",
        "siang",
        "dear",
        "sir",
        "madam",
        "em",
        "anh",
        "chi",
        "ban",
        "a",
        "the",
        "مرحبا",
        "السلام",
        "عليكم",
        "شكرا",
        "سلام",
    ]
)
_TIME_TO_CALL = _named(
    r"call|call ?back|call me|callback\w*|(?:best|good|preferred|convenient)(?: \w+)? (?:time|hour|day|slot|date|call)",
    r"time to \w+|call time|when (?:to|can|should|may) \w+(?: \w+)? (?:call|contact|reach)\w*",
    r"appointments?|meetings?|demo",
    r"ruckruf\w*|termin|wunschtermin|erreichbar\w*|anruf\w*|rappel\w*|rendez vous|creneau|joindre|llamar|llamada",
    r"cita|horario|ligar|ligacao|contato|zadzwon\w*|oddzwon\w*|spotkani\w*|goi lai|gio goi|thoi gian|lich hen|dat hen",
    r"waktu|jadwal|janji|اتصال|موعد|وقت|เวลา\S*|นัด\S*|โทรกลับ",
)
_ABOUT_THE_PERSON = _named(
    r"user ?name|login|pass ?word|passwd|pwd|nick\w*|birth\w*|date of birth|dob|\w*geburt\w*|naissance|nacimiento",
    r"nascimento|\w*urodz\w*|ngay sinh|gender|sex|geschlecht|gioi tinh|title|salutation|anrede|civilite|avatar|account",
    r"member\w*|street|city|state|zip|post ?code|plz|region|province|district|address|country|age|job|position|company",
    r"firm|firma|website|homepage|(?:first|last|middle|full)? ?name|surname|vorname|nachname|nombre|nom|prenom|imie",
    r"nazwisko|ho ten|nama|phone|mobile|e?mail|fax|whatsapp|zalo|telegram|viber|line",
)
_ABOUT_THE_FORM = _named(
    r"ids?|uu?id|guid|key|nonce|hash|sig|signature|token|csrf|ref|referr?er|ur[li]|page|path|ip|ua",
    r"user agent|os|version",
    r"lang\w*|locale|device|browser|platform|source|medium|campaign|ads?|adset|adgroup|creative|keyword",
    r"placement|vendor",
    r"affiliate|sub|form|submi\w*|created|updated|timestamp|customer|stage|is organic",
)
"""In a short name; in a question these are words like others."""
_NO_ANSWER = re.compile(
    r"^ |utm|gclid|fbclid|[wg]braid|msclkid|ttclid|captcha|turnstile|honeypot|consent|agree|accept|gdpr|dsgvo|privacy"
    r"|datenschutz|terms|newsletter|opt ?in|subscri|marketing|cookie|tracking|session|hidden|wpcf7|leadgen"
)
_VISITS = re.compile(
    r"(page.?(view|load)s?|pages?|views?|visits?|session.?(start)?s?|landing.*|first.?visit|scroll.*)$"
)
_MANY_PAGES = 5
"""Pages from which a visit alone shows an interest."""


def read_contact(lead: Lead, facts: Mapping[str, Facts | None], codes: Collection[str], enquiry: Enquiry) -> Contact:
    """The contact of a lead, by its facts, the ``codes`` of its verdict's reasons and its kind of enquiry."""
    said = frozenset(codes)
    status = _status(lead, facts, said)
    return Contact(
        type=_type(lead, said, enquiry),
        status=status,
        next=None if status == "verified" else _next(lead, facts, said),
    )


def _status(lead: Lead, facts: Mapping[str, Facts | None], said: frozenset[str]) -> str:
    if not _VERIFYING.isdisjoint(said):
        return "verified"
    given = [channel for channel in CHANNELS if getattr(lead, channel)]
    dead = _dead(said)
    all_dead = bool(given) and all(channel in dead and not _has_more(facts, channel) for channel in given)
    return "unreachable" if "LEAD_UNREACHABLE" in said or all_dead else "unqualified"


def _dead(said: Collection[str]) -> set[str]:
    return {reason.dead for code in said if (reason := CATALOGUE.get(code)) is not None and reason.dead}


def _has_more(facts: Mapping[str, Facts | None], channel: str) -> bool:
    """Whether the channel's field tells of another one: what was probably meant, or one more."""
    known = facts.get(channel) or {}
    return bool(known.get("suggestion") or known.get("several"))


def _next(lead: Lead, facts: Mapping[str, Facts | None], said: frozenset[str]) -> str:
    """The quickest step that may verify the contact: a corrected slip, a link, a code, a call, another channel."""
    for channel in CHANNELS:
        if getattr(lead, channel) and (facts.get(channel) or {}).get("suggestion"):
            return f"correct_{channel}"
    dead = _dead(said)
    useless = {code.partition("_")[0].lower() for code in said & _USELESS} | dead
    if "LEAD_UNREACHABLE" in said:
        useless.update(CHANNELS)
    if lead.email and "email" not in useless:
        return "confirm_email_by_link"
    if lead.phone and "phone" not in useless:
        phone = facts.get("phone") or {}
        if "unknown" in phone:
            return "correct_phone"  # which country it is of, is not known
        return "confirm_phone_by_code" if phone.get("line") in _BY_CODE else "call"
    return "ask_for_phone" if not lead.phone or lead.email else "ask_for_email"


def _type(lead: Lead, said: frozenset[str], enquiry: Enquiry) -> str:
    if _is_promotional(lead.source.channel or lead.source.campaign or ""):
        return "promotional"
    if _says_what_is_wanted(lead, said, enquiry):
        return "interested"
    return "quick" if lead.phone else "registration"


@lru_cache(maxsize=1_024)
def _is_promotional(name: str) -> bool:
    return _PROMOTIONAL.search(_words(name)) is not None


def _says_what_is_wanted(lead: Lead, said: frozenset[str], enquiry: Enquiry) -> bool:
    if enquiry.kind in _NOT_ASKING:
        return False
    if lead.message and said.isdisjoint(_NO_REQUEST) and _asks(lead.message):
        return True
    if lead.extra and _is_questionnaire(lead.extra):
        return True
    events = [(each.event.strip().casefold(), each.count) for each in lead.activity]
    pages = sum(count for event, count in events if _VISITS.match(event) and ("page" in event or "view" in event))
    return pages >= _MANY_PAGES or any(not _VISITS.match(event) for event, _ in events)


def _asks(message: str) -> bool:
    """Whether a message holds more than a greeting: letters of other words, of which a syllable's sign counts two."""
    text = _folded(message[:_LONGEST])
    for greeting in _GREETINGS_WITHOUT_BLANKS:
        text = text.replace(greeting, " ")
    left = 0
    for word in re.findall(r"[^\W\d_]+", text):
        if word not in _ASKING_NOTHING:
            left += sum(1 if letter < "\u0e00" else 2 for letter in word)
            if left >= _LEAST_LETTERS:
                return True
    return False


def _is_questionnaire(extra: Mapping[str, Any]) -> bool:
    """Whether fields of the caller's own hold a time to call, an answered question, or two answers of any kind."""
    answers = 0
    for name, value in _answered(extra):
        words = _words(name)
        is_question = "?" in name or words.count(" ") >= 3
        if _NO_ANSWER.search(words):
            continue
        if _TIME_TO_CALL.search(words):
            return True
        if not is_question and (_ABOUT_THE_FORM.search(words) or _ABOUT_THE_PERSON.search(words)):
            continue
        if _is_answer(value):
            answers += 1
            if is_question or answers > 1:
                return True
    return False


@lru_cache(maxsize=4_096)
def _words(name: str) -> str:
    """A name in small letters without accents, with a blank between its words (``budgetRange``, ``budget_range``)."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[:200])
    return re.sub(r"[\s_./?!:,;()\[\]\-]+", " ", _folded(spaced)).rstrip()


def _answered(extra: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields with a value, of objects within objects too, in order; a bounded number."""
    waiting: list[tuple[str, Any]] = list(extra.items())[:_MOST_ANSWERS][::-1]
    for _ in range(_MOST_ANSWERS):
        if not waiting:
            return
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(str(key), inner) for key, inner in list(value.items())[:_MOST_ANSWERS][::-1]]
        elif value not in (None, "", [], False):
            yield name, value


def _is_answer(value: Any) -> bool:
    """Whether a value may answer a question. A ticked box or a long number does not."""
    if isinstance(value, bool):
        return False
    text = str(value).strip() if not isinstance(value, list) else " ".join(str(each) for each in value[:20])
    return bool(text) and not re.fullmatch(r"[0-9a-f\-]{12,}|https?://\S+", text[:_LONGEST], re.IGNORECASE)


def _folded(text: str) -> str:
    """In small letters, without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d").replace("ł", "l")
    return "".join([letter for letter in apart if not unicodedata.combining(letter) or letter >= "\u0600"])


_GREETINGS_WITHOUT_BLANKS = tuple(
    _folded(text) for text in ("สวัสดี", "ขอบคุณ", "ครับ", "ค่ะ", "คะ", "你好", "您好", "谢谢", "こんにちは", "안녕하세요")
)
