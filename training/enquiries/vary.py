"""How else might people have typed a text? Variation by chance, of what does not change the kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from random import Random

GREETINGS = {
    "en": "Hi|Hello|Dear Sir/Madam|Good morning|Good day|Hi there|Hey team|Dear team|Greetings",
    "vi": "Xin chào|Chào shop|Chào bạn|Alo shop|Kính gửi quý công ty|Chào anh chị|Dạ em chào",
    "id": "Halo|Selamat pagi|Selamat siang kak|Permisi|Assalamualaikum|Dengan hormat|Min",
    "ar": "السلام عليكم|مرحبا|صباح الخير|تحية طيبة وبعد|مساء الخير|هلا",
    "th": "สวัสดีค่ะ|สวัสดีครับ|เรียน ผู้เกี่ยวข้อง|หวัดดีค่ะ|แอดมินคะ",
    "de": "Hallo|Guten Tag|Sehr geehrte Damen und Herren|Moin|Grüß Gott|Servus|Liebes Team",
    "es": "Hola|Buenos días|Buenas tardes|Estimados señores|Buenas|Muy buenas",
    "fr": "Bonjour|Bonsoir|Madame, Monsieur|Salut|Bonjour à toute l'équipe",
    "pt": "Olá|Bom dia|Boa tarde|Oi|Prezados senhores|Boa noite|Ola equipe",
    "pl": "Dzień dobry|Witam|Szanowni Państwo|Cześć|Dobry wieczór|Hej",
}
CLOSINGS = {
    "en": "Thanks|Kind regards|Best regards|Regards|Thank you|Cheers|Many thanks|Looking forward to your reply",
    "vi": "Cảm ơn|Em cảm ơn ạ|Trân trọng|Thanks shop|Mong phản hồi sớm",
    "id": "Terima kasih|Makasih kak|Trims|Salam|Hormat saya|Ditunggu kabarnya",
    "ar": "شكرا|مع التحية|وشكرا لكم|تحياتي|في انتظار ردكم|جزاكم الله خيرا",
    "th": "ขอบคุณค่ะ|ขอบคุณครับ|ด้วยความเคารพ|รอคำตอบนะคะ",
    "de": "Danke|Mit freundlichen Grüßen|Viele Grüße|LG|Vielen Dank im Voraus|MfG|Beste Grüße",
    "es": "Gracias|Saludos|Un saludo|Muchas gracias|Atentamente|Quedo a la espera",
    "fr": "Merci|Cordialement|Bien à vous|Merci d'avance|Bonne journée",
    "pt": "Obrigado|Obrigada|Att|Atenciosamente|Abraços|Aguardo retorno|Cumprimentos",
    "pl": "Dziękuję|Pozdrawiam|Z poważaniem|Z góry dziękuję|Pozdrowienia",
}
_ROWS = {
    "latin": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "arabic": ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ"),
    "thai": ("ๆไำพะัีรนยบล", "ฟหกดเ้่าสวง", "ผปแอิืทมใฝ"),
}
NEIGHBOURS: Mapping[str, str] = {
    letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for rows in _ROWS.values()
    for row in rows
    for at, letter in enumerate(row)
}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_PUNCTUATION = re.compile(r"[.,;:!?()\"«»„”“–—-]+")
_TYPO = 0.025
"""The share of letters that are mistyped where any are."""


def vary(text: str, language: str, random: Random, same_kind: Sequence[str] = ()) -> str:
    """The text as others might have typed it. ``same_kind`` are texts of its kind in any language, to be glued on."""
    text = _part(text, random) if random.random() < 0.1 else text
    if random.random() < 0.25:
        text = f"{random.choice(GREETINGS[language].split('|'))}{random.choice([', ', '! ', ' ', chr(10)])}{text}"
    elif random.random() < 0.15:
        text = _without_greeting(text)
    if random.random() < 0.25:
        text = f"{text}{random.choice([' ', chr(10), '. ', chr(10) * 2])}{random.choice(CLOSINGS[language].split('|'))}"
    if same_kind and random.random() < 0.04:
        text = f"{text} {random.choice(same_kind)}"
    return typed(text, random)


def typed(text: str, random: Random) -> str:
    """The text as somebody in a hurry, on a small keyboard or by voice enters it."""
    if random.random() < 0.25:
        text = without_accents(text)
    if (case := random.random()) < 0.26:
        text = text.upper() if case < 0.06 else text.lower()
    if random.random() < 0.15:
        text = " ".join(_PUNCTUATION.sub(" ", text).split())
    if random.random() < 0.2:
        text = with_typos(text, random)
    if random.random() < 0.1:
        text = re.sub(" ", lambda found: random.choice([" ", " ", " ", "  ", "\n"]), text)
    return text


def without_accents(text: str) -> str:
    """The text without the marks of Latin letters."""
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if not "\u0300" <= each <= "\u036f")
    return unicodedata.normalize("NFC", plain).translate(str.maketrans("đĐłŁøØ", "dDlLoO"))


def with_typos(text: str, random: Random) -> str:
    """The text with letters left out, doubled, swapped, or taken for their neighbour on the keyboard."""
    letters = list(text)
    for at in range(len(letters) - 1):
        if random.random() >= _TYPO or not letters[at].isalpha():
            continue
        way = random.randrange(4)
        if way == 0:
            letters[at] = ""
        elif way == 1:
            letters[at] *= 2
        elif way == 2:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif near := NEIGHBOURS.get(letters[at].lower()):
            letters[at] = random.choice(near)
    return "".join(letters)


def hidden(pitch: str, before: str, random: Random) -> str:
    """An unasked offer behind the beginning of somebody's plain enquiry."""
    return f"{before[:300]}{random.choice([' ', chr(10), '. ', chr(10) * 2])}{pitch}"


def _part(text: str, random: Random) -> str:
    """Most of a long letter's sentences, in a row."""
    sentences = _SENTENCE_END.split(text)
    if len(sentences) < 4:
        return text
    kept = max(3, round(len(sentences) * 0.7))
    at = random.randrange(len(sentences) - kept + 1)
    return " ".join(sentences[at : at + kept])


def _without_greeting(text: str) -> str:
    for mark in (",", "!", "\n"):
        first, _, rest = text.partition(mark)
        if len(rest) > 30 and len(first) <= 30:
            return rest.strip()
    return text
