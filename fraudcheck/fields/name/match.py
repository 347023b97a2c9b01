"""Is a mailbox name (the part before the @) made from the person's name?

The answer is ``full`` when it holds the whole name or two parts of it, ``part`` when it holds one part, perhaps with
initials. The order of the parts, accents and transliteration do not matter; short forms (Bob, Sasha) and letters that
are written as digits count as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from anyascii import anyascii

Forms = Mapping[str, tuple[str, ...]]
"""Other forms of a name in mailbox names, in lower-case ASCII letters: ``robert`` → ``bob``, ``rob`` …"""

_WORD = re.compile(r"[a-z]+")
# anyascii writes each Han and Hangul syllable with a capital: WangXiaoMing.
_SYLLABLE = re.compile(r"[A-Z][a-z]*|[a-z]+")
_FIRST_ARABIC = "\u0600"
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")
_VOWELS = str.maketrans("", "", "aeiouyw")
_DOUBLED = re.compile(r"([a-z])\1+")
# Letters that are written as digits (l33t), between other letters.
_LETTERS_OF_DIGITS = str.maketrans("013457", "oieast")
_DIGITS_AS_LETTERS = re.compile(r"(?<=[a-z])[013457]+(?=[a-z])")
# Consonants by which transliterations of one sound differ: Gamal and Jamal, Qasim and Kasim, Fyodor and Phyodor.
_SOUND_OF_PAIR = (
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "h"),
    ("sh", "s"),
    ("ch", "c"),
    ("zh", "z"),
    ("th", "t"),
    ("dh", "d"),
)
_SOUND_OF_LETTER = str.maketrans("cqgjxv", "kkkzsb")


def to_latin(name: str) -> str:
    """The name in ASCII letters, lower-case except in Han and Hangul, where a capital begins each syllable."""
    if name.isascii():
        return name.lower()
    # Arabic joins the article to its word; and its feminine ending is pronounced as a.
    last = max(name)
    if last >= _FIRST_ARABIC:
        name = _ARABIC_ARTICLE.sub("ال ", name).replace("ة", "a")
    folded = anyascii(name)
    return folded if "\u3040" <= last < "\ud800" else folded.lower()


def latin_words(name: str) -> list[str]:
    """The words of a name in ASCII letters, in lower case: O'Brien is one word, Bich-Ngoc two."""
    name = name.replace("'", "")
    return _WORD.findall(name) if name.islower() else [word.lower() for word in _SYLLABLE.findall(name)]


def match_mailbox(name: str, local: str, forms: Forms) -> str | None:
    """``full``, ``part`` or None for a name in ASCII letters (from ``to_latin``) and the part before the @."""
    words = list(dict.fromkeys(latin_words(name)))
    folded = (local if local.isascii() else anyascii(local)).lower().partition("+")[0]
    found = _match(words, _WORD.findall(folded))
    if found != "full" and _DIGITS_AS_LETTERS.search(folded):
        plain = _DIGITS_AS_LETTERS.sub(lambda digits: digits[0].translate(_LETTERS_OF_DIGITS), folded)
        found = _match(words, _WORD.findall(plain)) or found
    if found != "full":
        contained_forms = [_contained_form(word, folded, forms) for word in words]
        if contained_forms != words:
            found = _better(found, _match(contained_forms, _WORD.findall(folded)))
    return found


def _better(one: str | None, other: str | None) -> str | None:
    return "full" if "full" in {one, other} else one or other


def _contained_form(word: str, local: str, forms: Forms) -> str:
    """The form of a name's word that the mailbox name contains: the word itself, else the longest other form."""
    if len(word) > 2 and word in local:
        return word
    return max((form for form in forms.get(word, ()) if form in local), key=len, default=word)


def _match(words: list[str], tokens: list[str]) -> str | None:
    """``full``, ``part`` or None for the words of a name and the runs of letters in a mailbox name."""
    rest = letters = "".join(tokens)
    whole = "".join(words)
    if len(whole) >= 6 and whole in letters:
        return "full"
    found = []
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 3 and word in rest:
            rest = rest.replace(word, " ", 1)
            found.append(word)
    if len(found) >= 2:
        return "full"
    same_consonants = _count_same_consonants(words, tokens, found)
    if len(found) + same_consonants >= 2:
        return "full"
    if same_consonants:
        return "part"
    return _match_short_words(found, [word for word in words if word not in found], rest, tokens)


def _count_same_consonants(words: list[str], tokens: list[str], found: list[str]) -> int:
    """How many words that were not found share their consonants with a token; 2 where the whole name does.

    Transliterations agree on consonants: mhmd of Muhammad and of Mohamed, mlr of Müller and of Mueller.
    """
    in_words, in_tokens = _consonants(words), _consonants(tokens)
    whole_name, whole_mailbox = "".join(in_words), "".join(in_tokens)
    if len(whole_name) >= 4 and whole_name == whole_mailbox:
        return 2
    if len(whole_name) >= 5 and _sounds(whole_name) == _sounds(whole_mailbox):
        return 2
    rest = [consonants for word, consonants in zip(words, in_words, strict=True) if word not in found]
    rest = [consonants for consonants in rest if len(consonants) >= 3]
    if not rest:
        return 0
    token_sounds = _sounds(" ".join(in_tokens)).split(" ")
    return sum(consonants in in_tokens or _sounds(consonants) in token_sounds for consonants in rest)


def _consonants(words: list[str]) -> list[str]:
    """The consonants of each word, doubled ones once."""
    return _DOUBLED.sub(r"\1", " ".join(words).translate(_VOWELS)).split(" ") if words else []


def _sounds(consonants: str) -> str:
    if "h" in consonants or "ck" in consonants:
        for pair, sound in _SOUND_OF_PAIR:
            consonants = consonants.replace(pair, sound)
    return _DOUBLED.sub(r"\1", consonants.translate(_SOUND_OF_LETTER))


def _match_short_words(found: list[str], others: list[str], rest: str, tokens: list[str]) -> str | None:
    """``full``, ``part`` or None where at most one long word was found.

    ``others`` are the words that were not found, ``rest`` the letters of the mailbox name that are left. These may be
    short words of the name (Li, An) and initials.
    """
    short = [word for word in others if len(word) == 2 and word in rest]
    for word in short:
        rest = rest.replace(word, " ", 1)
    left = rest.replace(" ", "")
    initials = [word[0] for word in others if word not in short]
    explained = len(left) <= len(initials) and set(left) <= set(initials)
    if found:
        if explained:
            return "full" if short else "part"
        return "part" if len(found[0]) >= 4 or found[0] in tokens else None
    several_pieces = len(short) > 1 or (short and left)
    return "part" if explained and several_pieces else None
