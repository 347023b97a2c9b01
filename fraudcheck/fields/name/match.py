"""Is a mailbox name made from the name of the person beside it?

``full``: from two parts of the name or all of it; ``part``: from one, with initials perhaps. Order, marks and
transliteration do not matter, nor do short forms (Bob, Sasha) and letters written as digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from anyascii import anyascii

Forms = Mapping[str, tuple[str, ...]]
"""What else stands for a name in mailbox names: ``robert`` → ``bob``, ``rob`` …; in ASCII letters."""

_WORD = re.compile(r"[a-z]+")
# anyascii writes each Han and Hangul syllable with a capital: WangXiaoMing.
_SYLLABLE = re.compile(r"[A-Z][a-z]*|[a-z]+")
_ARTICLE = re.compile(r"\bال(?=\w{3})")
_VOWELS = str.maketrans("", "", "aeiouyw")
_TWINS = re.compile(r"([a-z])\1+")
_LEET = str.maketrans("013457", "oieast")
_DISGUISED = re.compile(r"(?<=[a-z])[013457]+(?=[a-z])")
# Consonants that transliterations of one sound differ in: Gamal and Jamal, Qasim and Kasim, Fyodor and Phyodor.
_SOUNDS = (("ph", "f"), ("ck", "k"), ("kh", "h"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("th", "t"), ("dh", "d"))
_ALIKE = str.maketrans("cqgjxv", "kkkzsb")


def to_latin(name: str) -> str:
    """The name in ASCII letters. Capitals are kept only where they part the syllables of Han and Hangul."""
    if name.isascii():
        return name.lower()
    # What Arabic writes as one: the article, and a feminine ending that is spoken as a.
    folded = anyascii(_ARTICLE.sub("ال ", name).replace("ة", "a"))
    return folded if "\u3040" <= max(name) < "\ud800" else folded.lower()


def match_mailbox(name: str, local: str, forms: Forms) -> str | None:
    """``full``, ``part`` or None for a name in ASCII letters (see ``latin``) and the part before the @."""
    words = list(dict.fromkeys(_words(name)))
    folded = (local if local.isascii() else anyascii(local)).lower().partition("+")[0]
    found = _match(words, _WORD.findall(folded))
    if found != "full" and _DISGUISED.search(folded):
        plain = _DISGUISED.sub(lambda digits: digits[0].translate(_LEET), folded)
        found = _match(words, _WORD.findall(plain)) or found
    if found != "full" and (others := _other_forms(words, folded, forms)) != words:
        found = _better(found, _match(others, _WORD.findall(folded)))
    return found


def _better(one: str | None, other: str | None) -> str | None:
    return "full" if "full" in {one, other} else one or other


def _other_forms(words: list[str], local: str, forms: Forms) -> list[str]:
    """The words, those in other forms that the mailbox has: the longest, where the word itself is not there."""
    return [
        word if len(word) > 2 and word in local else max(
            (form for form in forms.get(word, ()) if form in local), key=len, default=word
        )
        for word in words
    ]  # fmt: skip


def _match(words: list[str], tokens: list[str]) -> str | None:
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
    alike = _alike(words, tokens, found)
    if len(found) + alike >= 2:
        return "full"
    return "part" if alike else _with_short(found, [word for word in words if word not in found], rest, tokens)


def _alike(words: list[str], tokens: list[str], found: list[str]) -> int:
    """How many words not found have the consonants of a part of the mailbox name; 2 where all together have them.

    Transliterations agree on these: mhmd of Muhammad and of Mohamed, mlr of Müller and of Mueller.
    """
    of_words, of_tokens = _bones(words), _bones(tokens)
    if len(whole := "".join(of_words)) >= 4 and whole == "".join(of_tokens):
        return 2
    if len(whole) >= 5 and _sounds(whole) == _sounds("".join(of_tokens)):
        return 2
    alike = 0
    sounds = [_sounds(bone) for bone in of_tokens]
    for word, bone in zip(words, of_words, strict=True):
        if word not in found and (
            (len(bone) >= 3 and bone in of_tokens) or (len(bone) >= 3 and _sounds(bone) in sounds)
        ):
            alike += 1
    return alike


def _bones(words: list[str]) -> list[str]:
    """The consonants of each word, twins once."""
    return _TWINS.sub(r"\1", " ".join(words).translate(_VOWELS)).split(" ") if words else []


def _sounds(bone: str) -> str:
    for spelled, sound in _SOUNDS:
        bone = bone.replace(spelled, sound)
    return _TWINS.sub(r"\1", bone.translate(_ALIKE))


def _with_short(found: list[str], others: list[str], rest: str, tokens: list[str]) -> str | None:
    """With one or no long word of the name found, are the letters left over its short words (Li, An) and initials?"""
    short = [word for word in others if len(word) == 2 and word in rest]
    for word in short:
        rest = rest.replace(word, " ", 1)
    left = rest.replace(" ", "")
    initials = [word[0] for word in others if word not in short]
    made_of_it = len(left) <= len(initials) and set(left) <= set(initials)
    if found:
        if made_of_it:
            return "full" if short else "part"
        return "part" if len(found[0]) >= 4 or found[0] in tokens else None
    return "part" if made_of_it and short and (len(short) > 1 or left) else None


def _words(name: str) -> list[str]:
    """The words of a name in ASCII: O'Brien is one, Bich-Ngoc two."""
    name = name.replace("'", "")
    return _WORD.findall(name) if name.islower() else [word.lower() for word in _SYLLABLE.findall(name)]
