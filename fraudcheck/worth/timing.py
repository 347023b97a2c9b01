"""When does the person want it: at once, or at a later time that the text names?

Read are years, seasons, quarters, months, dates and spans ("in six months"), in some fourteen languages. What lies in
the past (since last spring, I moved in March) says nothing, and a month or a season without a word that looks ahead
does not either: it may be the name of a tyre.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from re import Match

from fraudcheck.worth.quantities import read_range
from fraudcheck.worth.words import RUNS_ON, Pattern, Phrases, any_of, fold, words_of

SOUTHERN = frozenset(
    "AR AU BO BR BW CL FJ LS MG MU MW MZ NA NZ PE PY SZ UY ZA ZM ZW".split()  # noqa: SIM905 - a list of codes
)
"""Countries in which spring begins in September."""

_FURTHEST = 30
"""Years ahead beyond which a number is no year in which anybody buys."""


def _table(rows: Mapping[int, str]) -> dict[str, int]:
    return {fold(word).replace(".", ""): value for value, words in rows.items() for word in words.split("|")}


MONTHS = _table(
    {
        1: "january|januar|jänner|janvier|enero|janeiro|stycznia|styczniu|styczeń|يناير|كانون الثاني|januari"
        "|gennaio|ocak|января|январе|январь|ocakta|ocak ayında|ינואר|בינואר|มกราคม|ม.ค.",
        2: "february|februar|février|febrero|fevereiro|lutego|lutym|luty|فبراير|شباط|februari|febbraio|şubat"
        "|февраля|феврале|февраль|şubatta|פברואר|בפברואר|กุมภาพันธ์|ก.พ.",
        3: "march|märz|mars|marzo|março|marca|marcu|marzec|مارس|اذار|maret|maart|mart|марта|марте|март|martta|מרץ"
        "|במרץ|มีนาคม|มี.ค.",
        4: "april|avril|abril|kwietnia|kwietniu|kwiecień|ابريل|نيسان|aprile|nisan|апреля|апреле|апрель|nisanda"
        "|אפריל|באפריל|เมษายน|เม.ย.",
        5: "may|mai|mayo|maio|maja|maju|مايو|ايار|mei|maggio|mayıs|мая|мае|май|mayısta|מאי|במאי|พฤษภาคม|พ.ค.",
        6: "june|juni|juin|junio|junho|czerwca|czerwcu|czerwiec|يونيو|حزيران|giugno|haziran|июня|июне|июнь"
        "|haziranda|יוני|ביוני|มิถุนายน|มิ.ย.",
        7: "july|juli|juillet|julio|julho|lipca|lipcu|lipiec|يوليو|تموز|luglio|temmuz|июля|июле|июль|temmuzda"
        "|יולי|ביולי|กรกฎาคม|ก.ค.",
        8: "august|août|agosto|sierpnia|sierpniu|sierpień|اغسطس|اب|agustus|augustus|ağustos|августа|августе"
        "|август|ağustosta|אוגוסט|באוגוסט"
        "|สิงหาคม|ส.ค.",
        9: "september|sept|septembre|septiembre|setembro|września|wrześniu|wrzesień|سبتمبر|ايلول|settembre|eylül"
        "|сентября|сентябре|сентябрь|eylülde|ספטמבר|בספטמבר|กันยายน|ก.ย.",
        10: "october|oktober|octobre|octubre|outubro|października|październiku|październik|اكتوبر|تشرين الاول"
        "|ottobre|ekim|октября|октябре|октябрь|ekimde|אוקטובר|באוקטובר|ตุลาคม|ต.ค.",
        11: "november|novembre|noviembre|novembro|listopada|listopadzie|listopad|نوفمبر|تشرين الثاني|kasım|ноября"
        "|ноябре|ноябрь|kasımda|נובמבר|בנובמבר|พฤศจิกายน|พ.ย.",
        12: "december|dezember|décembre|diciembre|dezembro|grudnia|grudniu|grudzień|ديسمبر|كانون الاول|desember"
        "|dicembre|aralık|декабря|декабре|декабрь|aralıkta|דצמבר|בדצמבר|ธันวาคม|ธ.ค.",
    }
)
_SEASONS = _table(
    {
        3: "spring|springtime|frühling|frühjahr|printemps|primavera|wiosną|wiosnę|wiosny|wiosna|wiośnie|mùa xuân"
        "|الربيع|ربيع|musim semi|lente|voorjaar|ilkbahar|bahar|весной|весны|весне|весна|весну|tavasszal"
        "|tavaszán|bahar|baharda|ilkbaharda|ilkbaharında|lente|אביב|באביב|ฤดูใบไม้ผลิ|春天|春季|春",
        6: "summer|summertime|sommer|été|verano|verão|latem|lato|lata|lecie|mùa hè|mùa hạ|الصيف|صيف|musim panas|estate"
        "|zomer|yaz|летом|лета|лето|лету|yazın|yazında|yaza|nyáron|nyarán|קיץ|בקיץ|ฤดูร้อน|หน้าร้อน|夏天|夏季|夏",
        9: "autumn|fall|herbst|automne|otoño|outono|jesienią|jesień|jesieni|mùa thu|الخريف|خريف|musim gugur"
        "|autunno|herfst|najaar|sonbahar|осенью|осени|осень|sonbaharda|sonbaharında|ősszel|őszén|סתיו|בסתיו"
        "|ฤดูใบไม้ร่วง|秋天|秋季|秋",
        12: "winter|wintertime|hiver|invierno|inverno|zimą|zimę|zimy|zima|zimie|mùa đông|الشتاء|شتاء|musim dingin"
        "|kış|зимой|зимы|зиме|зима|зиму|kışın|kışında|télen|telén|חורף|בחורף|ฤดูหนาว|หน้าหนาว|冬天|冬季|冬",
    }
)
_NUMBERS = _table(
    {
        1: "anderthalb|eineinhalb|полтора|полторы|półtora|anderhalf|bir buçuk|one|bir|een|один|einem|einer|un|une"
        "|uno|una|um|uma|jeden|một|satu|หนึ่ง|واحد",
        2: "couple of|a couple of|couple|a few|few|several|some|paar|ein paar|einem paar|einigen|einige|mehreren"
        "|quelques"
        "|plusieurs|par de|un par de|unos|unas|unos pocos|algunos|varios|uns|alguns|uns poucos|vários|kilka"
        "|parę|kilku|vài|mấy"
        "|beberapa|عده|بضع|بضعه|qualche|alcuni|un paio di|un paio d|paio d|paio di|пару|несколько|birkaç|een paar"
        "|enkele|paar"
        "|כמה|two|zwei|deux|dos|dois|duas|dwa|dwie|hai|dua|สอง|اثنين|due|twee|iki|два|две|двух|שתי|שני",
        3: "สองสาม|ไม่กี่|three|drei|trois|tres|três|trzy|ba|tiga|สาม|ثلاثه|ثلاث|tre|drie|üç|три|трех|שלוש|שלושה",
        4: "four|vier|quatre|cuatro|quatro|cztery|bốn|empat|สี่|اربعه|اربع|quattro|dört|четыре",
        5: "five|fünf|cinq|cinco|pięć|năm|lima|ห้า|خمسه|خمس|cinque|vijf|beş|пять",
        6: "six|sechs|seis|sześć|sáu|enam|หก|سته|ست|sei|zes|altı|шесть",
        7: "seven|sieben|sept|siete|sete|siedem|bảy|tujuh|เจ็ด|سبعه",
        8: "eight|acht|huit|ocho|oito|osiem|tám|delapan|แปด|ثمانيه",
        9: "nine|neun|neuf|nueve|nove|dziewięć|chín|sembilan|เก้า|تسعه",
        10: "ten|zehn|dix|diez|dez|dziesięć|mười|sepuluh|สิบ|عشره",
        12: "twelve|zwölf|douze|doce|doze|dwanaście|mười hai|dua belas|สิบสอง",
        18: "eighteen|achtzehn|dix huit|dieciocho|dezoito|osiemnaście"
        "|mười tám|delapan belas|ثمانيه عشر|สิบแปด|diciotto|achttien|on sekiz|восемнадцать",
        14: "fourteen|vierzehn|quatorze|catorce|catorze|czternaście|mười bốn|empat belas|สิบสี่|quattordici|veertien"
        "|on dört|четырнадцать",
        15: "fifteen|fünfzehn|quinze|quince|piętnaście|mười lăm|lima belas|สิบห้า|quindici|vijftien|on beş|пятнадцать",
        20: "twenty|zwanzig|vingt|veinte|vinte|dwadzieścia|hai mươi|dua puluh|venti|twintig|yirmi|двадцать|عشرين|ยี่สิบ",
        24: "vierundzwanzig|twenty four",
    }
)
_UNITS = _table(
    {
        1: "days|tage|tagen|jours|días|dias|dni|ngày|hari|วัน|يوم|ايام|giorni|dagen|gün|дней|дня",
        7: "weeks|wochen|semaines|semanas|tygodnie|tygodni|tydzień|tuần|minggu|pekan|สัปดาห์|อาทิตย์"
        "|اسبوع|اسابيع|settimane|weken|hafta|недели|недель",
        30: "month|months|monate|monaten|mois|mes|meses|miesiąc|miesiące|miesięcy|tháng|bulan|เดือน|شهر|اشهر|شهور|mesi"
        "|maanden|maand|ay|aya|חודשים|חודש|месяц|месяца|месяцев",
        91: "quarter|quarters|quartal|quartale|quartalen|trimestre|trimestres|kwartał|kwartały|quý|kuartal|ไตรมาส",
        365: "year|years|jahr|jahre|jahren|an|ans|année|années|año|años|ano|anos|rok|lata|lat|roku|năm|tahun|ปี"
        "|سنه|سنوات|سنين|عام|اعوام|anni|anno|jaar|jaren|yıl|yıla|sene|שנים|שנה|год|года|годы|лет",
    }
)
_OF_THE_ARABS = _table({60: "شهرين|חודשיים", 730: "سنتين|عامين|שנתיים", 14: "اسبوعين|שבועיים"})


_NEXT_YEAR = any_of(
    "next year|coming year|new year|following year|nächstes jahr|nächsten jahr|nächstem jahr|nächsten jahres"
    "|kommendes jahr|kommenden jahr|kommenden jahres|neuen jahr|folgejahr|année prochaine|an prochain"
    "|prochaine année|nouvelle année|próximo año|año próximo|año que viene|año entrante|ano que vem|próximo ano"
    "|ano seguinte|przyszłym roku|przyszły rok|przyszłego roku|następnym roku|następny rok|kolejnym roku|nowym roku"
    "|sang năm|tahun depan|السنه القادمه|السنه المقبله|السنه الجايه|العام القادم|العام المقبل|عام قادم"
    "|anno prossimo|prossimo anno|anno nuovo|volgend jaar|komend jaar|gelecek yıl|gelecek sene|seneye"
    "|önümüzdeki yıl|следующем году|будущем году|nästa år|příští rok|내년|שנה הבאה|בשנה הבאה"
)
_SIDE_NEXT = any_of(
    "next|coming|upcoming|nächsten|nächstes|nächste|nächster|nächstem|kommenden|kommendes|kommende|prochain"
    "|prochaine|próximo|próxima|que vem|que viene|przyszłą|przyszłej|przyszły|przyszłego|przyszłym|następnej"
    "|następną|sau|tới|depan|القادم|القادمه|المقبل|المقبله|prossimo|prossima|volgend|volgende|komende|gelecek"
    "|önümüzdeki|следующей|следующем"
)
_SOON_NEXT = any_of("next|this coming|coming|upcoming")
_EARLY_LATE = any_of(
    "early|mid|late|end of|beginning of|start of|spring|summer|autumn|fall|winter|anfang|mitte|ende|frühjahr"
    "|frühling|sommer|herbst|début|fin|mi|courant|printemps|été|automne|hiver|principios de|finales de|mediados de"
    "|inicios de|início de|fim de|final de|meados de|początek|początku|końca|końcem|koniec|końcu|wiosną|wiosnę"
    "|latem|jesienią"
    "|zimą|đầu năm|cuối năm|giữa năm|mùa xuân|mùa hè|mùa thu|mùa đông|awal|akhir|pertengahan|بدايه|نهايه|اوائل"
    "|اواخر|منتصف|inizio|fine|begin|eind"
    "|half of|halbjahr|semestre|półrocze|półroczu|semester"
)
_AHEAD = any_of(
    "from|starting|starts in|start in|as of|beginning|not before|not until|only in|after|by|ab|nach|erst|erst im"
    "|erst ab|nicht vor|frühestens|ab anfang|ab mitte|ab ende|à partir de|à partir d|dès|pas avant|après"
    "|a partir de|a partir del|después de|no antes de|recién en|só em|só a partir de|depois de|para|dopiero w"
    "|dopiero we|po|nie wcześniej niż|phải đến|đến|mulai|setelah|baru|ابتداء من|بدايه من|بعد|dopo|vanaf|pas in"
    "|после"
)
"""What says by itself that a time lies ahead: before a month or a season."""
_SINCE_OR_FROM = any_of("desde|od|từ|من|da|с")
"""Of these the nearer month of the name is meant: the last one, or the next."""
_IN = any_of(
    "in|in the|during|for|for the|until|im|in dem|für|zum|zu|im laufe des|bis|en|au|aux|à l|cet|cette|pour|pour l"
    "|pour le|jusqu en|el|la|en la|en el|para la|para el|em|no|na|na primavera de|w|we|na|do|vào|trong|dịp|di|pada"
    "|bulan|saat|في|شهر|خلال|ใน|เดือน|ช่วง|nel|in autunno|per|op|tijdens|в|к"
    "|around|vers|hacia|por volta de|około|khoảng|sekitar"
)
PLANS = Phrases(
    "plan|plans|planning|planned|want|wants|will|would like|intend|going to|looking to|hoping|hope|need|needed"
    "|thinking of|considering|schedule|expect|möchten|möchte|wollen|will|planen|plane|geplant|brauchen|brauche"
    "|werden|vorhaben|haben vor|vouloir|voulons|veux|voudrais|voudrions|prévoyons|prévois|prévu|souhaite|souhaitons"
    "|envisage|envisageons|aimerais|aimerions|comptons|besoin|quiero|queremos|quisiera|quisiéramos|planeo|planeamos"
    "|pensamos|pienso|necesito|necesitamos|voy a|vamos a|me gustaría|quero|queremos|pretendo|pretendemos|planejo"
    "|planejamos|penso|preciso|precisamos|vou|vamos|gostaria|chcę|chcemy|chciałbym|chciałabym|planuję|planujemy"
    "|zamierzam|zamierzamy|potrzebuję|potrzebujemy|będę|będziemy|muốn|định|dự định|dự kiến|kế hoạch|sẽ|đang cần"
    "|اريد|نريد|اخطط|نخطط|انوي|ننوي|سوف|احتاج|نحتاج|ارغب|نرغب|اود|ingin|mau|akan|rencana|berencana|butuh|perlu"
    "|vorrei|vorremmo|vogliamo|pensiamo|willen|wil|istiyorum|istiyoruz|planlıyoruz|хотим|хочу|планируем|планирую"
    "|собираемся"
    "|voraussichtlich|démarrera|démarrerons|commencera|commencerons|ferons|haremos|empezaremos|comenzaremos|faremos"
    "|começamos|começaremos|zaczynamy|zaczniemy|zrobimy"
)
_PAST = Phrases(
    "last|since|ago|previous|previously|past|earlier|moved|bought|ordered|purchased|had|i was|it was|there was"
    "|that was|which was|were|got|received|visited|installed|paid|saw|spoke|met|came|went|signed|called|wrote|did"
    "|started|sent|joined|expired|happened|born|seit|letzten|letztes|letzte|letzter|letztem|vergangenen|vergangenes"
    "|vorigen|vorige|voriges|hatte|hatten|war|waren|wurde|wurden|gekauft|bestellt|geboren|umgezogen|depuis|dernier"
    "|dernière|passé|passée|il y a|avons acheté|ai acheté|a été|étais|était|avait|né|née|pasado|pasada|hace|último"
    "|última|compré|compramos|pedí|mudé|mudamos|era|fue|estaba|nací|desde hace|passado|passada|atrás|comprei|pedi"
    "|mudei|foi|nasci|zeszłym|zeszły|zeszłą|zeszłej|zeszłego|ubiegłym|ubiegłego|ubiegłej|ostatnim|ostatni|temu"
    "|kupiłem|kupiłam|kupiliśmy|był|była|byłem|byłam|zamówiłem|zamówiłam|urodzony|urodzona|przeprowadziłem"
    "|przeprowadziliśmy|năm ngoái|năm trước|vừa qua|hồi|đã|kể từ|từ năm ngoái|مضت|الماضي|الماضيه|منذ|قبل|كان|كانت"
    "|اشتريت|اشترينا|انتقلت|انتقلنا|طلبت|lalu|kemarin|sejak|sudah|telah|scorso|scorsa|fa|abbiamo comprato|vorig"
    "|vorige|afgelopen|geleden|geçen|önce|прошлом|прошлой|прошлого|назад|купил|купили"
)
_SOMETIME = any_of(
    "not now|not right now|not at the moment|maybe later|some time later|later this year|someday|nicht jetzt"
    "|erst später|irgendwann später|pas maintenant|pas tout de suite|pour plus tard|peut être plus tard|ahora no"
    "|más adelante|agora não|talvez mais tarde|mais para frente|mais pra frente|nie teraz|nie w tej chwili"
    "|chưa cần ngay|chưa cần gấp|chưa cần bây giờ|chưa phải bây giờ|khi khác|ليس الان|مش الان"
    "|في وقت لاحق|belum sekarang|nanti dulu|non ora|non adesso|più avanti|niet nu|şimdi değil|не сейчас"
)
_ALMOST_HALF = any_of(
    "half a year|einem halben jahr|halbes jahr|halben jahr|six mois|medio año|meio ano|pół roku|nửa năm"
    "|setengah tahun|نصف سنه|نصف عام|metà anno|half jaar|полгода"
)
_IN_SPAN = any_of(
    "in|in about|in around|in ca|in etwa|in circa|in rund|dans|dans environ|d ici|en|dentro de|en unos|em|daqui a"
    "|za|za około|za jakieś|za mniej więcej|in frühestens|in mindestens|in at least|dans au moins|tra almeno|بعد"
    "|fra|tra|over|через|בעוד|עוד"
)
_SPAN_AHEAD = any_of("left|to go|to run|remaining|from now|time|later|nữa|lagi|kemudian|mendatang|sonra|de agora")
_AFTER_THE_FEASTS = Pattern(
    " "
    + any_of(
        "after christmas|after new year|after the holidays|nach weihnachten|nach neujahr|nach den feiertagen"
        "|nach silvester|après noël|après les fêtes|después de navidad|después de las fiestas|depois do natal"
        "|depois das festas|depois do ano novo|po świętach|po nowym roku|setelah tahun baru|dopo natale"
        "|dopo le feste|na kerst|после праздников"
    )
    + " "
)
_AFTER_TET = Pattern(f" {any_of('sau tết|ra tết|qua tết|ra giêng|ra năm')} ")
_LEFT = any_of(
    "another|still|noch|noch ca|noch etwa|noch rund|encore|reste|reste encore|restent|quedan|me quedan"
    "|nos quedan|todavía|aún"
    "|quedan unos|faltam|ainda faltam|restam|ainda|jeszcze|zostało|pozostało|còn|còn khoảng|còn tận|masih"
    "|masih ada|sisa|باقي"
    "|بقي|يتبقى|متبقي|mancano|mancano ancora|ancora|restano|еще|осталось|daha|nog|nog zeker|נשארו|נותרו|עוד"
)
"""What is left of a time that has to pass: another fourteen months."""
_SPAN_LEFT = Pattern(rf" {_LEFT} (?P<n>\d{{1,3}}|{any_of(_NUMBERS)}) (?P<unit>{any_of(_UNITS)}) ")
_MORE_SPAN = Pattern(rf" (?P<n>\d{{1,3}}|{any_of(_NUMBERS)}) more (?P<unit>{any_of(_UNITS)}) ")
_AFTER_NEXT = Pattern(
    " "
    + any_of(
        "year after next|season after next|summer after next|spring after next|autumn after next|fall after next"
        "|winter after next"
        "|month after next|the one after next|übernächsten|übernächstes|übernächste|übernächster|übernächstem"
        "|été d après"
        "|année d après|année suivante|hiver d après|après l année prochaine|siguiente al próximo|después del próximo"
        "|seguinte ao próximo|depois do próximo|następnym po przyszłym|po przyszłym roku|năm sau nữa|năm kia nữa"
        "|setelah tahun depan|بعد القادم|بعد القادمه|بعد المقبل|بعد القادمين|dopo la prossima|dopo il prossimo"
        "|dopo l anno prossimo|dopo quello prossimo|послеследующем|послеследующий|через лето|через зиму"
        "|sonraki yıldan sonra"
        "|bir sonraki yaz|bir sonraki yıl|bir sonraki kış|değil sonraki|değil bir sonraki|ondan sonraki"
        "|öbür yıl|öbür sene"
        "|volgend jaar daarna|na volgend jaar|over volgend jaar|שנה אחרי הבאה"
    )
    + " "
)
_NOT_BEFORE = any_of(
    "before|vor|avant|antes de|antes del|przed|trước|trước năm|sebelum|sebelum tahun|قبل|ก่อน|prima del"
    "|prima di|prima|до"
    "|раньше|voor|önce|לפני"
)
_NEVER = any_of(
    "not|won t|won t be|can t|don t|no|never|nicht|keinesfalls|pas|non|não|nao|nie|nie wcześniej niż|không|chưa"
    "|khong|tidak"
    "|bukan|belum|ليس|لا|لن|не|niet|değil|לא"
)
_BEFORE_YEAR = Pattern(rf" {_NEVER} (?:\w+ ){{0,4}}?{_NOT_BEFORE} (?:\w+ ){{0,2}}?(?P<year>20\d\d) ")
_BARE_YEAR = Pattern(r" (?P<year>20\d\d) ")
_YEAR_OF_TURKEY = Pattern(
    r" (?P<year>20\d\d) (?:de|da|den|dan|te|ta|ten|tan|nin|yilinda|yilina|yilindan|yilinin|senesinde|basinda"
    "|sonunda|yaz"
    r"|kis|ben|yilin|годы?|году|года) "
)
_PRE_SPAN = Pattern(rf" {_IN_SPAN} (?P<n>\d{{1,3}}|{any_of(_NUMBERS)}) (?:\d{{1,3}} )?(?P<unit>{any_of(_UNITS)}) ")
_POST_SPAN = Pattern(rf" (?P<n>\d{{1,3}}|{any_of(_NUMBERS)}) (?P<unit>{any_of(_UNITS)}) {_SPAN_AHEAD} ")
_HALF = Pattern(rf" {_IN_SPAN} {_ALMOST_HALF} | {_ALMOST_HALF} {_SPAN_AHEAD} ")
_WHOLE_YEAR = any_of("a year|rok|setahun|سنه|عام")
_WHOLE = Pattern(rf" {_IN_SPAN} {_WHOLE_YEAR} | {_WHOLE_YEAR} {_SPAN_AHEAD} ")
_ARAB_SPAN = Pattern(rf" (?:بعد|خلال|باقي|בעוד|עוד) (?P<unit>{any_of(_OF_THE_ARABS)}) ")
_YEAR_NEXT = Pattern(rf" (?:l |al |lo |dans l |im |de l )?{_NEXT_YEAR} ")
_SOMETIME_RE = Pattern(rf" {_SOMETIME} ")
_DE = "(?:(?:de|del|of|do|le|den|r|nam|tahun) )?"
_YEAR_WORD = any_of("year|jahr|jahre|année|año|ano|rok|roku|năm|tahun|عام|سنه|anno|jaar|שנת")
_PART_OF = "(?:the )?(?:mitte|anfang|ende|mid|early|late|end of|beginning of|bulan|شهر)"
_ARTICLE = "(?:the|le|l|la|el|den|dem|musim)"
_YEAR = Pattern(rf" (?:{_AHEAD}|{_SINCE_OR_FROM}|{_IN}|{_EARLY_LATE}|{_YEAR_WORD}) {_DE}(?P<year>20\d\d|25\d\d) ")
_SEASON = Pattern(
    rf" (?:(?P<next>{_SIDE_NEXT}) |(?P<ahead>{_AHEAD}) (?:{_ARTICLE} )?|(?P<since>{_SINCE_OR_FROM}) "
    rf"|(?P<in>{_IN}) (?:{_ARTICLE} )?)?(?P<season>{any_of(_SEASONS)})(?: (?P<after>{_SIDE_NEXT}))?"
    rf"(?: {_DE}(?P<year>20\d\d))? "
)
_MONTH = Pattern(
    rf" (?:(?P<ahead>{_AHEAD}) (?:(?:{_ARTICLE} )?\d{{1,2}} (?:de )?|{_PART_OF} )?"
    rf"|(?P<since>{_SINCE_OR_FROM}) (?:\d{{1,2}} (?:de )?|{_PART_OF} )?"
    rf"|(?P<in>{_IN}) (?:{_PART_OF} |\d{{1,2}} )?|(?P<next>{_SIDE_NEXT}) )?"
    rf"(?P<month>{any_of(MONTHS)})(?: (?:\d{{1,2}} )?{_DE}(?P<year>20\d\d))? "
)
_VIETNAMESE_MONTH = Pattern(
    r" (?P<lead>tu |vao |den |khoang |dau |cuoi |giua |sau )?thang (?P<month>1[0-2]|[1-9])"
    r"(?: (?:nam )?(?P<year>20\d\d))? "
)
_ISO = Pattern(r" (?P<year>20\d\d) (?P<month>0?[1-9]|1[0-2]) (?P<day>[0-2]?\d|3[01]) ")
_DMY = Pattern(r" (?P<day>[0-3]?\d) (?P<month>[0-3]?\d) (?P<year>20\d\d) ")
_MY = Pattern(r" (?P<month>0?[1-9]|1[0-2]) (?P<year>20\d\d) ")
_QUARTER = Pattern(
    r" (?:q(?P<q>[1-4])|(?P<q1>[1-4])(?:st|nd|rd|th|er|e|eme)? (?:quarter|quartal|trimestre|kwartal|kuartal)"
    r"|(?:quy|trimestre|kwartal|kuartal) (?P<q2>[1-4])|h(?P<h>[12])) (?:de |of |des |nam |tahun )?(?P<year>20\d\d)?"
)
_NEXT_QUARTER = Pattern(
    " "
    + any_of(
        "next quarter|nächsten quartal|nächstes quartal|prochain trimestre|trimestre prochain|próximo trimestre"
        "|przyszłym kwartale|następnym kwartale|quý sau|quý tới|kuartal depan|الربع القادم"
    )
    + " "
)
_NEXT_YEAR_PLAIN = Pattern(r"(?i)\bnam sau\b")
_NEXT_YEAR_VIETNAMESE = Pattern(r"(?i)\bnăm (?:tới|sau)\b")
_THAI_YEAR = Pattern(r"ปี\s?(?P<year>20\d\d|25\d\d)")
_THAI_NEXT = Pattern("|".join(map(fold, ("ปีหน้า", "ปีถัดไป", "明年", "来年", "來年"))))
_THAI_SPAN = Pattern(
    rf"{any_of('อีก|ใน|อีกประมาณ|อีกราว|อีกสัก')}\s?(?P<n>\d{{1,3}}|{any_of(_NUMBERS)})\s?(?P<unit>{any_of(_UNITS)})"
    r"|(?P<n2>\d{1,2})\s?(?:个月|個月|か月|ヶ月|カ月)\s?[后後]"
)
_YEAR_THERE = Pattern(r"(?<!\d)(?P<year>20\d\d)\s?年(?![款型式])")
_SPAN_THERE = Pattern(
    r"(?P<n>\d{1,3}|[一二两兩三四五六七八九十半几幾数]{1,2})\s?(?P<unit>个月|個月|か月|ヶ月|カ月|ヵ月"
    r"|年)[半多]?\s?[之以]?[后後]"
    r"|(?:还有|還有|还剩|還剩|再过|再過|过|過|あと|まだ)\s?(?P<n2>\d{1,3}|[一二两兩三四五六七八九十半几幾数]{1,2})\s?"
    r"(?P<unit2>个月|個月|か月|ヶ月|カ月|ヵ月|年)"
)
_NUMBERS_THERE = {
    sign: number for number, signs in enumerate(("半一", "二两兩几幾数", "三", "四", "五", "六"), 1) for sign in signs
}
_AFTER_NEXT_THERE = Pattern(any_of("อีกปีครึ่ง|อีกหนึ่งปีครึ่ง|后年|後年|再来年|再來年|ปีถัดจากปีหน้า"))
_SUPPLY_THERE = Pattern(any_of("รับประกัน|ผ่อน|จัดส่ง|质保|保修|分期|保証|保固"))
_THAI_MONTH = Pattern(rf"{any_of('ตั้งแต่|เดือน|ใน|ประมาณ|หลัง')}\s?(?P<month>{any_of(MONTHS)})")
_THAI_SEASON = Pattern(
    rf"(?P<season>{any_of(_SEASONS)})\s?(?:{fold('หน้า')}|{fold('ปีหน้า')})|(?:明年|来年)の?(?P<season2>[春夏秋冬])"
)
_THAI_PAST = Pattern("|".join(map(fold, ("ที่แล้ว", "ปีก่อน", "เดือนก่อน", "มาแล้ว", "ซื้อไป", "เคย", "去年", "以前", "昨年"))))
_THAI_SOMETIME = Pattern(
    "|".join(map(fold, ("ยังไม่ใช่ตอนนี้", "ไว้ทีหลัง", "ยังไม่ต้องการตอนนี้", "ไว้คราวหน้า", "以后再", "現在ではなく")))
)


def _last_words(*tables: Mapping[str, int]) -> frozenset[str]:
    return frozenset(listed.rpartition(" ")[2] for table in tables for listed in table)


_OF_MONTHS, _OF_SEASONS = _last_words(MONTHS) | {"thang"}, _last_words(_SEASONS)
_OF_SPANS = (
    _last_words(_UNITS, _OF_THE_ARABS) | frozenset(fold("half halben halbes pół nửa setengah نصف metà полгода").split())
) - {"an"}
_OF_THE_REST = frozenset(
    fold(
        """seneye season הבאה
        السنه العام году nam năm 내년 roku year jahr jahren jahres année prochain próximo año ano tahun
        anno jaar yıl q1 q2 q3 q4 h1 h2 quy quý quartal kwartale kuartal trimestre quarter tết giêng christmas
        holidays weihnachten neujahr feiertagen silvester noël fêtes navidad fiestas natal festas świętach kerst
        feste natale праздников folgejahr übernächsten übernächstes übernächste übernächster übernächstem القادم
        القادمه
        المقبل sonraki öbür suivante après лето зиму"""
    ).split()
)
_OF_SOMETIME = frozenset(
    fold(
        """now moment later year someday jetzt später maintenant suite tard ahora adelante agora tarde frente teraz
        chwili khác chưa الان لاحق sekarang dulu ora adesso avanti nu değil сейчас"""
    ).split()
)
_PIVOTS = _OF_MONTHS | _OF_SEASONS | _OF_SPANS | _OF_THE_REST | _OF_SOMETIME
"""Words without one of which a text of separate words names no time."""
_EVENTS = frozenset(
    fold(
        """wedding weddings marriage honeymoon birthday hochzeit hochzeiten hochzeitsfeier flitterwochen geburtstag
        mariage mariages marions marier anniversaire boda bodas luna cumpleaños casamento casamentos aniversário
        wesele wesela weselu weselna ślub ślubu urodziny đám cưới عرس عرسي زفاف زفافي pernikahan nikah resepsi
        matrimonio nozze compleanno bruiloft düğün свадьба свадьбу trip travel travelling traveling holiday vacation
        cruise flight flights nights überfahrt reise urlaub nächte übernachtung übernachtungen flug voyage vacances
        nuits nuitées vol viaje vacaciones noches vuelo viagem férias noites voo wycieczka wakacje wczasy noclegi
        nocleg du lịch سفر رحله ليال ليالي حجز liburan perjalanan wisata penginapan tour tours tiec tiệc party feier
        gala messe seminar conference kongress congreso congress konferencja hội nghị مؤتمر konferensi"""
    ).split()
) - set(fold("luna du lịch hội nghị đám cưới vol").split())
"""What takes place at the time that is named: who wants it, wants to settle it now."""
_EVENTS_RUN_ON = Pattern(any_of("งานแต่ง|วันเกิด|ทริป|ท่องเที่ยว|ที่พัก|ห้องพัก|婚礼|結婚式"))
_EVENTS_OF_TWO = Pattern(f" {any_of('luna de miel|du lịch|hội nghị|đám cưới|tiệc cưới|đám hỏi')} ")
_NO_LATER = frozenset(
    fold("not t nicht no pas não nie không tidak bukan ليس لا не non niet değil לא won never").split()
)
_TURNING = (_NO_LATER - {"no"}) | frozenset(
    fold("before vor avant antes przed trước sebelum قبل до prima voor önce לפני since seit").split()
)
"""Words before "next year" that turn it round, the second ones where none of the first goes before: not before."""
_HANDING_OVER = Phrases(
    """flat|apartment|condo|keys|handed over|handover|hand over|new build|wohnung|neubau|schlüssel|
    schlüsselübergabe|übergabe
    |appartement|logement|clés|livraison de la maison|livraison de notre maison|piso|vivienda|llaves|
    entrega de la casa
    |departamento|apartamento|chaves|moradia|imóvel|entrega da casa|mieszkanie|mieszkania|kluczy|kluczyki|căn hộ|
    chung cư
    |bàn giao|giao nhà|apartemen|serah terima|kunci|شقه|الشقه|الفيلا|المفتاح|المفاتيح|مفتاح|appartamento|chiavi
    |consegna della casa|квартиры|квартиру|квартира|ключи|ключей|новостройки|daire|dairenin|anahtar|woning|sleutels
    |oplevering|דירה|הדירה|מפתח"""
)
"""What is handed over before anything can be put into it: such a delivery is a time that is waited for."""
_WITHIN = Phrases(
    "within|innerhalb|binnen|d ici|les prochains|les prochaines|los próximos|las próximas|nos próximos|nas próximas"
    "|w ciągu|najbliższych|trong|dalam|خلال|entro|next|nächsten|kommenden"
)
_SUPPLY = Phrases(
    "delivery|deliver|delivered|installments|instalments|lieferung|liefern|lieferzeit|raten|livraison"
    "|livrer|livré|mensualités|entrega|entregas|entregar|cuotas|parcelas|parcelada|parcelado|vezes|dostawa"
    "|dostawą|dostawę|ratach|raty|giao|giao hàng|trả góp|توصيل|تسليم|اقساط|pengiriman|dikirim|cicilan"
    "|consegna|levering|teslimat|taksit|доставка|warranty|guarantee|guaranteed|valid|passport|inspection|visa"
    "|garantie|gewährleistung"
    "|gültig|tüv|hu|ausweis|reisepass|valable|passeport|garantía|válido|pasaporte|itv|garantia|passaporte|gwarancja"
    "|gwarancji|gwarancję|ważny|ważna|paszport|przegląd|bảo hành|đăng kiểm|hộ chiếu|garansi|berlaku|paspor|ضمان"
    "|الضمان"
    "|صالح|garanzia|valido|passaporto|revisione|гарантия|гарантии|действителен|паспорт|garanti|garantili"
    "|geçerli|pasaport"
    "|muayene|geldig|paspoort|apk|model year|year model|modelljahr|année modèle|rok modelowy|baujahr|financing"
    "|finance|financed|finanziert|finanzierung|finanzieren"
)
"""Clauses whose time is that of a delivery or of instalments, of a warranty or of a model."""
_LATEST = Phrases(
    "no later than|not later than|at the latest|latest by|deadline|due by|due on|due date|spätestens|nicht später als"
    "|allerspätestens|deadline ist|au plus tard|dernier délai|date limite|a más tardar|como tarde|como muy tarde"
    "|fecha límite|o mais tardar|no máximo até|até no máximo|prazo final|najpóźniej|nie później niż|chậm nhất"
    "|muộn nhất|trễ nhất|hạn chót|paling lambat|selambat lambatnya|tenggat|batas waktu|في موعد اقصاه|علي ابعد تقدير"
    "|كحد اقصي|al più tardi|non oltre|uiterlijk|en geç|en gec|не позднее|не позже|крайний срок|nejpozději|cel târziu"
    "|senast|senest|viimeistään|legkésőbb"
)
"""What says by itself that a time is a deadline: whoever needs it by then wants it now."""
_BY = (
    "by|before|ahead of|bis|bis zum|vor|avant|avant le|d ici|d ici à|d ici au|d ici le|d ici la|antes de|antes del"
    "|antes do|antes da|antes|até|até o|até ao|até a|do|przed|trước|sebelum|قبل|entro|entro il|entro la|prima di"
    "|prima del|prima della|voor|tegen|до|к|ко|перед|do konce|před|pana in|până în|pana la|до кінця|innan|före|inden"
)
_BY_THEN = any_of(_BY)
_OF_DEADLINES = frozenset(fold(each).split()[0] for each in _BY.split("|")) | {"para", "kadar", "zum", "pour", "na"}
_BY_THEN_FOR = any_of("para|para el|para o|zum|pour le|na")
"""The same beside a word of need: "lo necesitamos para marzo"; a price for March is another thing."""
_NEEDS = Phrases(
    "necesito|necesitamos|necesita|hace falta|preciso|precisamos|precisa|brauchen|brauche|benötigen|benötige|besoin"
    "|faut|potrzebuję|potrzebujemy"
)
_MUST = Phrases(
    "must|has to|have to|should|needs to|muss|müssen|soll|sollte|doit|devons|doivent|faut|debe|tiene que|tienen que"
    "|debemos"
    "|deve|tem de|tem que|temos de|devono|musi|muszą|musimy|phải|cần|harus|يجب|لازم|moet|moeten|gerekiyor|lazım|должно"
    "|должен|должны|musí"
)
_READY = Phrases(
    "ready|operational|running|finished|completed|installed|in place|in operation|delivered|fertig|betriebsbereit"
    "|einsatzbereit|in betrieb|fertiggestellt|installiert|équipés|équipé|prêt|prête|prêts|terminé|terminée|installé"
    "|opérationnel|opérationnels|listo|lista|listos|instalado|instalada|terminado|operativo|pronto|pronta|concluído"
    "|gotowe|gotowy|gotowa|zamontowane|xong|sẵn sàng|hoàn thành|siap|selesai|terpasang|جاهز|جاهزا|يجهز|installato"
    "|hazır|готово|готов|готова|klaar|hotové|hotovo"
)
"""What must be so at a time is a deadline: it must be ready in March."""
_PART_OF_TIME = any_of(
    "the|of|end|end of|the end of|beginning of|start of|mid|middle of|early|late|next|coming|den|dem|der|zum|am|ende"
    "|anfang|mitte|nächsten|nächstem|nächstes|kommenden|le|la|l|el|o|os|fin|fin de|la fin de|fines de|finales de"
    "|final de|o fim de|fim de|o final de|meados de|mediados de|principios de|début|mi|fine|la fine di|metà|inizio"
    "|końca|końcem|początku|początkiem|połowy|cuối|đầu|giữa|ngày|mùa|năm|akhir|awal|pertengahan|bulan|tanggal|tahun|musim|نهايه|بدايه"
    "|منتصف|شهر|eind|einde|begin|конца|начала|концу|началу|середины|de|del|do|d|di|da|konce|konca"
)
_TIME = (
    rf"(?:{any_of(MONTHS)}|{any_of(_SEASONS)}|{_NEXT_YEAR}|thang (?:1[0-2]|[1-9])|q[1-4]"
    rf"|\d{{1,2}} \d{{1,2}} 20\d\d|20\d\d \d{{1,2}} \d{{1,2}}|\d{{1,2}} 20\d\d|\d{{1,2}} \d{{1,2}}|[12]\d{{3}})"
    r"(?: (?:(?:de|del|do|of|nam|tahun|عام|سنه) )?20\d\d)?(?: (?:next year|che viene|prossimo|prochain|que viene"
    r"|que vem|próximo|depan|القادم|المقبل|sau|toi))?"
)
_DEADLINE_TIME = rf"(?:(?:{_PART_OF_TIME}|\d{{1,2}}(?:st|nd|rd|th|er|ta)?) ){{0,4}}?{_TIME} "
_DEADLINE = Pattern(rf" {_BY_THEN} {_DEADLINE_TIME}")
_DEADLINE_FOR = Pattern(rf" {_BY_THEN_FOR} (?:\d{{1,2}} (?:de )?)?{any_of(MONTHS)} (?:(?:de )?20\d\d )?")
_DEADLINE_BEHIND = Pattern(rf" {_TIME} (?:\w{{1,4}} )?(?:kadar) ")
_WAITS_TILL_THEN = Phrases(
    """ends|ending|expires|expire|runs out|is up|tied|bound|locked|wait|waiting|hold off|contract|lease|away|abroad
    |closed|busy|nothing|won|cannot|gebunden|vertrag|mietvertrag|leasingvertrag|läuft|warten|warte|ausgebucht
    |geschlossen|verreist|unterwegs|nichts|kein|keine|keinen|engagé|engagés|engagée|contrat|bail|attendre|attendons
    |rien|ne|contrato|vinculado|vinculados|atados|esperar|esperamos|vence|termina|presos|aguardar|nada|umowa|umowę
    |umowy|czekać|czekamy|związani|hợp đồng|đợi|chờ|kontrak|menunggu|tunggu|عقد|العقد|ننتظر|ينتهي|contratto|scade
    |vincolati|aspettare|aspettiamo|niente|contract loopt|loopt|wachten|vast|sözleşme|sözleşmemiz|bekle|bekliyoruz
    |договор|ждать|ждем|истекает|booked|start|starting|begin|beginnen|starten|anfangen|commencer|empezar|começar
    |zaczynamy|zacząć|bắt đầu|mulai|نبدا|iniziare"""
)
"""Words with which "until March" is what has to pass first."""
_DEADLINE_THERE = Pattern(
    any_of(
        "ก่อนเดือน|ก่อนปี|ก่อนสิ้น|ก่อนวันที่|ก่อนปลาย|ก่อนต้น|ภายใน|ไม่เกินเดือน|月前|月底前|年前|年底前|日前|之前|までに|月まで|年まで"
    )
)
_NOT_DEADLINE_THERE = Pattern(any_of("ไม่ก่อน|ไม่เริ่ม|ยังไม่|สัญญา|หมดอายุ|รอ|不会|不能|合同|到期|等到|才|契約"))
_RUN_ON_PIVOTS = Pattern(any_of("ปี|เดือน|หน้า|อีก|ไว้|ตอนนี้|年|月|以后|春|夏|秋|冬|หมด"))
_DIGITS_OF_A_YEAR = Pattern(r"(?<!\d)(?:20\d\d|25\d\d)(?!\d)")


def may_name(words: Sequence[str], folded: str) -> bool:
    """Whether a text (``words.words_of`` it, and the folded text) may name a time ahead; so it ends for most of
    them.
    """
    if not _PIVOTS.isdisjoint(words) or "un an" in folded:
        return True
    if ("20" in folded or "25" in folded) and _DIGITS_OF_A_YEAR.search(folded):
        return True
    return not folded.isascii() and _RUN_ON_PIVOTS.search(folded) is not None


def span_days(value: str) -> float | None:
    """The days that a span in a field of its own tells, at least (``3 to 6 months``); 0 for what is within one, None
    for what is no span.
    """
    words = words_of(fold(value))
    units = [unit for word in words if (unit := _UNITS.get(word))]
    told = read_range(value)
    numbers = [number for word in words if (number := _NUMBERS.get(word) or (1 if word in ("a", "an") else None))]
    if not units or not (told or numbers):
        return None
    if _WITHIN.stand_in(f" {' '.join(words)} ", frozenset(words)):
        return 0
    return min((told.low if told else numbers[0]) * units[-1], _FURTHEST * 366)


def spell_out(text: str) -> str:
    """A text in which "next year" in Vietnamese differs without accents too: from "I" (tôi) and "six" (sáu)."""
    if text.isascii():
        return _NEXT_YEAR_PLAIN.sub("sang nam", text)
    return _NEXT_YEAR_VIETNAMESE.sub("sang năm", text) if "ă" in text else text


def is_of_event(words: Sequence[str], folded: str) -> bool:
    """Whether a text is about what takes place at a time, as a wedding or a journey does."""
    if not _EVENTS.isdisjoint(words):
        return True
    if folded.isascii():
        return _EVENTS_OF_TWO.search(f" {' '.join(words)} ") is not None
    return _EVENTS_RUN_ON.search(folded) is not None


def later(clause: str, today: date, southern: bool = False) -> date | None:
    """The first time ahead that a clause (``words.clauses``) names; None where it names none, and of a time that
    nobody
    can tell, as of "not now", ``date.max``. ``today`` is when the text was written.
    """
    if RUNS_ON.search(clause):
        is_deadline = _DEADLINE_THERE.search(clause) and not _NOT_DEADLINE_THERE.search(clause)
        return None if is_deadline else _named_there(clause, today)
    words = frozenset(clause.split())
    if _PIVOTS.isdisjoint(words) and " un an " not in clause and not _DIGITS_OF_A_YEAR.search(clause):
        return None
    clause = _without_deadline(clause, words)
    words = frozenset(clause.split())
    if _SUPPLY.stand_in(clause, words) and not _HANDING_OVER.stand_in(clause, words):
        return None
    found = [when for when in _certain(clause, words, today) if when]
    if not _PAST.stand_in(clause, words):
        found += [when for when in _likely(clause, words, today, southern) if when]
    if not found:
        found = [when for when in _bare(clause, words, today, southern) if when]
    if found:
        return min(found)
    return date.max if not _OF_SOMETIME.isdisjoint(words) and _SOMETIME_RE.search(clause) else None


def _without_deadline(clause: str, words: frozenset[str]) -> str:
    """A clause without the time by which it is needed: "by March" is no "from March on"."""
    if _LATEST.stand_in(clause, words) or (_MUST.stand_in(clause, words) and _READY.stand_in(clause, words)):
        return " "
    if _OF_DEADLINES.isdisjoint(words) or _WAITS_TILL_THEN.stand_in(clause, words) or not words.isdisjoint(_NO_LATER):
        return clause
    clause = _DEADLINE_BEHIND.sub(" ", _DEADLINE.sub(" ", clause))
    return _DEADLINE_FOR.sub(" ", clause) if _NEEDS.stand_in(clause, words) else clause


def _certain(clause: str, words: frozenset[str], today: date) -> Iterator[date | None]:
    """What lies ahead whatever else is told: what has its year, or is next year."""
    if not _OF_THE_REST.isdisjoint(words) and any(not _turned(clause, found) for found in _YEAR_NEXT.finditer(clause)):
        yield date(today.year + 1, 7, 1)
    if _AFTER_NEXT.search(clause):
        yield date(today.year + 2, 3, 1)
    if not _DIGITS_OF_A_YEAR.search(clause):
        return
    yield from _dates(clause, today)
    for written in _MONTH.finditer(clause):
        if written["year"]:
            yield _month_start(MONTHS[written["month"]], written["year"], today)
    for written in _VIETNAMESE_MONTH.finditer(clause):
        if written["year"]:
            yield _month_start(int(written["month"]), written["year"], today)
    for pattern in (_YEAR, _YEAR_OF_TURKEY, _BEFORE_YEAR):
        for written in pattern.finditer(clause):
            yield _in_year(written["year"], today)


def _bare(clause: str, words: frozenset[str], today: date, southern: bool) -> Iterator[date | None]:
    """A year beside a month or a season, in whatever order and form."""
    months = [MONTHS[word] for word in words & MONTHS.keys()]
    months += [(_SEASONS[word] + 6 * southern - 1) % 12 + 1 for word in words & _SEASONS.keys()]
    for written in _BARE_YEAR.finditer(clause) if months else ():
        yield _month_start(min(months), written["year"], today)


def _dates(clause: str, today: date) -> Iterator[date | None]:
    for pattern in (_ISO, _DMY):
        for written in pattern.finditer(clause):
            yield _ahead(_date(written["year"], written["month"], written["day"]), today)
    for written in _MY.finditer(clause):
        yield _ahead(_date(written["year"], written["month"], "1"), today)


def _turned(clause: str, found: Match[str]) -> bool:
    """Whether a time ahead is what it shall not be: "not next year", "before next year"."""
    before = clause[: found.start()].split()[-4:]
    if not before or before[-1] not in _TURNING:
        return False
    return before[-1] in _NO_LATER or _NO_LATER.isdisjoint(before[:-1])


def _likely(clause: str, words: frozenset[str], today: date, southern: bool) -> Iterator[date | None]:
    """What lies ahead where nothing in the clause tells of what was."""
    if not _OF_SPANS.isdisjoint(words) or " un an " in clause:
        yield from _spans(clause, today)
    if not _OF_THE_REST.isdisjoint(words):
        yield from _feasts_and_quarters(clause, today)
    plans = PLANS.stand_in(clause, words)
    if not _OF_SEASONS.isdisjoint(words):
        for written in _SEASON.finditer(clause):
            if written["year"] or (most := _days_ahead(written, plans, written["after"])):
                month = (_SEASONS[written["season"]] + 6 * southern - 1) % 12 + 1
                yield _month_start(month, written["year"], today, 0 if written["year"] else most)
    if not _OF_MONTHS.isdisjoint(words):
        for written in _MONTH.finditer(clause):
            if not written["year"] and (most := _days_ahead(written, plans)):
                yield _month_start(MONTHS[written["month"]], None, today, most)
        for written in _VIETNAMESE_MONTH.finditer(clause):
            if not written["year"] and (written["lead"] or plans):
                yield _month_start(int(written["month"]), None, today, 183 if written["lead"] == "tu " else 330)


def _days_ahead(written: Match[str], plans: bool, after: object = None) -> int:
    """How many days ahead a month or a season without a year may begin, by the words before it; 0 where they do
    not say
    that it lies ahead.
    """
    if written["next"] or after:
        return 366
    if written["since"]:
        return 183
    if written["ahead"]:
        return 270
    return 330 if written["in"] and plans else 0


def _feasts_and_quarters(clause: str, today: date) -> Iterator[date | None]:
    if _AFTER_THE_FEASTS.search(clause):
        yield date(today.year + 1, 1, 2)
    if _AFTER_TET.search(clause):
        yield date(today.year + (today.month > 1), 2, 1)
    for written in _QUARTER.finditer(clause):
        quarter = int(written["q"] or written["q1"] or written["q2"] or 2 * int(written["h"]) - 1)
        yield _month_start(3 * quarter - 2, written["year"], today)
    if _NEXT_QUARTER.search(clause):
        month = 3 * ((today.month - 1) // 3) + 4
        yield date(today.year + month // 13, (month - 1) % 12 + 1, 1)


def _spans(clause: str, today: date) -> Iterator[date | None]:
    for pattern in (_PRE_SPAN, _POST_SPAN, _SPAN_LEFT, _MORE_SPAN):
        for written in pattern.finditer(clause):
            yield _after(written["n"], _UNITS[written["unit"]], today)
    if _HALF.search(clause):
        yield today + timedelta(days=182)
    if _WHOLE.search(clause):
        yield today + timedelta(days=365)
    for written in _ARAB_SPAN.finditer(clause):
        yield today + timedelta(days=_OF_THE_ARABS[written["unit"]])


def _named_there(clause: str, today: date) -> date | None:
    """In Thai, Chinese and Japanese, whose words run on."""
    if _THAI_PAST.search(clause) or _SUPPLY_THERE.search(clause):
        return None
    found: list[date | None] = []
    if _THAI_NEXT.search(clause):
        found.append(date(today.year + 1, 7, 1))
    if _AFTER_NEXT_THERE.search(clause):
        found.append(date(today.year + 2, 3, 1))
    found += _dates(clause, today)
    found += [
        _in_year(written["year"], today) for each in (_THAI_YEAR, _YEAR_THERE) for written in each.finditer(clause)
    ]
    for written in _SPAN_THERE.finditer(clause):
        count, unit = written["n"] or written["n2"], written["unit"] or written["unit2"]
        number = int(count) if count.isdecimal() else _NUMBERS_THERE.get(count[0], 10)
        found.append(_ahead(today + timedelta(days=number * (365 if unit == "年" else 30)), today))
    found += [
        _after(written["n"] or written["n2"], _UNITS[written["unit"]] if written["unit"] else 30, today)
        for written in _THAI_SPAN.finditer(clause)
    ]
    found += [_month_start(MONTHS[written["month"]], None, today) for written in _THAI_MONTH.finditer(clause)]
    found += [
        _month_start(_SEASONS[written["season"] or written["season2"]], None, today)
        for written in _THAI_SEASON.finditer(clause)
    ]
    known = [when for when in found if when]
    if known:
        return min(known)
    return date.max if _THAI_SOMETIME.search(clause) else None


def _after(count: str, days: int, today: date) -> date | None:
    number = int(count) if count.isdecimal() else _NUMBERS[count]
    return _ahead(today + timedelta(days=number * days), today)


def _in_year(year: str, today: date) -> date | None:
    """The middle of a year ahead; of the Buddhist era too, which Thailand counts by."""
    number = int(year) - 543 * (int(year) > 2500)
    return date(number, 7, 1) if today.year < number <= today.year + _FURTHEST else None


def _month_start(month: int, year: str | None, today: date, most: int = 366) -> date | None:
    """When a month begins: that of the year, else the next one, if that is at most so many days ahead."""
    if year:
        return _ahead(date(int(year), month, 1), today)
    begins = date(today.year + (month <= today.month), month, 1)
    return begins if (begins - today).days <= most else None


def _date(year: str, month: str, day: str) -> date | None:
    """A date by day and month, or month and day where it can only be that."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        try:
            return date(int(year), int(day), int(month))
        except ValueError:
            return None


def _ahead(when: date | None, today: date) -> date | None:
    return when if when and today < when and when.year <= today.year + _FURTHEST else None
