"""Does the person want it at once, whatever times they name? By words of haste, in some fifteen languages.

"It can't wait", "urgent", "tomorrow", and what was meant for later once and is wanted now; not what is turned round
("no hurry", "nicht dringend").
"""

from __future__ import annotations

from collections.abc import Sequence

from fraudcheck.worth.timing import PLANS
from fraudcheck.worth.words import RUNS_ON, Pattern, Phrases, any_of, fold

_HURRY = Phrases(
    "asap|urgent|urgently|as soon as possible|right away|immediately|straight away|dringend|sofort"
    "|so schnell wie möglich|schnellstmöglich|umgehend|urgence|au plus vite|dès que possible|tout de suite"
    "|immédiatement|urgente|urgentemente|cuanto antes|lo antes posible|inmediatamente|o quanto antes"
    "|o mais rápido possível|imediatamente|pilne|pilnie|jak najszybciej|natychmiast|gấp|càng sớm càng tốt"
    "|ngay bây giờ|ngay lập tức|làm ngay|cần ngay|mua ngay|عاجل"
    "|عاجلا|باسرع وقت|فورا|ด่วน|เร็วที่สุด|segera|secepatnya|mendesak|subito|al più presto|dringend|acil|hemen|срочно"
)
_NEAR = Phrases(
    "today|tonight|tomorrow|this week|next week|this afternoon|this morning|this evening|heute|morgen|übermorgen"
    "|diese woche|nächste woche|nächster woche|aujourd hui|demain|cette semaine|semaine prochaine|hoy|mañana"
    "|esta semana|próxima semana|semana que viene|hoje|amanhã|semana que vem|dzisiaj|dziś|jutro|w tym tygodniu"
    "|przyszłym tygodniu|hôm nay|ngày mai|tuần này|tuần sau|tuần tới|chiều nay|tối nay|sáng mai|اليوم|غدا|بكره"
    "|هذا الاسبوع|الاسبوع القادم|hari ini|besok|minggu ini|minggu depan|domani|oggi|vandaag|deze week|bugün|yarın"
    "|сегодня|завтра"
)
_THAI_NEAR = Pattern("|".join(map(fold, ("พรุ่งนี้", "วันนี้", "สัปดาห์หน้า", "ด่วน", "明天", "今天", "明日", "今日"))))
_CALM = Phrases(
    """no hurry|not in a hurry|in no hurry|no rush|not urgent|isn t urgent|no urgency|not asap|keine eile|nicht eilig
    |nicht so eilig|eilt nicht|eilt noch nicht|nicht dringend|nicht so dringend|kein dringender|pas urgent|
    pas du tout urgent
    |pas pressé|pas pressée|pas pressés|rien d urgent|pas d urgence|sans urgence|aucune urgence|no es urgente|
    no hay prisa
    |no hay urgencia|sin urgencia|sin prisa|nada urgente|no corre prisa|não é urgente|não há urgência|sem urgência|
    sem pressa
    |nada urgente|nie jest pilne|nie pilne|nic pilnego|nie jest to pilne|nie spieszy się|không gấp|chưa gấp|
    không cần gấp
    |chưa cần gấp|không vội|chưa vội|không gấp lắm|tidak mendesak|tidak urgent|belum mendesak|tidak buru buru|
    ليس عاجلا
    |غير عاجل|ليس عاجل|مش عاجل|غير مستعجل|non urgente|non è urgente|nessuna urgenza|senza fretta|senza urgenza|
    не срочно
    |acele değil|acelesi yok|acelemiz yok|acil değil|niet dringend|geen haast|geen spoed|לא דחוף|אין לחץ"""
)
_CALM_RUNS_ON = Pattern(any_of("ไม่ด่วน|ไม่รีบ|ยังไม่รีบ|不急|不着急|急ぎません|急ぎではない|急いでいません"))
_NO_WAITING = Phrases(
    """can t wait any|cannot wait any|can t wait longer|can t wait|cannot wait|can not wait|won t wait|changed my mind
    |changed our mind|changed our minds|kann nicht warten|nicht mehr warten|nicht länger warten|können nicht warten
    |duldet keinen aufschub|ne peut plus attendre|ne peut pas attendre|peux plus attendre|pouvons plus attendre
    |plus possible d attendre|no puede esperar|no puedo esperar|no podemos esperar|ya no espera|não pode esperar
    |não dá para esperar|não dá pra esperar|não posso esperar|não podemos esperar|nie może czekać|nie mogę czekać
    |nie możemy czekać|nie da się czekać|nie może już czekać|không chờ được|không đợi được|không thể chờ|không thể đợi
    |chờ không được|tidak bisa menunggu|tidak bisa ditunda|gak bisa nunggu|tidak bisa tunggu|لا يمكن الانتظار
    |لا يمكننا الانتظار|لا استطيع الانتظار|لا نستطيع الانتظار|لا يحتمل التاجيل|لا يحتمل الانتظار|non può aspettare
    |non posso aspettare|non possiamo aspettare|non può più aspettare|не может ждать|не можем ждать|не могу ждать
    |ждать нельзя|ждать больше нельзя|больше не можем ждать|нельзя ждать|ждать не может|bekleyemeyiz|bekleyemem
    |bekleyemez|bekleyemiyoruz|kan niet wachten|niet langer wachten|kunnen niet wachten|לא יכול לחכות|אי אפשר לחכות
    |לא סובל דיחוי"""
)
_NO_WAITING_RUNS_ON = Pattern(any_of("รอไม่ไหว|รอไม่ได้|等不及|不能等|不能再等|等不了|待てない|待てません|待てなく"))
_LOOKING_FORWARD = Pattern(" (?:can t|cannot|can not) wait (?:to|for) ")
_MEANT = Phrases(
    """meant to|meant it|was planning|were planning|wanted to|planned|originally|were going to|was going to|
    had planned|intended to|
    was supposed to
    |eigentlich|ursprünglich|wollten|wollte|hatten vor|geplant war|pensait|pensais|pensions|prévoyait|voulait|voulions
    |voulais|devait|au départ|initialement|queríamos|quería|pensábamos|pensaba|íbamos|iba a|teníamos pensado|íamos|
    queria
    |pensávamos|tínhamos pensado|ia fazer|mieliśmy|miałem|miałam|chcieliśmy|planowaliśmy|początkowo|chciałem|
    chciałam|định
    |tính|dự định|ban đầu|rencananya|tadinya|awalnya|semula|كنا|كنت|كان|volevamo|volevo|pensavamo|dovevamo|
    inizialmente
    |хотели|хотел|планировали|собирались|изначально|yapacaktık|istiyorduk|planlamıştık|düşünüyorduk|wilden|wilde
    |oorspronkelijk|zouden|רצינו|תכננו"""
)
_MEANT_RUNS_ON = Pattern(any_of("เดิม|ตอนแรก|ตั้งใจจะ|本来|本想|原本|原来打算|当初|最初は"))
_BUT = Phrases(
    "but|now|however|aber|doch|jetzt|sondern|mais|maintenant|pero|ahora|mas|porém|agora|ale|lecz|teraz|jednak"
    "|nhưng|giờ"
    "|tapi|tetapi|namun|sekarang|لكن|ولكن|الان|ma|però|adesso|ora|но|теперь|сейчас|ama|fakat|artık|maar|nu|אבל|עכשיו"
)
_BUT_RUNS_ON = Pattern(any_of("แต่|但|可是|不过|でも|しかし|が、"))
_SAYING = Phrases(
    """been saying|keep saying|kept saying|always say|always said|sage ich|sagen wir|rede ich|je dis|on dit|disons
    |llevo diciendo|llevamos diciendo|venho dizendo|ando a dizer|sempre digo|mówię|mówimy|cứ nói|toàn nói|
    selalu bilang|اقول
    |نقول|dico|diciamo|говорю|говорим|diyorum|diyoruz|zeg ik|zeggen we"""
)
_NOT = frozenset(
    fold(
        "not no t nicht kein keine ne pas no non nao não nie không khong chưa chua tidak belum bukan ليس لا غير не нет"
        " niet geen değil לא"
    ).split()
)
_THIS_YEAR = Phrases(
    """this year|before the end of the year|before year end|before next year|buy now|need it now|want it now|
    noch dieses jahr
    |diesem jahr|dieses jahr|vor jahresende|jetzt kaufen|cette année|avant la fin de l année|este año|
    antes de fin de año
    |antes de que acabe el año|este ano|antes do fim do ano|w tym roku|przed końcem roku|năm nay|trước cuối năm
    |trong năm nay|tahun ini|sebelum akhir tahun|هذه السنه|هذا العام|قبل نهايه العام|قبل نهايه السنه|quest anno
    |prima della fine dell anno|dit jaar|voor het einde van het jaar|bu yıl|yıl sonundan önce|в этом году
    |до конца года"""
)
_REACHES = 3


def is_near(clause: str, asks: bool) -> bool:
    """Whether a clause wants it at once: urgently, or tomorrow or this year where it ``asks`` for something or
    plans; not
    where it only tells when something was seen.
    """
    if RUNS_ON.search(clause) and _THAI_NEAR.search(_CALM_RUNS_ON.sub(" ", clause)):
        return True
    words = frozenset(clause.split())
    if _HURRY.stand_in(clause, words):
        calm = _CALM.without(clause)
        if _HURRY.stand_in(calm, frozenset(calm.split())) and not _turned(calm):
            return True
    if not asks and not PLANS.stand_in(clause, words):
        return False
    return _NEAR.stand_in(clause, words) or (words.isdisjoint(_NOT) and _THIS_YEAR.stand_in(clause, words))


def _turned(clause: str) -> bool:
    """Whether words of haste stand behind one that turns them round: "nicht sofort"."""
    words = clause.split()
    places = [place for place, word in enumerate(words) if word in _HURRY.words]
    return bool(places) and all(not _NOT.isdisjoint(words[max(0, place - _REACHES) : place]) for place in places)


def cannot_wait(clause: str) -> bool:
    """Whether a clause says that it cannot wait, or that somebody has thought better of it."""
    if RUNS_ON.search(clause) and _NO_WAITING_RUNS_ON.search(clause):
        return True
    return _NO_WAITING.stand_in(clause, frozenset(clause.split())) and _LOOKING_FORWARD.search(clause) is None


def what_holds(parts: Sequence[str]) -> list[str]:
    """The clauses without what was meant once and is so no more, before a "but", and what somebody has said for
    years.
    """
    held: list[str] = []
    for place, clause in enumerate(parts):
        words = frozenset(clause.split())
        runs_on = RUNS_ON.search(clause) is not None
        if _MEANT.stand_in(clause, words) or (runs_on and _MEANT_RUNS_ON.search(clause)):
            behind = _behind_but(clause, runs_on)
            if behind is None and any(_starts_with_but(each) for each in parts[place + 1 : place + 3]):
                continue
            held.append(clause if behind is None else behind)
        elif not _SAYING.stand_in(clause, words):
            held.append(clause)
    return held


def _behind_but(clause: str, runs_on: bool) -> str | None:
    if runs_on:
        found = _BUT_RUNS_ON.search(clause)
        return clause[found.end() :] if found else None
    words = clause.split()
    places = [place for place, word in enumerate(words) if place and word in _BUT.words]
    return f" {' '.join(words[places[0] + 1 :])} " if places else None


def _starts_with_but(clause: str) -> bool:
    first = clause.split(maxsplit=3)[:2]
    return bool(first) and (not _BUT.words.isdisjoint(first) or _BUT_RUNS_ON.search(first[0]) is not None)
