"""Which addresses stand in a text that is more than one address, and what is it where none does?

People and programs put words, brackets and further addresses around an address. What can be read with certainty is
read: an address that begins the text, that stands behind a bracket, a colon, another address or a word for "mail", or
behind the name that is in it. ``lan pham@gmail.com`` is none of these: a slip of ``lan.pham``, and ``pham`` may be
somebody else. All of it takes time in proportion to the text's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.fields.email.syntax import Address, split_address
from fraudcheck.fields.normal_form import simplify, without_unseen
from fraudcheck.ports.lists import Lists

_MOST = 10
"""Addresses of a text that are looked at."""
_FEW_WORDS = 3
"""Words, with the address, that may still be a mistyped address. More are a sentence."""
_MOST_BETWEEN = 2
"""Words that may stand between two addresses: ``or``, ``or else``."""
_LEAST_OF_NAME = 3
"""Letters of a name's word by which an address is known to be its person's."""
_LEAST_OF_SENTENCE = 3
"""Letters that nobody types for another in a name."""
_A_NUMBER = 7
"""Digits of a phone number, at least. Fewer before an address may be a part of it."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z]{2,8});")
_ENCODED = re.compile(r"(?:%[\da-fA-F]{2})+")
_BLANKS = re.compile(r"[^\S\r\n]+")
_BREAKS = re.compile(r"(?: ?[\r\n])+ ?")
# A header's line, with which programs try to make a form's mail go to others.
_HEADER = re.compile("\n(?:b?cc|to|from|subject|reply-to|content-type|mime-version) ?:", re.IGNORECASE)

_QUOTES = '"`“”„‟«»‹›‘’「」『』'
_BRACKETS = "<>()[]{}【】〔〕《》〈〉"
_MARKS = "|:=?–—→•…"
_ENDS = tuple(")]}】〕》〉”»›’」』")
_COMMAS = ",;/\\،؛、·"
_WORD = re.compile(f"[^ \n{re.escape(_QUOTES + _BRACKETS + _MARKS + _COMMAS)}]+")
# Behind these an address begins anew. Behind a comma it does where nothing but addresses stands before.
_BEGINNING = re.compile(f"[\n{re.escape(_QUOTES + _BRACKETS + _MARKS)}]| [-*] ")
# Shift and the dot's key, as in Germany: lan:pham@gmail.com. With a blank, or behind a label, it is a colon.
_COLON_FOR_DOT = re.compile(r"[a-zA-Z][\w.+-]{0,64}+:", re.ASCII)
_AROUND = ".!'*_~-#&+%$^"
_IN_SENTENCE = re.compile(r"\A([^\W\da-zA-Z_]*+)([\w.+-]++)@((?a:[\w-]++\.)+(?a:[a-zA-Z]++))[^\x00-\x7f]*\Z")
_BETWEEN_TWO = re.compile(r"[^\w.-]|_")
_JOINED = re.compile(r"[ .,]{1,2}([a-zA-Z]{1,4})(?![\w@])")

# Words for the sign and for the dot, as people write them to hide an address from programs.
_AT = "at|@|a|ä|ät|arroba|arobase|chiocciola|apenstaartje|a còng|acong|собака|собачка|małpa|malpa|zavináč|kukac|et|chez"
_DOT = "dot|\\.|d0t|punkt|point|punto|ponto|chấm|cham|точка|kropka|tečka|nokta|dấu chấm"
_AT_IN_BRACKETS = re.compile(rf" ?[\[({{<] ?(?:{_AT}) ?[\])}}>] ?", re.IGNORECASE)
_SIGN_IN_BRACKETS = re.compile(r" ?[\[({<] ?@ ?[\])}>] ?")
_DOT_IN_BRACKETS = re.compile(rf" ?[\[({{<] ?(?:{_DOT}) ?[\])}}>] ?", re.IGNORECASE)
_AT_ALONE = re.compile(" (?:at|arroba|chiocciola|a còng|собака|małpa) ", re.IGNORECASE)
_DOT_ALONE = re.compile(" (?:dot|punkt|point|punto|ponto|chấm|точка|kropka) ", re.IGNORECASE)

_LATIN = re.compile("[a-zA-Z]")
_LABELS = """
email emails e-mail e-mails mail mails gmail mailbox mailto smtp address adresse addr emailaddress emailadresse
mailadresse mailadres e-mailadres correo mél mel courriel dirección direccion endereço endereco indirizzo posta
e-posta eposta epost e-post sähköposti poczta adres adresa emailu thư hòm địa chỉ mail-id emailid id is to via contact
kontakt contacto contato là es ist est è é jest メール アドレス 邮箱 邮件 郵箱 信箱 電郵 电邮 메일
"""
LABELS = frozenset(_LABELS.split())
"""Words, in small letters, behind which an address begins; of those in other scripts the ones that are set without a
blank. With a blank a word of another script is no part of a Latin address, whatever it means."""

_DAMAGED = re.compile(r"\*\*|[\w•]•|[…\ufffd]|\.\.\.")
_WEBSITE = re.compile(r"(?:https?:|www\.)", re.IGNORECASE)

SEVERAL = "holds several mail addresses; the first that can be used is read: give one"
DAMAGED = "the mail address is cut off or hidden in part: give it whole"
AMONG_WORDS = "words stand before the mail address, so that it is not sure where it begins: give the address alone"
NO_ADDRESS = "holds no mail address: give one such as name@company.com, or leave the field empty"


class Reading(NamedTuple):
    """``addresses`` are those that stand in the text for certain, in its order; ``several`` says that they differ.

    Where there is none, ``problem`` is ``"syntax"`` or ``"unreadable"`` (as in ``records.Mailbox``), and ``warning``
    says why the text is unreadable.
    """

    addresses: list[Address]
    several: bool = False
    problem: str | None = None
    warning: str | None = None


def may_hold_more(local: str, domain: str, lists: Lists) -> bool:
    """Whether a text with an address's syntax may be more than one address: ``'an@…``, ``an%2Bx@…``, ``邮箱an@…``."""
    if domain.rpartition(".xn--")[1] and not _is_on_the_internet(domain, lists):
        return True  # lan@gmail.comです
    if not local.isascii():
        return domain in lists.ascii_mailboxes or _DAMAGED.search(local) is not None
    if local.isalnum() or domain in lists.dotted_mailboxes:
        return False
    is_labelled = "=" in local and local.partition("=")[0].lower() in LABELS
    return is_labelled or local[0] == "'" or "*" in local or "%" in local or "/" in local


def read_text(text: str, lists: Lists) -> Reading:
    """Read a text. Never raises."""
    text = _as_shown(text)
    if _HEADER.search(text):
        return Reading([], problem="syntax")
    if len(text) % 2 == 0 and text[: len(text) // 2] == text[len(text) // 2 :]:
        text = text[: len(text) // 2]  # filled in twice
    text = _with_signs(text, lists)
    if any("@" in word and _DAMAGED.search(_without_bold(word)) for word in text.split()):
        return Reading([], problem="unreadable", warning=DAMAGED)
    found: list[Address] = []
    words: set[str] = set()
    end, unsure = 0, 0
    for start, word in islice(_words_with_sign(text, lists), _MOST):
        address = split_address(word, lists.dotted_mailboxes)
        before, is_first, end = text[end:start], end == 0, start + len(word)
        if address is None or not _may_be_meant(address[1], lists):
            continue
        if "*" in address[0] and address[1] in lists.ascii_mailboxes:
            return Reading([], problem="unreadable", warning=DAMAGED)
        if _begins(before, address[0], is_first=is_first) and not _goes_on(address[1], text[end:], lists):
            found.append(address)
            words.add(word.lower())
        else:
            unsure += 1
    if found:
        return Reading(found, several=len(words) > 1)
    return _unread(text, unsure)


def _as_shown(text: str) -> str:
    """The text as a page shows it: entities and escapes decoded, nothing invisible, one blank in the place of many."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    if "%" in text:
        text = _ENCODED.sub(_decoded, text)
    if not text.isascii():
        text = without_unseen(text)
    return _BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()


def _decoded(match: re.Match[str]) -> str:
    try:
        return unquote(match[0], errors="strict")
    except UnicodeDecodeError:
        return match[0]


def _with_signs(text: str, lists: Lists) -> str:
    """The text with ``@`` and ``.`` in the place of words that certainly stand for them."""
    signed, times = (_SIGN_IN_BRACKETS if "@" in text else _AT_IN_BRACKETS).subn("@", text)
    if times or "@" in text:
        return _DOT_IN_BRACKETS.sub(".", signed)
    dotted, dots = _DOT_ALONE.subn(".", _DOT_IN_BRACKETS.sub(".", text))
    signed, times = _AT_ALONE.subn("@", dotted)
    if times == 1 and (address := split_address(signed)):
        domain = address[1]
        if domain in lists.popular_domains or (dots and _is_on_the_internet(domain, lists)):
            return signed
    return text


def _without_bold(word: str) -> str:
    return word[2:-2] if word[:2] == word[-2:] == "**" else word


def _may_be_meant(domain: str, lists: Lists) -> bool:
    return _is_on_the_internet(domain, lists) or any(name in lists.reserved_domains for name in parent_domains(domain))


def _is_on_the_internet(domain: str, lists: Lists) -> bool:
    return "." in domain and domain.rpartition(".")[2] in lists.top_level_domains


def _words_with_sign(text: str, lists: Lists) -> Iterator[tuple[int, str]]:
    """Places and texts of the words that have an ``@`` in them, without what stands around them."""
    for match in _WORD.finditer(text):
        if "@" not in match[0]:
            continue
        word = match[0].rstrip(_AROUND)
        start, tail = match.start(), match[0][len(word) :]
        # What stands at both ends stands around; an apostrophe before it marks text in a spreadsheet.
        while word and (word[0] in tail or word[0] == "'"):
            start, word = start + 1, word[1:]
        cut = word.find("'") + 1
        if start == match.start() and tail[:1] == "'" and cut and "@" in word[cut:]:  # b'an@firma.vn'
            start, word = start + cut, word[cut:]
        for piece in _apart(word, lists):
            alone = piece if piece.isascii() else _without_sentence(piece, lists)
            yield start + word.index(alone), alone


def _without_sentence(word: str, lists: Lists) -> str:
    """The address in a word of a language that sets no blanks, such as ``邮箱是an@gmail.com谢谢``.

    Where names are in ASCII alone it is certain where one begins, unless a letter may have been typed for another.
    """
    found = _IN_SENTENCE.match(word)
    if found is None or not _is_on_the_internet(found[3].lower(), lists):
        return word
    before, local, domain = found.groups()
    is_sentence = before in LABELS or (len(before) >= _LEAST_OF_SENTENCE and len(local) >= _LEAST_OF_NAME)
    is_sentence &= before.lower() == before.upper()  # no script that sets no blanks has capitals
    if domain.lower() not in lists.ascii_mailboxes or not is_sentence:
        local = before + local
    return f"{local}@{domain}"


def _apart(word: str, lists: Lists) -> list[str]:
    """The addresses of a word; the word itself where it is not certain where one of them ends: ``a@b@c.vn``."""
    pieces = word.split("@")
    mark = _BETWEEN_TWO.search(pieces[-1])
    if mark and mark[0] in _AROUND and _is_on_the_internet(pieces[-1][: mark.start()].lower(), lists):
        pieces[-1] = pieces[-1][: mark.start()]  # of a link: an@firma.vn&source=x
    addresses, local = [], pieces[0]
    for piece in pieces[1:-1]:
        mark = _BETWEEN_TWO.search(piece)
        ends = [mark.start()] if mark else [match.start() for match in re.finditer("-", piece)][:_MOST]
        end = next((end for end in ends if _is_on_the_internet(piece[:end].lower(), lists)), None)
        if end is None:
            return [word]
        addresses.append(f"{local}@{piece[:end]}")
        local = piece[end + 1 :]
    return [*addresses, f"{local}@{pieces[-1]}"]


def _begins(before: str, local: str, *, is_first: bool) -> bool:
    """Whether an address certainly begins where it seems to, by the text since the beginning or the last address."""
    if not before or before[-1:].isalnum() or before.endswith("'"):  # what stood before was taken off
        return True
    if before.count('"') % 2 == 0:  # what was quoted has ended
        if before.endswith('"') and before.strip('" '):
            return False
        before = before.replace('"', " ")
    # linh linh@gmail.com may be linhlinh's
    if before[-1:] in _ENDS or (is_first and before.islower() and before == f"{local} "):
        return False
    near = before[:-1] if is_first and _COLON_FOR_DOT.fullmatch(before) else _BEGINNING.split(before)[-1]
    words = _without_numbers(_WORD.findall(near))
    if not words or (not is_first and len(words) <= _MOST_BETWEEN):
        return True
    last = words[-1].lower()
    in_other_script = local.isascii() and last[0].isalpha() and not _LATIN.search(last)
    if in_other_script or last.strip(_AROUND) in LABELS:
        return True
    name = _letters(local)
    return any(len(part) >= _LEAST_OF_NAME and part in name for part in map(_letters, words))


def _without_numbers(words: list[str]) -> list[str]:
    """The words without those of a phone number, numbers of a list (``1.``) and signs between addresses."""
    named = [any(map(str.isalpha, word)) for word in words]
    digits = sum(
        [sum(map(str.isdigit, word)) for word, has_letters in zip(words, named, strict=True) if not has_letters]
    )
    is_short = digits < _A_NUMBER
    return [
        word for word, has_letters in zip(words, named, strict=True) if has_letters or (is_short and word[-1].isdigit())
    ]


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, simplify(text)))


def _goes_on(domain: str, after: str, lists: Lists) -> bool:
    """Whether the domain is only a beginning: ``firma.com,vn``, or of a large provider's ``yahoo.com vn``."""
    following = _JOINED.match(after)
    if following is None:
        return False
    more = following[1].lower()
    if " " not in following[0] and more in lists.top_level_domains:
        return True
    return f"{domain}.{more}" in lists.popular_domains or f"{domain}{more}" in lists.popular_domains


def _unread(text: str, unsure: int) -> Reading:
    """What a text is that no address can be read in: a mistyped address, or something else."""
    words = text.split()
    if "@" in text:
        if unsure and len(words) > _FEW_WORDS:
            return Reading([], problem="unreadable", warning=AMONG_WORDS)
        return Reading([], problem="syntax")
    digits = sum(map(str.isdigit, text))
    is_number = digits >= _A_NUMBER and not any(map(str.isalpha, text))
    # Chinese, Japanese and Thai sentences have no blanks.
    is_sentence = len(words) > 1 or not (text.isascii() or "." in text or unicodedata.category(text[0])[0] != "L")
    if is_sentence or is_number or _WEBSITE.match(text):
        return Reading([], problem="unreadable", warning=NO_ADDRESS)
    return Reading([], problem="syntax")
