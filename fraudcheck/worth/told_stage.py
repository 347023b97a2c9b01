"""What do a caller's own fields say of how far a person is: a new one, a known one, a customer?

A field is read by the words of its name (``lifecyclestage``, ``Bestandskunde?``, ``is_returning``, ``ลูกค้าเก่า``), in
some twenty languages, and its value as a word, a yes or a no, or a date. Names of other things (``customer_id``,
``customer service``) and other values (``status: open``) say nothing. Nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from fraudcheck.worth.quantities import read_date
from fraudcheck.worth.words import fold, words_of

NEW, KNOWN, CUSTOMER = "new", "known", "customer"
USUAL_NAMES = ("stage", "customer_since", "customer")
"""Names that a file's later lines may have though its first ones lack them."""

_MOST_FIELDS = 60
_LONGEST_NAME, _LONGEST_VALUE = 120, 80
_MOST_WORDS = 8
"""Words of a value that is a stage; what is longer is a text."""


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _parts(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(f" {' '.join(words_of(fold(each)))} " for each in text.split("|"))


_MEMBER = _words("member mitglied membre miembro membro członek członkiem anggota عضو")
_CUSTOMER = (
    _words(
        """customer client kunde kundin kunden kund kunder cliente clienta klient klientem klientka klientką klant
    müşteri müşterimiz müşterisi müşteriniz musteri pelanggan nasabah konsumen عميل العميل عميلا زبون زبونا клиент
    клиентом клиентка
    покупатель покупателем клієнт клієнтом zákazník zákazníkem asiakas asiakkaamme ügyfél ügyfelünk vásárló πελάτης
    לקוח לקוחה ग्राहक khach klienta клиента клієнта müşterinin zákazníka العملاء policyholder patient
    patientin paciente paziente pacjent pacjentem pasien buyer acheteur comprador acquirente"""
    )
    | _MEMBER
)
_OLD_COMPOUND = _words(
    "bestandskunde bestandskundin stammkunde stammkundin altkunde altkundin wiederholungskunde kanta-asiakas"
    " kantaasiakas stamkunde törzsvásárló bestandsmandant bestandspatient evangelist"
)
_NEW_COMPOUND = _words("neukunde neukundin erstkunde erstkundin neupatient neupatientin nykund interessent")
_EXISTING = _words(
    """existing current already returning repeat regular loyal old active present long standing vip bereits bestehend
    bestehender bestehende schon aktuell aktueller aktiver wiederkehrender actuel actuelle existant existante déjà
    fidèle régulier actual existente ya habitual recurrente atual já recorrente già esistente attuale abituale
    fisso obecny obecna obecnym obecną stały stała stałym stałą już dotychczasowy istniejący istniejącym cũ hiện tại
    hữu quen thân thiết đã lama tetap setia sudah langganan حالي الحالي حاليا قائم دائم قديم موجود بالفعل mevcut zaten
    sürekli постоянный постоянная постоянным действующий действующим текущий существующий уже старый bestaande huidige
    al vaste reeds קיים קיימת ותיק ותיקה כבר חוזר stávající současný současným již už stálý meglévő jelenlegi már
    existent befintlig nuvarande redan eksisterende nuværende allerede nykyinen jo vanha υπάρχων υφιστάμενος ήδη
    існуючий вже постійний मौजूदा діючий наявний існуюча діюча існуючим attivo attiva activo activa ativo ativa actif
    aktywny aktywna aktywnym aktiver aktive aktif aktivní activ existentă existenta fidel"""
)
_BEING_NEW = _words(
    """new prospective potential prospect neu neue neuer neuen potenzieller potentieller nouveau nouvel nouvelle
    nuevo nueva potencial novo nova nuovo nuova potenziale nowy nowa nowym nową nowe potencjalny mới baru calon جديد
    جديده محتمل yeni новый новая новым потенциальный nieuw nieuwe חדש חדשה nový novým nová új nou nouă ny nytt uusi
    νέος νέα новий नया нова потенційний potenciální potențial potențială"""
)
_FORMER = _words(
    """former ex previous past lost churned inactive lapsed ehemaliger ehemalige ehemals früherer inaktiv ancien
    ancienne antiguo antigua anterior inactivo antigo antiga inativo precedente inattivo były była nieaktywny mantan
    سابق سابقا
    бывший eski voormalig voormalige לשעבר bývalý"""
)
_KNOWN = _words(
    """known returning repeat contacted bekannt bekannter wiederkehrend wiederkehrender connu récurrent conocido
    recurrente conhecido recorrente conosciuto ricorrente znany powracający dikenal kembali معروف عائد известен
    повторный bekend terugkerend terugkerende tekrar חוזר"""
)
_VISITOR = _words(
    """visitor user contact lead besucher besucherin kontakt nutzer visiteur visiteuse utilisateur visitante usuario
    contacto contato usuário utente visitatore contatto użytkownik odwiedzający pengunjung kontak زائر ziyaretçi
    посетитель bezoeker guest gast"""
)
_TYPE = _words(
    """type typ status stage kind category kategorie group gruppe segment relation relationship state art stufe phase
    statut catégorie étape tipo estado categoría categoria etapa situação tipologia stato fase rodzaj kategoria etap
    loại trạng thái nhóm jenis tipe kategori نوع حاله فئه تصنيف tür tip tipi türü durum durumu тип статус категория
    вид soort סוג סטטוס druh típus tyyppi τύπος label labels tag tags profile profil kundentyp kundenstatus kundenart
    kundengruppe kundenkategorie kundenstufe kundenverhältnis klanttype kundtyp asiakastyyppi ügyféltípus
    dealtype leadtype opportunitytype funnel funil embudo estágio stadiu stadiul fáze stav stade relación situación
    situație stare стадія стадия"""
)
_STATUS = _words(
    """status stage state statut étape stade estado etapa stato fase stav fáze etap stadiu stadiul stare durum durumu
    статус стадія стадия estágio situação situación situație funnel funil embudo relación relationship"""
)
"""Names of fields in which a customer's plain name is a stage, as it is none among types of companies."""
_OF_A_CUSTOMER = _words(
    "kundentyp kundenstatus kundenart kundengruppe kundenkategorie kundenstufe kundenverhältnis klanttype kundtyp"
    " asiakastyyppi ügyféltípus"
)
_LIFE = _phrases(
    "lifecycle|life cycle|lead stage|customer journey stage|funnel|funil|embudo|fáze nákupu|stage|contact type"
    "|contact status"
)
_SINCE = _words("since seit depuis desde dal od từ tu sejak منذ с з beri sinds מאז from sedan siden od od óta")
_TIMES = _words(
    "first last previous prior earliest latest erster erste erstes erstkontakt letzter letzte letztes premier première"
    " dernier dernière primer primera último última primeiro primeira ultimo ultima primo prima pierwszy pierwsza"
    " ostatni ostatnia đầu cuối اول اخر первый первая последний eerste laatste ilk son ראשון אחרון"
)
_SIGHT = _words(
    """seen seen_at visit visited contact contacted touch session interaction besuch kontakt gesehen visite contacté vu
    visita contacto contato contatto visto wizyta kontakt kunjungan kontak lần زياره تواصل визит контакт bezoek
    ziyaret erstkontakt erstbesuch"""
)
_BUYS = _words(
    """order orders purchase purchases bestellung bestellungen kauf käufe commande commandes achat achats pedido pedidos
    compra compras ordine ordini acquisto acquisti zamówienie zamówienia zamówień zakup zakupy zakupów
    pesanan pembelian طلب شراء заказ покупка sipariş bestelling bestellingen spent value ltv revenue"""
)
_BOUGHT = _words(
    """bought purchased ordered bestellt gekauft eingekauft acheté commandé comprado comprou pedido acquistato comprato
    ordinato kupował kupowała kupowałeś zamawiał zamawiała mua đặt membeli pesan اشتريت покупали заказывали gekocht
    besteld קנית הזמנת satın"""
)
_WENT = _words(
    """contacted contact worked spoken talked visited been kontaktiert kontakt gearbeitet gesprochen contacté travaillé
    contactado trabajado trabalhou contattato kontaktował liên dùng menghubungi تواصلت обращались contact gehad"""
)
_BEFORE = _words(
    "before previously earlier already ever past bereits schon einmal vorher früher déjà auparavant antes ya alguna já"
    " già prima wcześniej kiedyś już trước từng chưa sebelumnya pernah قبل سابقا раньше ранее уже eerder ooit al daha"
    " önce כבר בעבר"
)
_COUNT = _words("count total number num previous past prior lifetime anzahl gesamt nombre so jumlah liczba bisherige")
_FILLER = _words(
    """is an the our of us with by at in to are you your am i we been date time was were as sind bist du sie bei uns
    unser unserer ein eine als ich bin wir êtes vous es tu notre chez nous de du des un une suis je est e et usted eres
    soy nuestro nuestra nosotros con un una del você voce é sou nosso nossa conosco connosco da do sei siete è sono
    nostro nostra noi di un jest pan pani państwo naszym jestem pana u nas czy hàng là bạn anh chị em tôi quý bên mình
    của chúng có phải apakah anda kami kamu saya telah هل انت لدينا انا لنا معنا وы вы я наш нашим у нас ли bent u je
    ben jij ons onze misiniz mısınız musunuz האם אתה את שלנו אני jste vy náš naším sunteți sunteti este sunt ești
    esti al nostru noastră dumneavoastră our field cf hs property extra form custom
    contact lead status the or oder ou o lub hoặc hay atau او или of veya או crm c"""
)
_FIRST_TIME = _phrases(
    "first time|first visit|first contact|first enquiry|first inquiry|new here|erstkontakt|erstbesuch|erster besuch"
    "|erster kontakt|zum ersten mal|première fois|première visite|premier contact|primera vez|primera visita"
    "|primer contacto|primeira vez|primeira visita|primeiro contato|prima volta|prima visita|primo contatto"
    "|pierwszy raz|pierwsza wizyta|pierwszy kontakt|lần đầu|lần đầu tiên|pertama kali|اول مره|ilk kez|ilk defa"
    "|первый раз|впервые|eerste keer|פעם ראשונה|poprvé"
)
_QUESTION = _phrases(
    "are you|is the|is this|have you been|sind sie|bist du|êtes vous|es tu|es usted|eres|sei|siete|é|você é|é já|é|è|"
    "czy jest|czy jesteś|czy są|jesteś|bạn là|bạn có phải|bạn đã là|anh chị là|anh chị đã là|quý khách|apakah anda"
    "|هل انت|вы|ben je|bent u|האם אתה|jste|är du|er du|oletko|είστε"
)
_OTHER_THING = _words(
    """id ids uuid number nr num nummer numer numero número numéro name named nom nombre nazwa tên email mail phone tel
    telephone service services support care satisfaction portal review feedback reference ref token success experience
    budget company firma address city country age gender note notes comment message request url page key code many
    viele combien cuántos quantos quanti ilu nhiêu berapa كم сколько hoeveel language currency count industry size
    acquisition base data login password needs target satisfaction mã số dịch vụ layanan خدمه رقم اسم"""
)
_YES = _words(
    "true yes yeah yep y on x ja jo jawohl oui si sí sim tak có co ya iya نعم اجل ใช่ evet да так vrai wahr verdadero"
    " verdadeiro prawda đúng benar 是 是的 はい 네 예 כן ναι igen ano áno da kyllä sudah rồi đã đang हाँ ✓ ✔ checked"
)
_NO = _words(
    "false no nope n off nein non não nie không khong tidak لا كلا ไม่ ไม่ใช่ hayır нет ні nee faux falsch falso fałsz"
    " sai salah 否 不是 いいえ 아니요 아니오 לא όχι nem ne nej nei ei belum bukan chưa chua नहीं unchecked never nunca"
    " jamais mai nu"
)
_NOT = _NO | _words(
    "not kein keine keiner nicht noch pas encore jamais aún ainda ancora jeszcze nunca لست ليس değil değilim не niet"
    " geen yet still nog todavía henüz еще ещё nu עדיין עוד none"
)
_RUN_ON_CUSTOMER = _parts("ลูกค้า สมาชิก 客户 客戶 顾客 顧客 会员 會員 用户 お客様 お客さま 取引 고객 회원")
_RUN_ON_OLD = _parts(
    "เก่า ปัจจุบัน ประจำ เดิม อยู่แล้ว แล้ว 老 现有 現有 已有 已是 已经 已經 既存 既に 現在 기존 재방문 常连 熟客 回头"
)
_RUN_ON_NEW = _parts("ใหม่ 新 首次 第一次 潜在 見込 初めて 신규 처음 ครั้งแรก มุ่งหวัง")
_RUN_ON_TYPE = _parts("ประเภท สถานะ 类型 類型 类别 類別 状态 狀態 区分 種別 ステータス 유형 구분 상태 กลุ่ม")
_RUN_ON_OTHER = _parts(
    "号 编号 編號 番号 服务 服務 サービス 名称 姓名 名前 需求 数量 人数 번호 서비스 이름 บริการ รหัส ชื่อ เบอร์ จำนวน"
)
_RUN_ON_NOT = _parts("ไม่ ยังไม่ 不是 不 非 没有 いいえ ない 아니 아님")
_RUN_ON_SINCE = _parts("ตั้งแต่ 自 以来 から 부터 成为 成為")
_RUN_ON_ASKS = _parts("是否 您是 你是 是 เป็น ですか 입니까 ไหม หรือไม่ 吗 嗎")
_RUN_ON_BOUGHT = _parts("เคยซื้อ 购买过 買過 购买 买过 購入 ご利用 구매")
_RUN_ON = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\u1100-\u11ff\uac00-\ud7a3]")

_SQUASHED = re.compile(
    "(is|has|existing|current|returning|already|new|repeat|old|first)?"
    "(customer|client|kunde|cliente|klient|klant|visitor|contact|lifecycle|returning|new|seen|visit)"
    "(type|typ|status|stage|since|seit|group|category|segment|visitor)?"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OLD_WORDS = _EXISTING | _OLD_COMPOUND
_NEW_WORDS = _BEING_NEW | _NEW_COMPOUND
_VOCABULARY = (
    _CUSTOMER | _OLD_WORDS | _NEW_WORDS | _FORMER | _KNOWN | _VISITOR | _FILLER | _YES | _NOT | _SINCE | _TYPE | _TIMES
)
_LEAD_STAGES = {
    **dict.fromkeys(
        _phrases("subscriber|lead|in progress|mql|sql|opportunity|marketingqualifiedlead|salesqualifiedlead"
                 "|marketing qualified lead|sales qualified lead|prospect connu|contacted|connected|known|returning"),
        KNOWN,
    ),
    **dict.fromkeys(_phrases("evangelist|loyal|vip|regular|member|existing|current|won|closed won|active"), CUSTOMER),
    **dict.fromkeys(_phrases("new|prospect|first time|non customer|guest|never"), NEW),
}  # fmt: skip


def told_stage(extra: Mapping[str, Any], today: date) -> tuple[str, str, Any] | None:
    """The furthest stage that a field of ``extra`` tells, with the field's path and value; None where none does."""
    best: tuple[int, str, str, Any] | None = None
    for path, value in _fields(extra):
        asked = _asked(path)
        if asked and (stage := _read(asked, value, today)):
            found = (-(NEW, KNOWN, CUSTOMER).index(stage), path, stage, value)
            best = min(best, found, key=lambda each: each[:2]) if best else found
    return (best[2], best[1], best[3]) if best else None


_BUSINESS = {"newbusiness": NEW, "existingbusiness": CUSTOMER, "repeatbusiness": CUSTOMER}
"""Kinds of deals, as HubSpot and Salesforce name them."""


def says_stage(path: str) -> bool:
    """Whether a field of that name says how far a person is, if its value can be read."""
    return _asked(path) not in (None, "kind", "status")


def _fields(extra: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields with a value, of objects within objects too, by their path; a bounded number."""
    waiting: list[tuple[str, Any]] = list(extra.items())[:_MOST_FIELDS][::-1]
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [(f"{path[:_LONGEST_NAME]}.{key}", inner) for key, inner in list(value.items())[:20][::-1]]
        elif isinstance(value, list):
            waiting += [(path, inner) for inner in value[:5][::-1] if isinstance(inner, (str, bool))]
        elif value is not None and value != "":
            yield path, value


@lru_cache(maxsize=4_096)
def _asked(path: str) -> str | None:  # noqa: PLR0911, PLR0912 - rules, in their order
    """What a field's name asks: ``customer``, ``new_customer``, ``new`` or ``known`` (a yes or a no, or a word);
    ``type`` and ``customer_type`` (a word of any stage); ``kind`` (a word that is one without doubt) and ``status``
    (a customer's plain name too); ``since``,
    ``bought`` and ``seen`` (a date); ``orders`` (a number). The first rule that holds says it.
    """
    name = fold(_CAMEL.sub(" ", path[-_LONGEST_NAME:])).replace("_", " ")
    if _RUN_ON.search(name):
        return _asked_there(name)
    listed = [part for word in words_of(name) for part in _unsquashed(word)]
    words, text = frozenset(listed), f" {' '.join(listed)} "
    customer = bool(words & _CUSTOMER)
    if words & _BUYS:
        return _asked_of_orders(words)
    if words & _BOUGHT and words & _BEFORE:
        return CUSTOMER
    if words & _OTHER_THING:
        return None
    if words & _OF_A_CUSTOMER or (customer and words & _TYPE and words <= _VOCABULARY):
        return "customer_type"
    old, new = bool(words & _OLD_WORDS), bool(words & _NEW_WORDS)
    if customer or words & (_OLD_COMPOUND | _NEW_COMPOUND):
        return _asked_of_a_customer(words, text, old=old, new=new)
    if any(phrase in text for phrase in _LIFE):
        return "type"
    if any(phrase in text for phrase in _FIRST_TIME):
        return NEW
    if words & _TIMES and words & _SIGHT and words <= (_TIMES | _SIGHT | _FILLER | _BEFORE):
        return "seen"
    if words & _WENT and words & _BEFORE:
        return KNOWN
    if words <= (_KNOWN | _VISITOR | _FILLER | _SINCE | _EXISTING) and words & _KNOWN:
        return "seen" if words & _SINCE - _FILLER else KNOWN
    if words <= (_BEING_NEW | _VISITOR | _FILLER) and words & _BEING_NEW:
        return NEW
    if words & _STATUS:
        return "status"
    return "kind" if words & _TYPE or text in _WHO else None


_WHO = _phrases("i am|you are|are you|ich bin|sie sind|je suis|vous êtes|soy|eres|es usted|sou|você é|jestem|tôi là"
                "|bạn là|saya|saya adalah|انا|sono|ben|ik ben|я|вы|who are you|wer sind sie|אני")  # fmt: skip


def _asked_of_orders(words: frozenset[str]) -> str | None:
    if not words <= (_BUYS | _COUNT | _FILLER | _TIMES | _CUSTOMER) or not words & (_COUNT | _TIMES) - {
        "number",
        "num",
    }:
        return None
    return "bought" if words & _TIMES - _COUNT or "date" in words else "orders"


def _asked_of_a_customer(words: frozenset[str], text: str, *, old: bool, new: bool) -> str | None:
    if old and new:
        return "customer_type"
    if words & _SINCE and not old and words <= _VOCABULARY:
        return "since"
    if new:
        return "new_customer"
    if old:
        return CUSTOMER
    if words & _FORMER:
        return "customer_type"
    asks = not words & _MEMBER and any(text.startswith(phrase) for phrase in _QUESTION)
    return CUSTOMER if asks or words <= (_CUSTOMER | _FILLER | _YES | _NO) else None


def _asked_there(name: str) -> str | None:  # noqa: PLR0911 - rules, in their order
    """The same of a name in a script without blanks between words."""
    if _has(name, _RUN_ON_BOUGHT):
        return CUSTOMER
    if not _has(name, _RUN_ON_CUSTOMER):
        return NEW if _has(name, _RUN_ON_NEW[3:]) and len(name) < 16 else None
    if _has(name, _RUN_ON_OTHER):
        return None
    old, new = _has(name, _RUN_ON_OLD), _has(name, _RUN_ON_NEW)
    if (old and new) or _has(name, _RUN_ON_TYPE):
        return "customer_type"
    if _has(name, _RUN_ON_SINCE):
        return "since"
    if new:
        return "new_customer"
    return CUSTOMER if old or _has(name, _RUN_ON_ASKS) or name.strip() in _RUN_ON_CUSTOMER else None


def _unsquashed(word: str) -> tuple[str, ...]:
    """``existingcustomer`` in its words; a word that is not of this kind as it is."""
    if len(word) < 5 or word in _CUSTOMER or not (found := _SQUASHED.fullmatch(word)):
        return (word,)
    return tuple(part for part in found.groups() if part)


def _read(asked: str, value: Any, today: date) -> str | None:  # noqa: PLR0911 - rules, in their order
    if asked in ("since", "seen", "bought"):
        return _read_date(asked, value, today)
    if asked == "orders":
        number = (
            value if isinstance(value, (int, float)) else float(value) if str(value)[:9].strip().isdecimal() else None
        )
        return None if number is None else CUSTOMER if number > 0 else NEW
    if isinstance(value, str):
        value = " ".join(value[: _LONGEST_VALUE + 1].split())
        if len(value) > _LONGEST_VALUE:
            return None
    if asked in ("type", "customer_type", "kind", "status"):
        if isinstance(value, str) and (stage := _BUSINESS.get(fold(value).replace(" ", "").replace("_", ""))):
            return stage
        stage = stage_word(value, asked in ("type", "customer_type"))
        if asked == "status" and not stage and isinstance(value, str) and fold(value).strip() in _CUSTOMER - _MEMBER:
            return CUSTOMER
        return CUSTOMER if stage == KNOWN and asked == "customer_type" and fold(value) in _EXISTING else stage
    said = truth(value)
    if said is None:
        if asked in (NEW, KNOWN) and _moment(value):
            return _read_date("seen", value, today)
        return stage_word(value, True)
    if asked == CUSTOMER:
        return CUSTOMER if said else NEW
    if asked == "new_customer":
        return NEW if said else CUSTOMER
    return NEW if said == (asked == NEW) else KNOWN


def _read_date(asked: str, value: Any, today: date) -> str | None:
    said = truth(value) if asked != "seen" else None
    if said is not None and value not in (0, 1):
        return CUSTOMER if said else NEW
    when = _moment(value)
    if when is None or when > today:
        return None
    if asked != "seen":
        return CUSTOMER
    return KNOWN if (today - when).days > 1 else NEW


def _moment(value: Any) -> date | None:
    """A date, a year, or a time in seconds or milliseconds since 1970, as programs write it."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if isinstance(value, str):
        text = fold(value[:40]).strip()
        if when := read_date(text) or read_date(text[:10]):
            return when
        years = [int(word) for word in words_of(text) if len(word) == 4 and word.isdecimal()]
        if not text.isdecimal():
            return date(years[0], 1, 1) if len(years) == 1 and 1900 < years[0] < 2200 else None
        value = int(text[:16])
    if 1900 < value < 2200:
        return date(int(value), 1, 1)
    if not 10**8 < value < 10**13:
        return None
    seconds = value / 1000 if value > 10**11 else value
    return datetime.fromtimestamp(seconds, UTC).date() if 10**8 < seconds < 10**10 else None


def truth(told: Any) -> bool | None:  # noqa: PLR0911 - rules, in their order
    """A yes or a no, as people and programs write it, and with what they add (``Ja, seit 2019``); None for what is
    neither.
    """
    if isinstance(told, bool):
        return told
    if isinstance(told, (int, float)):
        return None if told not in (0, 1) else told == 1
    if not isinstance(told, str):
        return None
    folded = fold(told[:_LONGEST_VALUE]).strip()
    if folded in ("0", "1"):
        return folded == "1"
    if folded in _YES or folded in _NO:
        return folded in _YES
    first, mark, _ = re.sub("[,;.:!(–—-]", "\0", folded).partition("\0")
    first = first.strip()
    if mark and (first in _YES or first in _NO):
        return first in _YES
    words = words_of(folded)
    if not words or len(words) > _MOST_WORDS or not _are_known(words):
        return None
    return words[0] in _YES if words[0] in _YES or words[0] in _NO else None


def stage_word(told: Any, any_word: bool) -> str | None:  # noqa: PLR0911 - rules, in their order
    """The stage that a value names; only one that is a customer's without doubt where not ``any_word`` may be."""
    if not isinstance(told, str):
        return None
    folded = fold(_CAMEL.sub(" ", told[:_LONGEST_VALUE])).replace("_", " ")
    if _RUN_ON.search(folded):
        return _stage_there(folded)
    listed = [part for word in words_of(folded) for part in _unsquashed(word)]
    if any_word and (stage := _LEAD_STAGES.get(f" {' '.join(listed)} ")):
        return stage
    words = frozenset(listed)
    if not listed or len(listed) > _MOST_WORDS or not _are_known(listed):
        return None
    customer, compound = bool(words & _CUSTOMER), bool(words & (_OLD_COMPOUND | _NEW_COMPOUND))
    old, new = bool(words & _OLD_WORDS), bool(words & _NEW_WORDS)
    if (old and new) or not (customer or compound or any_word):
        return None
    if words & _NOT - _EXISTING:
        return NEW if customer or old else None
    if words & _FORMER:
        return KNOWN
    if new:
        return NEW
    if compound or (customer and (old or any_word)):
        return CUSTOMER
    return KNOWN if any_word and words & (_KNOWN | _EXISTING) else None


def _stage_there(folded: str) -> str | None:
    if len(folded) > 24:
        return None
    old, new = _has(folded, _RUN_ON_OLD), _has(folded, _RUN_ON_NEW)
    if old and new:
        return None
    if _has(folded, _RUN_ON_NOT):
        return NEW if _has(folded, _RUN_ON_CUSTOMER) else None
    if new:
        return NEW
    return CUSTOMER if _has(folded, _RUN_ON_CUSTOMER) else None


def _are_known(words: list[str]) -> bool:
    return all(word in _VOCABULARY or len(word) == 1 or word.isdecimal() for word in words)


def _has(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)
