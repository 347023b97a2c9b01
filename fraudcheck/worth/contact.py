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
from fraudcheck.worth.requests import requests
from fraudcheck.worth.words import RUNS_ON, fold, words_of

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
    return _pattern(rf"(?:^| )(?:{'|'.join(words)})(?= |$)")


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern for folded texts, whose letters are decomposed; it has no accents itself."""
    return re.compile(unicodedata.normalize("NFD", text))


_PROMOTIONAL = _named(
    r"offline|stands?|booths?|\w*fairs?|expos?|exhibitions?|events?|\w*messen?|messestand|salon|foires?",
    r"ferias?|fieras?",
    r"feiras?|targi|promo\w*|raffles?|sweepstakes?|gewinnspiele?|tombola|lottery|lists?|listen?|listas?|danh sach",
    r"hoi cho|trien lam|su kien|coreg|co registration|purchased|bought|imports?|imported|flyers?|leaflets?|coupons?",
    r"pameran|acara|daftar|معرض|قائمة|فعالية|งาน\S*|บูธ|รายชื่อ",
)
"""In a channel's name; in a campaign's where no channel is named."""
_PLACEHOLDERS = frozenset({"undefined", "null", "nan", "nil", "na", "n", "a", "none", "object", "unknown"})
"""What programs write where nobody wrote anything."""
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
        *_PLACEHOLDERS,
        "مرحبا",
        "السلام",
        "عليكم",
        "شكرا",
        "سلام",
    ]
)
_TIME_TO_CALL = _named(
    r"call|call ?back|call me|callback\w*",
    r"(?:best|good|preferred|convenient)(?: \w+)? (?:time|hour|day|slot|date|call)",
    r"time to \w+|call time|when (?:to|can|should|may) \w+(?: \w+)? (?:call|contact|reach)\w*",
    r"appointments?|meetings?|demo",
    r"ruckruf\w*|termin|wunschtermin|erreichbar\w*|anruf\w*|rappel\w*|rendez vous|creneau|joindre|llamar|llamada",
    r"cita|horario|ligar|ligacao|contato|zadzwon\w*|oddzwon\w*|spotkani\w*|goi lai|gio goi|thoi gian|lich hen",
    r"dat hen",
    r"waktu|jadwal|janji|اتصال|موعد|وقت|เวลา\S*|นัด\S*|โทรกลับ",
)
_ABOUT_THE_PERSON = _named(
    r"user ?name|login|pass ?word|passwd|pwd|nick\w*|birth\w*|date of birth|dob|\w*geburt\w*|naissance|nacimiento",
    r"nascimento|\w*urodz\w*|ngay sinh|gender|sex|geschlecht|gioi tinh|title|salutation|anrede|civilite|avatar",
    r"account",
    r"member\w*|street|city|state|zip|post ?code|plz|region|province|district|address|country|age|job|position",
    r"company",
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
_ACCOUNT = _named(
    r"user ?names?|user ?id|log ?in|pass ?word|passwd|pwd|plans?|trials?|free trial|sign ?up|register\w*",
    r"registration\w*",
    r"account(?: \w+)?|subscription|membership|pricing plan|tier|edition|terms\w*|newsletter\w*",
    r"(?:invite|referral) code",
    r"benutzer\w*|passwort|kennwort|tarif\w*|paket|abo|abonnements?|probe\w*|test(?:version|zeitraum|phase|zugang)",
    r"agb|nutzungsbedingungen|registrierung|anmeldung|konto\w*|nom d utilisateur|identifiant|pseudo",
    r"mot de passe|forfait",
    r"formule|essai(?: gratuit)?|cg[uv]|conditions\w*|inscription|compte|(?:nombre de )?usuario|contrasena|clave",
    r"prueba(?: gratis)?|condiciones|terminos\w*|registro|boletin|cuenta|suscripcion|(?:nome de )?usuario|senha",
    r"plano|teste",
    r"teste gratis|termos\w*|cadastro|conta|assinatura|nazwa uzytkownika|uzytkownik|haslo|pakiet|abonament",
    r"okres probny",
    r"regulamin\w*|rejestracj\w*|konto|ten dang nhap|ten tai khoan|tai khoan|mat khau|goi(?: \w+){0,2}|dung thu",
    r"dieu khoan",
    r"dang ky|ban tin|nama pengguna|kata sandi|uji coba|syarat\w*|pendaftaran|daftar|akun|langganan|buletin",
    r"nome utente",
    r"utente|piano|prova(?: gratuita)?|termini\w*|condizioni|registrazione|abbonamento|gebruikersnaam|wachtwoord",
    r"proef\w*|voorwaarden|nieuwsbrief|kullanici adi|sifre|parola|deneme|kosullar|uyelik|bulten",
    r"uzivatelske jmeno|heslo",
    r"имя пользователя|логин|пароль|тариф|условия|подписка|рассылка|регистрация|اسم المستخدم|كلمه المرور|كلمة المرور",
    r"الباقه|الباقة|باقه|باقة|الخطه|الخطة|الشروط\S*|النشره\S*|النشرة\S*|التسجيل|حساب|الحساب|תנאי\S*|שם משתמש",
    r"סיסמה|תוכנית",
)
"""Names of fields with which an account is opened, without accents."""
_ACCOUNT_RUNS_ON = _pattern(
    "ชื่อผู้ใช้|รหัสผ่าน|แพ็กเกจ|แพคเกจ|แพ็คเกจ|ทดลอง|ข้อกำหนด|เงื่อนไข|สมัคร|ข่าวสาร|บัญชี"
    "|用户名|用戶名|密码|密碼|套餐|试用|試用|条款|條款|注册|註冊|账号|帳號|ユーザー名|パスワード|プラン"
    "|利用規約|登録|会員登録"
    "|아이디|비밀번호|요금제|약관|가입"
)
_REGISTERS = _pattern(
    r"\bsign ?-?up\b|\bregist(?:er|ration|rierung|razione|ro\b)|\bcreate (?:an )?account|\bkonto |inscription"
    r"|cadastr|rejestrac"
    r"|dang ky|pendaftaran|تسجيل|สมัคร|注册|註冊|登録|가입|регистрац|kayit|uyelik"
)
"""In the name of a form."""
_HEARD_OF_US = _pattern(
    r"\bhear\w* (?:about|of|from)|find us|found us|(?:von|uber) uns (?:erfahren|gehort)|aufmerksam|connu"
    r"|decouvert|conocio"
    r"|conociste|entero de|enteraste|conheceu|ficou sabendo|dowiedzial|skad |biet den|biet toi|mengetahui"
    r"|tahu (?:tentang|dari)"
    r"|سمعت|عرفت|รู้จัก|узнали|conosciuto|heeft u ons|nereden"
)
"""Asks where the person comes from, and not what is wanted."""
_WRITTEN_IN = _named(
    r"message|messages|comments?|question|enquiry|inquiry|details|request|your message|how can we help\w*|nachricht",
    r"anfrage|anliegen|mitteilung|bemerkung|kommentar|demande|commentaire|votre message|mensaje|consulta",
    r"comentario\w*",
    r"mensagem|duvida|pedido|wiadomosc|tresc|pytanie|zapytanie|uwagi|tin nhan|loi nhan|noi dung|yeu cau|ghi chu",
    r"pesan|pertanyaan",
    r"keterangan|messaggio|richiesta|domanda|bericht|vraag|mesaj|сообщение|вопрос|комментарии|رساله|رسالة",
    r"الرسالة|سؤال|استفسار",
    r"ข้อความ|คำถาม|留言|消息|咨询内容|メッセージ|お問い合わせ\S*|문의\S*|הודעה",
)
_CONSENTS = _pattern(
    r"\bagree|\baccept|consent|privacy|terms|newsletter|stimme|einverstanden|datenschutz|j accepte|j'accepte"
    r"|confidentialit"
    r"|acepto|privacidad|aceito|privacidade|zgod|regulamin|akcept|dong y|chinh sach|setuju|menyetujui|اوافق"
    r"|أوافق|الشروط"
    r"|ยอมรับ|ยินยอม|同意|согла|accetto|akkoord|kabul|mozilla/|https?:"
)
_NUMBERED = re.compile(r"(?:input |field |answer |q)?\d{1,4}(?: \d{1,3})?")
"""Names of fields that tell nothing, as Gravity Forms has them."""
_OF_ADDRESSES = frozenset(
    re.findall(
        r"\w+",
        "de la las los das do dos da des du der den am im an auf bei in of the del el von van di della les le ul al st"
        " und and et y e i",
    )
)
_SMALL_OF_TOLD = 2
_LEAST_WORDS = 5
"""Words of a sentence."""


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
    return bool(lead.extra) and _is_questionnaire(lead)


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


def _is_questionnaire(lead: Lead) -> bool:
    """Whether fields of the caller's own hold a time to call, an answered question, a sentence, or two answers of any
    kind; of who opens an account, who gives no number, answers alone are none.
    """
    answers = 0
    fields = [(_words(name), name, value) for name, value in _answered(lead.extra)]
    opens_account = not lead.phone and any(_is_of_account(words, value) for words, _, value in fields)
    own = _own(lead)
    for words, name, value in fields:
        is_question = ("?" in name or words.count(" ") >= 3) and not _HEARD_OF_US.search(words)
        if _NO_ANSWER.search(words) or (opens_account and _of_account(words)):
            continue
        if _TIME_TO_CALL.search(words):
            return True
        if isinstance(value, str) and _is_written(words, value):
            return True
        if not is_question and (_ABOUT_THE_FORM.search(words) or _ABOUT_THE_PERSON.search(words)):
            continue
        if _HEARD_OF_US.search(words) or not _is_answer(value) or _folded(str(value)[:_LONGEST]).strip() in own:
            continue
        answers += 1
        if is_question or (answers > 1 and not opens_account):
            return True
    return False


@lru_cache(maxsize=4_096)
def _of_account(words: str) -> bool:
    return _ACCOUNT.search(words) is not None or _ACCOUNT_RUNS_ON.search(words) is not None


def _is_of_account(words: str, value: Any) -> bool:
    """Whether a field is one of those that open an account, or names such a form."""
    if _of_account(words):
        return True
    return isinstance(value, str) and len(value) < 80 and bool(_REGISTERS.search(_folded(value)))


def _own(lead: Lead) -> frozenset[str]:
    """What the lead says of itself, in whole and word by word: a form plugin repeats it under its own names."""
    texts = [_folded(text[:200]) for text in (lead.full_name, lead.company, lead.email, lead.phone) if text]
    return frozenset(part for text in texts for part in (text.strip(), *text.split()))


def _is_written(words: str, value: str) -> bool:  # noqa: PLR0911 - rules, in their order
    """Whether a value is a message: what stands in a field for one, or a sentence in any field.

    In scripts with capitals most words of a sentence are small, other than those of a name or an address.
    """
    text = value.strip()[:_LONGEST]
    if len(text) < _LEAST_LETTERS or text.startswith(("{", "[", "http")) or "@" in text[:80].split(" ")[0]:
        return False
    if _WRITTEN_IN.search(words):
        return _asks(text)
    if _ABOUT_THE_FORM.search(words) or _ABOUT_THE_PERSON.search(words):
        return False
    listed = text.split()
    if len(listed) < _LEAST_WORDS:
        if _NUMBERED.fullmatch(words) and len(listed) > 1 and text.endswith(("?", "？", "؟")):
            return True
        return len(text) >= 2 * _LEAST_WORDS and RUNS_ON.search(text) is not None and not _CONSENTS.search(text)
    if text[0].isdecimal() or _CONSENTS.search(_folded(text)):
        return False
    if _NUMBERED.fullmatch(words) and _is_told(listed):
        return True
    small = sum(not word[0].isupper() and not word[0].isdecimal() for word in listed)
    return 5 * small >= 2 * len(listed) or bool(requests(words_of(fold(text))))


def _is_told(listed: list[str]) -> bool:
    """Whether words are a sentence though most are names, as German nouns look: two small ones that no address has."""
    return sum(word.isalpha() and word.islower() and word not in _OF_ADDRESSES for word in listed) >= _SMALL_OF_TOLD


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
    if _PLACEHOLDERS.issuperset(re.findall(r"\w+", text[:_LONGEST].lower())):
        return False
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
