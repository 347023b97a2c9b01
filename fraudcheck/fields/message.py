"""What does a free text contain: links, markup, disguised letters, random letters, known phrases?

Every pattern runs in linear time. Functions that say "lower-case text" expect ``text.lower()``, and callers cut a text
to ``LONGEST`` characters. None of them raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from rensa import RMinHash  # type: ignore[import-untyped]  # no annotations

from fraudcheck.fields.normal_form import normalize

LONGEST = 8192
_LONGEST_ABOUT = 300
"""Characters of a name and a company whose words are looked for in a message."""
_SHORTEST_OWN_MESSAGE = 45
"""Letters from which on a message is taken to be one person's own. Many people send the same shorter ones (please call
me back)."""

# Vowel signs of Indic scripts belong to their word, although \w does not match them; the danda is a full stop.
_WORD = re.compile("[\\w\u0900-\u0963\u0966-\u0dff]+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Accents and vowel points, which people leave out; and accented letters that Unicode does not decompose.
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]+")
_NOT_DECOMPOSED = tuple(zip("łđøı", "ldoi", strict=True))
_SCRIPT_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_URL = re.compile(r"(?:\b(?:https?|hxxps?|ftp)://|\bwww\.)([^\s<>\"'()\[\]{}|\\^`,;/?#]{3,253})")
# A domain without https:// counts only under a top-level domain that is not a word, because people often leave out the
# space after a full stop (call me.It is).
_BARE_DOMAIN = re.compile(
    r"\.((?:com|net|org|info|biz|xyz|shop|club|online|site|top|icu|click|ru|cn|io|(?:me|ly|gl)(?=/))(?:\.[a-z]{2})?)(?![a-z0-9-])"
)
_SPELLED_DOT = re.compile(r"(?<=\w)\s?(?:\(dot\)|\[dot\]|\bdot\b)\s?(?=\w)")
_ADDRESS_OR_HANDLE = re.compile(r"(?<![\w.+-])(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|@[a-z]\w{4,31})")
_HOST_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-"
_MOST_LINKS = 50
_MARKUP = re.compile(
    r"(?P<html><a\s[^<>]{0,80}href\s?=\s?[\"']?+(?!mailto:|tel:)|<(?:iframe|img|object|embed|meta)\s)"
    r"|(?P<bbcode>\[(?:url|link|img)[=\]])|(?P<markdown>\]\(https?://)"
)
_ZERO_WIDTH = re.compile("(?<=[A-Za-z\u0400-\u04ff])[\u200b-\u200d\u2060\ufeff]+(?=[A-Za-z\u0400-\u04ff])")
_OTHER_ALPHABET = re.compile("[\u0370-\u03ff\u0400-\u052f]")
# A Latin word with Cyrillic or Greek letters inside, or the other way round. The ends do not count: people add endings
# of their own script to brands (SMSка), and type the first letter before they switch the keyboard.
_MIXED_SCRIPTS = re.compile(
    "[A-Za-z](?:[\u0370-\u03ff\u0400-\u052f]+)(?=[A-Za-z])|[\u0370-\u03ff\u0400-\u052f][A-Za-z]+(?=[\u0370-\u03ff\u0400-\u052f])"
)
_SHORTEST_ENCODED = 120
_RANDOM_FROM = 4.0
"""Decibans against a word's spelling from which it counts as random: more than for people's names, because names of
companies and streets are invented more freely."""
# The words of CamelCase. Several capitals in a row (USA) are one word.
_CAMEL_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VOWEL = re.compile("[aeiouyAEIOUY]")
_SIX_CONSONANTS = re.compile("[b-df-hj-np-tv-xz]{6}", re.IGNORECASE)
_TEN_CONSONANTS = re.compile("[b-df-hj-np-tv-xz]{10}", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:[$€£¥₹₽₫₦฿₩]|\b(?:usd|eur|usdt|rub|r\$|rs\.?))\s?\d"
    r"|\d\s?(?:[$€£¥₹₽₫₦฿₩]|usd\b|usdt\b|eur\b|dollars?\b|руб|元|万)"
)

Phrase = tuple[str, list[str], tuple[str, ...] | None]
"""A phrase's class, its words, and where one stands for every word beginning so, what each word of a text must begin
with: a word that stands for itself alone has a blank behind it."""

_START = 4
"""Letters of a phrase's first word by which the phrase is looked up."""

# Sketches of a message: the length of its runs, the letters that are read, the number of sketches, and the MinHash
# values in each.
_RUN_LENGTH, _MOST_LETTERS = 9, 1_000
_SKETCHES, _VALUES_PER_SKETCH, _SEED = 2, 3, 20_261_123


def fold(text: str) -> str:
    """The text in lower case, without accents, full-width forms and styled letters (𝐛𝐨𝐥𝐝)."""
    if text.isascii():
        return text.lower()
    folded = normalize("NFKD", text[:LONGEST])[:LONGEST].casefold()
    folded = _MARKS.sub("", folded)
    for letter, plain in _NOT_DECOMPOSED:
        folded = folded.replace(letter, plain)  # four calls of replace take a fifth of the time of one translate
    return folded


def own_words(text: str, about: str = "") -> str | None:
    """A message's letters, by which it is recognised when it comes again; None for a message that many people send.

    Words of ``about``, the person's name and company, are left out: they are the slots of a template. Case, accents,
    digits, blanks and punctuation do not count. Each Han, kana or Hangul character counts as three
    letters towards the length that a message of one's own has.
    """
    if len(text) < _SHORTEST_OWN_MESSAGE // 3:
        return None
    words = _LETTERS.findall(fold(text[:LONGEST]))
    letters = whole = "".join(words)
    length = len(whole)
    if not whole.isascii():
        length += 2 * len(_EAST_ASIAN.findall(whole))
    if length < _SHORTEST_OWN_MESSAGE:
        return None
    if about:
        slots = frozenset(_LETTERS.findall(fold(about[:_LONGEST_ABOUT])))
        letters = "".join([word for word in words if word not in slots])
    # Else a message that stands in the company's field too would be none, and short ones would be alike.
    return whole if 2 * len(letters) < len(whole) or len(letters) < 2 * _RUN_LENGTH else letters


def sketches(letters: str) -> tuple[str, ...]:
    """Sketches of a message's letters (from ``own_words``): two nearly equal messages mostly share at least one.

    Each sketch is three MinHash values (Broder 1997) over the runs of nine letters. Of pairs of messages that share
    nine tenths of their runs, 93 % share a sketch; of pairs that share half of them, 23 %.
    """
    runs = [letters[i : i + _RUN_LENGTH] for i in range(min(len(letters), _MOST_LETTERS) - _RUN_LENGTH + 1)]
    hashes = RMinHash(num_perm=_SKETCHES * _VALUES_PER_SKETCH, seed=_SEED)
    hashes.update(runs)
    values = hashes.digest()
    return tuple(
        ",".join(map(str, values[i : i + _VALUES_PER_SKETCH])) for i in range(0, len(values), _VALUES_PER_SKETCH)
    )


def links(text: str) -> list[str]:
    """The hosts of web links in lower-case text, without ``www.``: those of URLs first, then bare domains.

    Mail addresses are not links. At most ``_MOST_LINKS`` hosts are given.
    """
    hosts = []
    if "://" in text or "www." in text:
        hosts = [host for link in _URL.findall(text) if (host := _clean_host(link))]
        text = _URL.sub(" ", text)
    if "dot" in text:
        text = _SPELLED_DOT.sub(".", text)
    for ending in _BARE_DOMAIN.finditer(text):
        before = text[max(0, ending.start() - 100) : ending.start()]
        label = before[len(before.rstrip(_HOST_CHARACTERS)) :]
        if label and not before.endswith("@" + label):
            hosts.append(_clean_host(f"{label}.{ending[1]}"))
        if len(hosts) >= _MOST_LINKS:
            break
    return hosts[:_MOST_LINKS]


def mail_addresses(text: str) -> list[str]:
    """Mail addresses and handles (``@name``) in lower-case text."""
    return _ADDRESS_OR_HANDLE.findall(text) if "@" in text else []


def _clean_host(text: str) -> str:
    return text.rpartition("@")[2].partition(":")[0].strip(".-*_!").removeprefix("www.")


def markup(text: str) -> str | None:
    """The language of links or embedded objects in lower-case text: ``html``, ``bbcode``, ``markdown`` or None."""
    match = _MARKUP.search(text) if "<" in text or "[" in text else None
    return match.lastgroup if match else None


def disguised(text: str) -> tuple[str, int] | None:
    """How a text hides its words, and in how many places; None where it does not.

    ``zero_width``: invisible characters within words, in scripts that do not need them;
    ``mixed_scripts``: words with lookalike letters of another alphabet;
    ``encoded``: a long run of base64.
    """
    if not text.isascii():
        if hidden := len(_ZERO_WIDTH.findall(text)):
            return "zero_width", hidden
        if _OTHER_ALPHABET.search(text) and (mixed := len(_MIXED_SCRIPTS.findall(text))):
            return "mixed_scripts", mixed
    if len(text) >= _SHORTEST_ENCODED and any(
        _is_base64(word) for word in text.split() if len(word) >= _SHORTEST_ENCODED
    ):
        return "encoded", 2
    return None


def _is_base64(word: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", word):
        return False
    return not word.isalpha() and not word.islower() and not word.isupper() and not word.isdigit()


def is_random(text: str, against: Callable[[str], float]) -> bool:
    """Whether the text consists of one to three words of Latin letters, of which at least one is random.

    ``against`` takes a word and gives the decibans that its spelling speaks against it (``Lists.against_name``). A text
    with digits is never random: people send article numbers.
    """
    if not text.isascii():
        return False
    pieces = text[:80].split()
    # Too many words, or none long enough: so it ends for nearly all messages, before each sign is looked at.
    if (len(pieces) > 3 and sum(map(str.isalpha, pieces)) > 3) or max(map(len, pieces), default=0) < 8:
        return False
    words = [word for word in pieces if any(map(str.isalnum, word))]
    if not 1 <= len(words) <= 3 or not all(word.isalpha() for word in words):
        return False
    return any(len(word) >= 8 and (against(word) >= _RANDOM_FROM or _is_shuffled(word)) for word in words)


def _is_shuffled(word: str) -> bool:
    """Whether the order of capitals and small letters, or of consonants, is that of no word and of no CamelCase."""
    if len(word) < 10:
        return False
    if _TEN_CONSONANTS.search(word):
        return True
    pieces = _CAMEL_WORD.findall(word)
    if len(pieces) < 3:
        return False
    without_vowel = sum(not _VOWEL.search(piece) for piece in pieces)
    if len(pieces) >= 5 and len(word) <= 2.9 * len(pieces) and without_vowel >= 2:
        return True
    return without_vowel > 0 and _SIX_CONSONANTS.search(word) is not None


def names_money(text: str) -> bool:
    """Whether lower-case text names an amount of money."""
    return _MONEY.search(text) is not None


def phrase_finder(phrases: Iterable[tuple[str, str]]) -> Callable[[str], list[str]]:
    """A look-up ``folded text -> the class of each phrase in it``, made of pairs (class, phrase).

    A phrase is one or more words in a row; ``*`` at a word's end stands for any ending. In scripts that do not put
    spaces between words a phrase is found anywhere in the text. Each word of a text costs one dictionary look-up,
    however many phrases there are.
    """
    starts: dict[str, list[Phrase]] = {}  # by the first letters of the first word
    anywhere: list[tuple[str, str]] = []
    for kind, phrase in dict.fromkeys(phrases):  # some languages share a phrase
        if _SCRIPT_WITHOUT_SPACES.search(phrase):
            anywhere.append((kind, fold(phrase)))
            continue
        words = [" ".join(_WORD.findall(fold(word))) for word in phrase.split()]
        beginnings = tuple(
            [word + " " * (not typed.endswith("*")) for word, typed in zip(words, phrase.split(), strict=True)]
        )
        starts.setdefault(words[0][:_START], []).append((kind, words, beginnings if "*" in phrase else None))

    def find(text: str) -> list[str]:
        words = _WORD.findall(text)
        found = []
        for position, word in enumerate(words):
            for kind, phrase, beginnings in starts.get(word[:_START], ()):
                here = words[position : position + len(phrase)]
                if here == phrase or (beginnings and len(here) == len(phrase) and _begin(here, beginnings)):
                    found.append(kind)
        if not text.isascii() and _SCRIPT_WITHOUT_SPACES.search(text):
            found += [kind for kind, phrase in anywhere if phrase in text]
        return found

    return find


def _begin(words: Iterable[str], beginnings: Iterable[str]) -> bool:
    return all(f"{word} ".startswith(beginning) for word, beginning in zip(words, beginnings, strict=True))


def host_class(host: str, classes: Mapping[str, str]) -> str | None:
    """The class of a host, or of the nearest parent domain that has one; None where none has."""
    while host:
        if host in classes:
            return classes[host]
        host = host.partition(".")[2]
    return None
