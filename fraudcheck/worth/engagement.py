"""What did the person do, and how much does it show that they want something?

Actions come first: what was looked at and asked for on the site, then the effort of the form, then what the message
asks. What was not measured earns nothing and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from fraudcheck.records import Activity, Criterion, Lead
from fraudcheck.worth.requests import APPOINTMENT, CONTACT, PRICE
from fraudcheck.worth.words import RUNS_ON, fold

APPOINTMENTS = ("appointment", "demo")
"""The actions that ask for a contact or an appointment."""


class Action(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of action: the most points that it earns, the share of them that the first time earns, and its names.

    Each further time earns the same share of what is left, so that the tenth page says little; with ``once`` 1 the
    first time earns all. Where ``each`` is given, every time earns so many points, up to ``weight``, and ``once`` says
    nothing. The first ``free`` times earn nothing: one visit is no return.
    """

    weight: float
    once: float = 0.5
    each: float | UnsetType = UNSET  # not written where it is not given: kept tables keep their hash
    free: int = 0
    names: tuple[str, ...] = ()


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most points that each measure of the form and the message earns."""

    seconds_on_page: float = 5.0
    fill_seconds: float = 5.0
    keystrokes: float = 3.0
    corrections: float = 2.0
    message: float = 20.0
    price_asked: float = 15.0
    contact_asked: float = 15.0
    appointment_asked: float = 25.0


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split("|"))


ACTIONS: dict[str, Action] = {
    "appointment": Action(
        weight=40.0,
        once=0.9,
        names=_names(
            """appointment|appointments|book appointment|appointment booked|schedule|scheduled|meeting|
            meeting booked|book meeting|
            hs meeting booked|booking|reservation|callback|call back|callback request|request call|contact request|
            contact sales|
            click to call|phone click|test drive|site visit|viewing|
            termin|terminanfrage|terminbuchung|rückruf|rückrufbitte|probefahrt|besichtigung|rendez-vous|rdv|
            prise de rendez-vous|
            rappel|cita|agendar cita|reserva|agendamento|marcação|wizyta|umówienie wizyty|spotkanie|đặt lịch|
            đặt lịch hẹn|lịch hẹn|
            hẹn gặp|gọi lại|janji temu|jadwal|reservasi|موعد|حجز|حجز موعد|นัดหมาย|จองคิว|appuntamento|afspraak|
            randevu|запись|预约|予約|
            appuntamenti|prenotazione|prenotazioni|prenota|richiesta di contatto|richiamata|sopralluogo|
            visita in loco|prova su strada|afspraken|afspraak maken|terugbelverzoek|terugbellen|proefrit|
            bezichtiging|randevular|randevu al|randevuya|rezervasyon|geri arama|встреча|запись на прием|обратный звонок|
            заказать звонок|бронирование|тест драйв|预约试驾|预约看房|回电|来電予約|予約する|問い合わせ予約|예약|
            상담 예약|전화 요청|תיאום פגישה|פגישה|הזמנת תור|חזרו אליי|termine|beratungstermin|terminvereinbarung|
            rückrufe|besichtigungen|probefahrten|rendez-vous pris|demande de rappel|rappels|prendre rendez-vous|
            citas|reservas|llamada|solicitar llamada|visita guiada|agendamentos|marcações|reuniões|reunião|ligação|
            test drive agendado|wizyta umówiona|umów wizytę|umów spotkanie|spotkania|oddzwonienie|jazda próbna|
            rezerwacja|rezerwacje|lái thử|xem nhà|khảo sát|yêu cầu gọi lại|đặt hẹn|test drive mobil|survei lokasi|
            janji|telepon balik|buat janji|مواعيد|حجوزات|معاينه|معاودة الاتصال|اتصل بي|تجربه قياده|จอง|จองนัด|
            ขอให้โทรกลับ|ทดลองขับ|นัดชม|
            schůzka|schůzky|rezervace|rezervovat|objednat schůzku|zavolejte mi|zpětné volání|zkušební jízda|
            prohlídka|programare|programări|rezervare|întâlnire|vizionare|sună mă|apel înapoi|
            test drive programat|appuntamento richiesto|richiesta appuntamento|rendez-vous demandé"""
        ),
    ),
    "demo": Action(
        weight=35.0,
        once=0.9,
        names=_names(
            """demo|demos|demo request|request demo|book demo|book a demo|demo booked|live demo|trial|free trial|
            start trial|
            trial signup|sample|sample request|vorführung|demo anfordern|probe|testversion|muster|démo|
            démonstration|essai|essai gratuit|
            échantillon|demostración|prueba|prueba gratis|muestra|demonstração|teste grátis|amostra|prezentacja|
            wersja próbna|próbka|
            dùng thử|xem demo|trải nghiệm|mẫu thử|coba gratis|uji coba|percobaan|contoh|عرض توضيحي|تجربه|
            تجربه مجانيه|عينه|ทดลองใช้|สาธิต|
            dimostrazione|prova gratuita|proefversie|deneme|
            dimostrazioni|prove gratuite|prova gratis|richiesta demo|campione|campioni|demonstratie|
            gratis proberen|proefperiode|monster|demolar|ücretsiz deneme|numune|демо|демонстрация|пробный период|
            пробная версия|образец|образцы|演示|试用|免费试用|样品|デモ|無料体験|体験|サンプル|데모|무료 체험|샘플|
            הדגמה|ניסיון|דוגמה|vorführungen|muster bestellen|kostenlos testen|gratis testen|probezugang|essais|
            échantillons|demostraciones|pruebas|muestras|demonstrações|amostras|teste|prezentacje|próbki|
            darmowy okres próbny|mẫu|yêu cầu demo|sampel|percobaan gratis|عينات|عرض تجريبي|طلب عرض توضيحي|ตัวอย่าง|
            ขอทดลองใช้|
            ukázka|ukázky|předvedení|vyzkoušet|vyzkoušet zdarma|vzorek|vzorky|zkušební verze|demonstrații|
            probă gratuită|încercare gratuită|perioadă de probă|mostră|mostre"""
        ),
    ),
    "basket": Action(
        weight=30.0,
        once=0.6,
        names=_names(
            """basket|cart|add to cart|add to basket|added to cart|view cart|begin checkout|initiate checkout|checkout|
            add payment info|add shipping info|configurator|customize product|configure|wishlist|add to wishlist|
            calculator|quote form|
            warenkorb|in den warenkorb|merkzettel|konfigurator|kasse|rechner|panier|ajout au panier|simulateur|
            carrito|añadir al carrito|
            cesta|simulador|carrinho|adicionar ao carrinho|koszyk|dodanie do koszyka|kalkulator|giỏ hàng|
            thêm vào giỏ|giỏ|đặt hàng|
            keranjang|tambah ke keranjang|سله|سله التسوق|اضافه الي السله|ตะกร้า|เพิ่มลงตะกร้า|carrello|winkelwagen|
            sepet|корзина|购物车|カート|
            carrelli|aggiungi al carrello|aggiunto al carrello|cestino|configuratore|simulatore|calcolatore|
            lista dei desideri|acquista|cassa|winkelmandje|in winkelwagen|toevoegen aan winkelwagen|rekenhulp|
            afrekenen|sepete|sepete ekle|sepete eklendi|ödeme|hesaplama|добавить в корзину|добавление в корзину|
            оформление заказа|калькулятор|конфигуратор|избранное|加入购物车|購物車|结算|下单|收藏|カートに追加|
            購入手続き|お気に入り|장바구니|장바구니 담기|결제|עגלה|סל קניות|הוספה לסל|קופה|מחשבון|warenkörbe|
            zur kasse|merkliste|wunschliste|paniers|ajouter au panier|commander|calculateur|configurateur|carritos|
            agregar al carrito|pagar|calculadora|configurador|lista de deseos|carrinhos|finalizar compra|
            lista de desejos|koszyki|do koszyka|dodaj do koszyka|kasa|konfigurator produktu|kalkulator kosztów|
            thanh toán|tính giá|yêu thích|keranjang belanja|beli|pembayaran|simulasi|kalkulator harga|السله|
            عربه التسوق|اضف الي السله|الدفع|حاسبه|المفضله|รถเข็น|ใส่ตะกร้า|ชำระเงิน|คำนวณ|
            košík|do košíku|vložit do košíku|přidat do košíku|pokladna|kalkulačka|konfigurátor|coș|coșul|
            adăugat în coș|adaugă în coș|finalizare comandă|configurator|lista de dorințe"""
        ),
    ),
    "prices": Action(
        weight=25.0,
        once=0.5,
        names=_names(
            """price|prices|pricing|price page|pricing page|view pricing|price list|compare|comparison|
            price comparison|compare prices|
            compare products|quote|quotes|quotation|request quote|get quote|rates|plans|offer|offers|
            preis|preise|preisliste|preisvergleich|vergleich|angebot|angebote|tarife|prix|tarifs|tarif|comparatif|
            comparaison|devis|offre|
            precio|precios|comparar|comparación|presupuesto|cotización|tarifas|preço|preços|comparação|orçamento|
            cotação|cena|ceny|cennik|
            porównanie|wycena|oferta|giá|bảng giá|báo giá|so sánh|so sánh giá|xem giá|harga|daftar harga|
            bandingkan|perbandingan|penawaran|
            اسعار|السعر|سعر|الاسعار|مقارنه|عرض سعر|ราคา|เปรียบเทียบ|ใบเสนอราคา|prezzo|prezzi|preventivo|confronto|
            prijs|prijzen|offerte|
            fiyat|fiyatlar|цена|цены|价格|価格|料金|
            preventivi|listino|listino prezzi|listini|confronta|confronta prezzi|confronto prezzi|confronti|
            prezzi confrontati|costi|costo|tariffe|tariffa|quotazione|quotazioni|richiesta preventivo|
            preventivo richiesto|offerta|offerte prezzi|prijslijst|prijzen vergelijken|prijsvergelijking|
            vergelijken|offerte aanvragen|tarieven|fiyatlara|fiyatları|fiyatlara bakma|fiyat listesi|
            fiyat karşılaştırma|karşılaştır|karşılaştırma|
            teklif|teklif al|тарифы|стоимость|прайс|прайс лист|сравнение|сравнение цен|сравнить|смета|
            расчет стоимости|比价|报价|價格|价格比较|询价|価格比較|比較|見積|見積もり|お見積り|料金表|가격|
            가격 비교|견적|비교|מחיר|מחירים|השוואה|השוואת מחירים|הצעת מחיר|preis verglichen|preise verglichen|
            preisrechner|angebot anfordern|kosten|vergleiche|devis demandé|comparer|comparateur|prix comparés|
            grille tarifaire|offres|coûts|precios comparados|presupuestos|cotizaciones|comparaciones|
            lista de precios|costos|ofertas|orçamentos|cotações|comparações|tabela de preços|comparador|custos|
            porównania|porównaj|porównanie cen|wyceny|oferty|koszty|cenniki|so giá|giá bán|xin giá|chi phí|
            harga dibandingkan|perbandingan harga|biaya|cek harga|minta penawaran|التسعير|مقارنه الاسعار|
            قائمه الاسعار|عروض الاسعار|العروض|เทียบราคา|เปรียบเทียบราคา|ราคาสินค้า|ขอราคา|
            porovnání|porovnání cen|srovnání|srovnání cen|ceník|ceníky|poptávka|poptávky|nabídka|nabídky|
            cenová nabídka|prețuri|preț|prețul|compararea prețurilor|comparare prețuri|comparație|
            listă de prețuri|cerere de ofertă|deviz|tarife comparate|prijsvergelijkingen|vergelijkingen"""
        ),
    ),
    "delivery": Action(
        weight=20.0,
        once=0.6,
        names=_names(
            """delivery|delivery terms|shipping|shipping info|delivery info|delivery time|lead time|availability|
            stock|find location|
            store locator|terms|conditions|warranty|financing|payment terms|
            lieferung|lieferzeit|lieferbedingungen|versand|verfügbarkeit|finanzierung|garantie|livraison|
            délai de livraison|disponibilité|
            financement|entrega|envío|plazo de entrega|disponibilidad|financiación|garantía|frete|envio|
            prazo de entrega|
            disponibilidade|financiamento|dostawa|czas dostawy|dostępność|finansowanie|gwarancja|giao hàng|
            vận chuyển|thời gian giao hàng|
            bảo hành|trả góp|pengiriman|ongkir|ketersediaan|garansi|cicilan|توصيل|شحن|الشحن|ضمان|تقسيط|จัดส่ง|
            การจัดส่ง|รับประกัน|ผ่อน|
            consegna|spedizione|levering|verzending|teslimat|kargo|доставка|
            consegne|tempi di consegna|spedizioni|disponibilità|finanziamento|garanzia|condizioni di consegna|rate|
            leveringen|levertijd|verzendkosten|beschikbaarheid|financiering|bezorging|teslimat süresi|stok|garanti|
            taksit|kargolar|finansman|сроки доставки|наличие|гарантия|рассрочка|условия доставки|配送|发货|库存|
            保修|分期|運費|配達|送料|在庫|納期|保証|배송|재고|보증|할부|משלוח|משלוחים|אחריות|תשלומים|מלאי|
            lieferungen|versandkosten|lieferkosten|bezahlung|zahlungsbedingungen|ratenzahlung|livraisons|
            frais de livraison|délais|stock disponible|entregas|envíos|gastos de envío|plazos|prazos|fretes|
            parcelamento|dostawy|koszt dostawy|raty|wysyłka|phí giao hàng|phí vận chuyển|còn hàng|pengantaran|
            biaya kirim|stok barang|توصيلات|مواعيد التسليم|التوصيل|تكلفه الشحن|ค่าจัดส่ง|ค่าส่ง|ส่งสินค้า|
            dodání|dodací podmínky|dodací lhůta|doprava|dopravné|záruka|dostupnost|splátky|livrare|livrări|
            condiții de livrare|termen de livrare|transport|garanție|disponibilitate|rate lunare|finanțare|
            leveringsvoorwaarden|leveringsvoorwaarde"""
        ),
    ),
    "questions": Action(
        weight=20.0,
        once=0.6,
        names=_names(
            """question|questions|ask|ask question|chat|chats|chat started|live chat|conversation|message|messages|
            contact|faq|help|
            comment|whatsapp|whatsapp click|zalo|messenger|frage|fragen|nachricht|question posée|pregunta|
            preguntas|consulta|mensaje|
            pergunta|perguntas|dúvida|mensagem|pytanie|pytania|wiadomość|câu hỏi|hỏi|nhắn tin|tư vấn|pertanyaan|
            tanya|pesan|konsultasi|
            سؤال|اسئله|استفسار|رساله|محادثه|คำถาม|สอบถาม|แชท|domanda|domande|vraag|soru|вопрос|
            messaggio|messaggi|chat aperta|domanda posta|chiedi|contatti|contatto|assistenza chat|vragen|bericht|
            berichten|vraag gesteld|contactformulier|sorular|mesaj|mesajlar|sohbet|вопросы|сообщение|сообщения|чат|
            задать вопрос|咨询|在线咨询|提问|留言|消息|質問|お問い合わせ|チャット|メッセージ|질문|문의|채팅|שאלה|
            שאלות|צ'אט|הודעה|frage gestellt|nachrichten|kontakt|kontaktformular|questions posées|messages envoyés|
            discussion|chat iniciado|mensajes|consultas|contacto|mensagens|dúvidas|contato|wiadomości|zapytanie|
            zapytania|czat|tin nhắn|hỏi đáp|liên hệ|pertanyaan diajukan|obrolan|hubungi|رسائل|الدردشه|دردشه|
            اسئله شائعه|ทักแชท|ส่งข้อความ|ข้อความ|
            dotaz|dotazy|otázka|otázky|zpráva|zprávy|položit dotaz|întrebare|întrebări|mesaje|întrebare pusă|
            contactează ne"""
        ),
    ),
    "downloads": Action(
        weight=15.0,
        once=0.5,
        names=_names(
            """download|downloads|file download|downloaded|brochure|catalogue|catalog|whitepaper|white paper|ebook|
            pdf|datasheet|data sheet|
            guide|case study|webinar|broschüre|katalog|datenblatt|téléchargement|téléchargements|fiche technique|
            descarga|descargas|
            folleto|catálogo|ficha técnica|transferência|baixar|folheto|pobranie|pobrania|pobierz|broszura|tải|
            tải về|tải xuống|tài liệu|
            unduh|unduhan|brosur|تحميل|تنزيل|كتالوج|ดาวน์โหลด|โบรชัวร์|scaricamento|scarica|opuscolo|
            brochure aanvragen|indir|скачивание|
            scaricamenti|download brochure|scaricato|opuscoli|cataloghi|scheda tecnica|schede tecniche|guida|
            downloaden|brochures|catalogus|gids|indirme|indirilenler|katalog indir|скачать|каталог|брошюра|
            загрузка|下载|手册|目录|资料下载|ダウンロード|カタログ|資料請求|資料ダウンロード|다운로드|카탈로그|
            브로슈어|הורדה|הורדות|קטלוג|חוברת|broschüren|kataloge|prospekt|datenblätter|heruntergeladen|
            télécharger|catalogues|plaquette|fiches techniques|descargar|descargado|folletos|catálogos|
            fichas técnicas|baixado|folhetos|guia|broszury|katalogi|karta katalogowa|pobrano|tải catalogue|
            tải brochure|unduh brosur|unduh katalog|تحميلات|كتيب|بروشور|คู่มือ|แคตตาล็อก|
            stažení|staženo|stáhnout|ke stažení|brožura|katalog ke stažení|descărcare|descărcări|descărcat|
            descarcă|broșură|broșuri|scaricati|scaricata|scaricate|téléchargé|téléchargée|téléchargés|
            documentation|gedownload|indirmeler|indirildi"""
        ),
    ),
    "returns": Action(
        weight=15.0,
        once=0.5,
        names=_names(
            """return visit|return visits|returning visit|returning visitor|returned|revisit|revisits|repeat visit|
            come back|
            wiederkehr|wiederkehrender besucher|erneuter besuch|retour sur le site|nouvelle visite|visita repetida|
            visita recurrente|
            retorno|visita recorrente|powrót|ponowna wizyta|quay lại|truy cập lại|kunjungan ulang|kembali|
            زياره متكرره|عوده|กลับมา|
            กลับมาเยี่ยมชม|ritorno|terugkeer|
            ritorni|visita di ritorno|visite ripetute|nuova visita|visitatore di ritorno|herhaald bezoek|
            herhaalbezoek|terugkerende bezoeker|tekrar ziyaret|yeniden ziyaret|geri dönüş|повторный визит|
            повторное посещение|возвращение|再次访问|回访|再訪問|再訪|재방문|ביקור חוזר|wiederholter besuch|
            wiederkehrer|rückkehr|visites répétées|visiteur récurrent|retours|visitas repetidas|regreso|
            visitante recurrente|visitas recorrentes|visitante recorrente|powroty|ponowne wizyty|powracający|
            ghé lại|quay trở lại|kunjungan kembali|pengunjung kembali|زيارات متكرره|عوده الزائر|زائر عائد|
            เข้าชมซ้ำ|
            opakovaná návštěva|opakované návštěvy|návrat|návraty|vracející se návštěvník|vizită repetată|
            vizite repetate|revenire|reveniri|vizitator recurent|herhaalde bezoeken|terugkerend|
            tekrar ziyaretler|tekrarlanan ziyaretler"""
        ),
    ),
    "visits": Action(
        weight=10.0,
        once=0.4,
        free=1,
        names=_names(
            """visit|visits|session|sessions|session start|number of sessions|num visits|hs analytics num visits|
            besuch|besuche|sitzung|
            sitzungen|visite|visites|visita|visitas|sesión|sesiones|sessão|sessões|wizyty|odwiedziny|sesja|sesje|
            lượt truy cập|truy cập|
            phiên|kunjungan|sesi|زياره|زيارات|جلسه|เยี่ยมชม|เซสชัน|sessioni|bezoek|bezoeken|oturum|визит|визиты|
            visite al sito|sessione|visita al sito|sessies|sessie|ziyaret|ziyaretler|oturumlar|посещение|посещения|
            сеанс|сеансы|访问|会话|訪問|セッション|방문|세션|ביקור|ביקורים|seitenbesuch|visites du site|
            visitas al sitio|visitas ao site|wizyta na stronie|lượt ghé|sesi kunjungan|جلسات|การเข้าชม|
            návštěva|návštěvy|relace|vizită|vizite|sesiune|sesiuni"""
        ),
    ),
    "media": Action(
        weight=10.0,
        once=0.4,
        names=_names(
            """video|videos|video start|video play|video progress|video complete|watch video|gallery|search|
            site search|
            view search results|find|filter|email click|hs email click|marketing email clicks|email open|
            hs email open|login|sign up|
            signup|subscribe|newsletter|galerie|suche|recherche|búsqueda|pesquisa|wyszukiwanie|tìm kiếm|xem video|
            pencarian|بحث|فيديو|
            ค้นหา|วิดีโอ|ricerca|
            video visto|video visti|guarda video|cerca|ricerche|galleria|iscrizione|video bekeken|zoeken|galerij|
            aanmelding|video izle|arama|galeri|видео|поиск|галерея|подписка|视频|搜索|图库|動画|検索|ギャラリー|
            동영상|검색|סרטון|חיפוש|גלריה|video angesehen|videos angesehen|suchen|registrierung|anmeldung|
            galerie photo|inscription|galería|buscar|registro|búsquedas|buscas|cadastro|wideo|filmy|rejestracja|
            szukaj|xem phim|thư viện ảnh|đăng ký|nonton video|galeri foto|pendaftaran|صور|معرض الصور|تسجيل|
            แกลเลอรี|สมัครสมาชิก|
            videa|hledání|vyhledávání|hledat|přihlášení|registrace|galerie fotek|videoclip|videoclipuri|
            căutare|căutări|înregistrare|abonare|videolar"""
        ),
    ),
    "pages": Action(
        weight=15.0,
        once=0.15,
        names=_names(
            """page|pages|page view|page views|pageview|pageviews|view page|number of pageviews|num page views|
            hs analytics num page views|view content|view item|view item list|select item|product|products|
            product view|product page|
            article|blog|screen view|scroll|click|seite|seiten|seitenaufruf|seitenaufrufe|produktseite|page vue|
            pages vues|
            vue de page|página|páginas|página vista|páginas vistas|vistas de página|visualização de página|
            visualizações|strona|strony|
            odsłona|odsłony|trang|xem trang|lượt xem|sản phẩm|xem sản phẩm|halaman|tampilan halaman|produk|صفحه|
            صفحات|مشاهده صفحه|المنتج|
            หน้า|ดูหน้า|การดูหน้าเว็บ|สินค้า|pagina|pagine|pagine viste|pagina s|sayfa|страница|страницы|
            visualizzazione di pagina|visualizzazioni di pagina|visualizzazioni|prodotto|prodotti|scheda prodotto|
            articolo|paginaweergave|paginaweergaven|productpagina|producten|sayfalar|sayfa görüntüleme|ürün|
            ürünler|просмотр страницы|просмотры|просмотры страниц|товар|товары|页面|浏览|页面浏览|商品|产品|ページ|
            ページビュー|商品ページ|페이지|페이지 조회|상품|제품|עמוד|עמודים|צפייה בעמוד|מוצר|מוצרים|produkt|
            produkte|seitenansicht|seitenansichten|produits|produit|fiche produit|producto|productos|
            ficha de producto|produto|produtos|visualizações de página|produkty|strona produktu|odsłony strony|
            lượt xem trang|trang sản phẩm|lihat produk|halaman produk|منتجات|المنتجات|عرض الصفحه|หน้าสินค้า|
            ดูสินค้า|
            stránka|stránky|zobrazení stránky|zobrazení stránek|zobrazené stránky|výrobek|výrobky|pagini|
            pagini vizualizate|vizualizări|vizualizare pagină|produs|produse|produse vizualizate|clic|clics|
            clicks|cliques"""
        ),
    ),
}
"""What people do on a site, in the words of fifteen languages, of Google Analytics, HubSpot and Meta."""

_NOT_NAME = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_NAME, _MOST_EVENTS, _LARGEST_COUNT = 64, 200, 10_000
_REMEMBERED = 4_096
_LEAST_OF_A_NAME, _LEAST_STEM = 2, 5
_NUMBER = re.compile(r"\d+")
_NAME_AMID = re.compile(r"[A-Z](?<=[a-z] .)[a-z]{2,}")


class Names:
    """Which action is meant by a name: the whole name, else the weightiest action of its words.

    ``actions`` are the table's, the weightiest first.
    """

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self.actions = dict(sorted(actions.items(), key=lambda pair: (-pair[1].weight, pair[0])))
        self._whole = {_key(name): action for action, told in self.actions.items() for name in (action, *told.names)}
        self._order = {action: position for position, action in enumerate(self.actions)}
        self._met: dict[str, str | None] = {}

    def action(self, event: str) -> str | None:
        """The action of an event's name; None where no word of it is known."""
        if event not in self._met:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            self._met[event] = self._find(event[:_LONGEST_NAME])
        return self._met[event]

    def _find(self, event: str) -> str | None:
        if found := self._whole.get(_key(event)):
            return found
        folded = fold(_CAMEL.sub(" ", event))
        words = _NOT_NAME.split(folded)
        met = [self._whole[word] for word in words if word in self._whole]
        if not met and not folded.isascii():
            met = [action for name, action in self._whole.items() if _is_in(name, words, folded)]
        return min(met, key=self._order.__getitem__, default=None)


def _is_in(name: str, words: Sequence[str], folded: str) -> bool:
    """Whether a name stands in an event where words run on, or as one of its words with another ending."""
    if name.isascii() or len(name) < _LEAST_OF_A_NAME:
        return False
    if RUNS_ON.search(name):
        return name in folded
    stem = name[: max(_LEAST_STEM, len(name) - 2)]
    return len(name) >= _LEAST_STEM and any(word.startswith(stem) and len(word) <= len(name) + 2 for word in words)


class Asked(NamedTuple):
    """What a message asks for, and what it asks with: see ``read_message``."""

    kinds: frozenset[str]
    exact: float


def _key(name: str) -> str:
    return _NOT_NAME.sub("", fold(name))


def name_clash(actions: Mapping[str, Action]) -> str | None:
    """A sentence about a name that two actions have; None where none has."""
    owners: dict[str, str] = {}
    for action, told in actions.items():
        for name in (action, *told.names):
            if owners.setdefault(_key(name), action) != action:
                return f"{name!r} is a name of {owners[_key(name)]} and of {action}; leave it out of one"
    return None


def read_actions(activity: Sequence[Activity], names: Names, half_life: float, at: datetime) -> Iterator[Criterion]:
    """What each kind of action earns, the weightiest first; then how many events the table does not name.

    An action ``half_life`` days before ``at`` counts half, where its time is known.
    """
    counts: dict[str, float] = {}
    times: dict[str, int] = {}
    others = 0
    for event in activity[:_MOST_EVENTS]:
        action, count = names.action(event.event), min(max(event.count, 0), _LARGEST_COUNT)
        if action is None:
            others += count
            continue
        times[action] = times.get(action, 0) + count
        counts[action] = counts.get(action, 0.0) + count * _recency(event.at, half_life, at)
    for action, told in names.actions.items():
        if action in counts:
            done, lasting = times[action], counts[action]
            lasting *= max(0, done - told.free) / done if done else 0
            points = round(_earned(told, lasting), 1)
            yield Criterion(part="engagement", name=action, value=float(done), weight=told.weight, points=points)
    if others:
        yield Criterion(part="engagement", name="other actions", value=float(others), weight=0.0, points=0.0)


def _earned(told: Action, times: float) -> float:
    """The points of an action that was done so many times; of old ones, parts of a time."""
    if told.each is not UNSET:
        return min(told.weight, told.each * times)
    if told.once == 1:
        return told.weight * min(1.0, times)
    return float(told.weight * (1 - (1 - told.once) ** times))


def _recency(told: str | None, half_life: float, at: datetime) -> float:
    if told is None:
        return 1.0
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return 1.0
    days = (at - moment.replace(tzinfo=moment.tzinfo or UTC)).total_seconds() / 86_400
    return 1.0 if days <= 0 else float(0.5 ** min(days / half_life, 60))


def read_form(lead: Lead, weights: Weights) -> Iterator[Criterion]:
    """What the effort of filling in the form earns, of what was measured."""
    form = lead.form
    for name, value, half in (
        ("seconds_on_page", form.seconds_on_page, 45.0),
        ("fill_seconds", form.fill_seconds, 20.0),
        ("keystrokes", form.keystrokes, 40.0),
    ):
        if value is not None and isfinite(value):
            yield _measured(name, value, half, getattr(weights, name))
    if form.keystrokes:
        given = (lead.email, lead.phone, lead.full_name, lead.company, lead.address, lead.postal_code, lead.message)
        more = form.keystrokes - sum(len(text) for text in given if text)
        if more > 0 and not form.pastes and not form.autofills:
            yield _measured("corrections", more, 4.0, weights.corrections)


def _measured(name: str, value: float, half: float, weight: float) -> Criterion:
    """A measure that earns half of its weight at ``half``, and three quarters at twice that."""
    points = round(weight * (1 - 0.5 ** min(max(value, 0) / half, 60)), 1)
    return Criterion(part="engagement", name=name, value=float(value), weight=weight, points=points)


def read_message(asked: Asked, weights: Weights) -> Iterator[Criterion]:
    """What the message earns: how exact it is, and what it asks for."""
    yield Criterion(
        part="engagement",
        name="message",
        value=round(asked.exact, 2),
        weight=weights.message,
        points=round(weights.message * asked.exact, 1),
    )
    for kind, name in ((PRICE, "price_asked"), (CONTACT, "contact_asked"), (APPOINTMENT, "appointment_asked")):
        weight = getattr(weights, name)
        if kind in asked.kinds and not (kind == CONTACT and APPOINTMENT in asked.kinds):
            yield Criterion(part="engagement", name=name, value=True, weight=weight, points=weight)


def exactness(message: str, folded: str) -> float:
    """How exactly a message says what is wanted, 0 to 1: by its length, its numbers, a question, and names within it.

    By what every script has; a German's nouns are no names, for every other word is one.
    """
    words = folded.count(" ") + 1
    if not folded.isascii() and RUNS_ON.search(folded):
        words = max(words, len(folded) // 4)
    if words < 2:
        return 0.0
    length = min(1.0, words / 30)
    numbers = min(2, len(_NUMBER.findall(folded))) / 2
    question = "?" in folded or "؟" in folded
    names = len(_NAME_AMID.findall(message)) if message.isascii() else 0
    return 0.4 * length + 0.3 * numbers + 0.2 * question + 0.1 * (0 < names <= words / 5)


def asks(found: Criterion) -> bool:
    """Whether it is an action that asks for a contact or an appointment, and that counts."""
    return found.name in APPOINTMENTS and bool(found.points)


def merged(own: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """The default actions with a tenant's own over them: own names are added, and taken from whoever had them."""
    taken = {_key(str(name)) for told in own.values() for name in _listed(told.get("names"))}
    actions: dict[str, object] = {}
    for name, action in ACTIONS.items():
        kept = [each for each in action.names if _key(each) not in taken]
        actions[name] = msgspec.to_builtins(action) | {"names": kept}
    for name, told in own.items():
        before = actions.get(name)
        names = [*(before["names"] if isinstance(before, dict) else ()), *_listed(told.get("names"))]
        actions[name] = {**(before if isinstance(before, dict) else {}), **told, "names": names}
    return actions


def _listed(names: object) -> list[object]:
    return list(names) if isinstance(names, (list, tuple)) else []
