"""Italy, Sweden and Romania for ``bench.worlds``, and two grammars of messages; only keys that were missing are added.

Written from general knowledge; the address blocks were looked up with ``iptocc``, landlines with ``phonenumbers``.
"""

from __future__ import annotations

from typing import Any

from bench.worlds import browsers, clock, messages, names, networks

_GIVEN = {
    "IT": """Giuseppe Maria Antonio Anna Giovanni Francesca Mario Giulia Luigi Sara Francesco Laura Marco Chiara Andrea
Paola Roberto Elena Stefano Rosa Alessandro Silvia Paolo Valentina Salvatore Martina Angelo Alessia Vincenzo Federica
Davide Giovanna Luca Caterina Matteo Simona Fabio Teresa Massimo Daniela Simone Elisa Gennaro Ilaria Nicola Carmela
Michele Roberta Domenico Concetta Lorenzo Beatrice Claudio Aurora""",
    "SE": """Lars Anna Karl Eva Anders Maria Johan Karin Per Kristina Nils Lena Erik Kerstin Mikael Ingrid Jan Birgitta
Peter Marie Hans Marianne Thomas Margareta Gunnar Inger Bengt Ulla Sven Monica Göran Elisabeth Bo Barbro Leif Gun Åke
Siv Rolf Gunilla Lennart Astrid Stig Berit Kjell Yvonne Ove Anita Arne Solveig Mohamed Fatima Olle Britt""",
    "RO": """Ion Maria Gheorghe Elena Vasile Ana Constantin Ioana Nicolae Mihaela Andrei Andreea Alexandru Cristina
Marian Gabriela Mihai Daniela Florin Alina Adrian Nicoleta Cristian Florentina Ionuț Georgiana Daniel Mariana Bogdan
Simona Costel Camelia Viorel Roxana Dumitru Loredana Marius Lăcrămioara Petru Ramona""",
}
_FAMILY = {
    "IT": """Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De-Luca Mancini
Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone
Longo Gentile Martinelli Vitale Lombardo Serra Coppola De-Santis D'Angelo Marchetti Parisi Villa Conte Ferraro Fabbri
Bianco Marini Grasso Valentini Messina""",
    "SE": """Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Berg Axelsson
Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Ali
Wallin Engström Eklund Danielsson Håkansson Lundin Björk Bergman Wikström Holm Nyström Åberg""",
    "RO": """Popa Popescu Pop Radu Ionescu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Munteanu Constantin Mihai
Șerban Lazăr Moldovan Dinu Florea Vasile Ene Tudor Ungureanu Sandu Iordache Cojocaru Marin Lungu Crețu Bălan Țurcanu
Neagu Dobre Petcu Manole Chiriac Nistor Barbu Toma""",
}
_TABLES: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    (clock.ZONES, {"IT": "Europe/Rome", "SE": "Europe/Stockholm", "RO": "Europe/Bucharest"}),
    (
        browsers._LANGUAGES,
        {
            "IT": "it-IT,it;q=0.9,en-US;q=0.8,en;q=0.7",
            "SE": "sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7",
            "RO": "ro-RO,ro;q=0.9,en-US;q=0.8,en;q=0.7",
        },
    ),
    (browsers.IPHONES, {"IT": 0.31, "SE": 0.55, "RO": 0.24}),
    (networks.SIX_SHARE, {"IT": 0.15, "SE": 0.25}),
    (networks.SIXES, {"IT": "2a01:2000::/20 2001:b07::/32", "SE": "2001:2000::/20 2a00:801::/32"}),
    (names._FAKER, {"IT": "it_IT", "SE": "sv_SE", "RO": "ro_RO"}),
    (names.DATA["given"], _GIVEN),
    (names.DATA["family"], _FAMILY),
    (
        names.DATA["mobile"],
        {
            "IT": [
                "+39",
                10,
                "320 327 328 329 331 333 334 335 338 339 340 342 345 346 347 348 349 351 366 371 380 388 389 391 392",
            ],
            "SE": ["+46", 9, "70 72 73 76 79"],
            "RO": ["+40", 9, "720 721 722 723 724 726 730 731 733 740 742 743 744 745 746 751 752 754 755 760 764 766"],
        },
    ),
    (
        names.DATA["free"],
        {
            "IT": "gmail.com:58 libero.it:14 hotmail.it:8 hotmail.com:4 alice.it:4 virgilio.it:3 tiscali.it:3 "
            "yahoo.it:3 icloud.com:2 outlook.it:1",
            "SE": "gmail.com:52 hotmail.com:17 telia.com:9 live.se:4 outlook.com:5 icloud.com:5 yahoo.se:3 "
            "bredband.net:2 comhem.se:2 spray.se:1",
            "RO": "yahoo.com:52 gmail.com:41 icloud.com:3 hotmail.com:2 yahoo.ro:2",
        },
    ),
    (
        networks.HOME,
        {
            "IT": "79.0.0.0/11 87.0.0.0/12 151.16.0.0/13 93.32.0.0/12 82.48.0.0/13 95.224.0.0/11",
            "SE": "81.224.0.0/13 90.224.0.0/12 78.64.0.0/13 213.64.0.0/14 85.224.0.0/13",
        },
    ),
    (
        networks.MOBILE,
        {
            "IT": "5.88.0.0/14 176.244.0.0/14 31.188.0.0/15 109.112.0.0/13",
            "SE": "2.64.0.0/14 94.191.128.0/18 83.185.0.0/17 2.248.0.0/14 46.194.0.0/16 95.192.0.0/14",
        },
    ),
    (
        messages.PHRASES,
        {
            "vard_sv": {
                "open": ["Hej,", "Hej!", "", "", "God dag,", "Hejsan", "Till mottagningen,"],
                "wish": [
                    "{who} {need} {what}. {since}",
                    "{since} {who} {need} {what}.",
                    "{ask} {since}",
                    "{who} {need} {what}. {ask}",
                    "{moved} {ask}",
                ],
                "who": [
                    "jag",
                    "min mamma ({n} år)",
                    "min man",
                    "min fru",
                    "pappa",
                    "vi är två som",
                    "min granne",
                    "min syster",
                ],
                "need": [
                    "behöver",
                    "skulle vilja ha",
                    "har fått remiss till",
                    "väntar på",
                    "vill boka",
                    "har missat",
                    "måste flytta",
                ],
                "what": [
                    "en tid för hörselprov",
                    "nya batterier till hörapparaten",
                    "en ny insats",
                    "tid hos {doctor}",
                    "en kontroll",
                    "provtagning innan operationen",
                    "en tid för ögonbottenfoto",
                    "återbesöket efter grå starr",
                    "hembesök",
                ],
                "doctor": ["doktor Åsa", "audionomen", "ögonläkaren", "sköterskan", "samma läkare som sist"],
                "since": [
                    "Det piper i vänster öra sedan {few} veckor.",
                    "Jag ser suddigt på höger öga.",
                    "Apparaten är från {year}.",
                    "Sist var jag där {year}.",
                    "Det har blivit sämre sedan i somras.",
                    "Telefonen går inte fram.",
                    "Jag har väntat {few} månader nu.",
                    "Vi kommer med färdtjänst.",
                    "Jag fick ett brev men förstår det inte.",
                    "Kan inte höra när ni ringer.",
                ],
                "moved": [
                    "Har precis flyttat hit från {town}.",
                    "Min gamla mottagning i {town} har stängt.",
                    "Barnen bor i {town} och hjälper mig.",
                ],
                "town": ["Kalmar", "Östersund", "Borås", "Luleå", "Visby", "Falun", "Karlskrona", "Skövde"],
                "ask": [
                    "Går det bra efter klockan {hour}?",
                    "Finns det hiss?",
                    "Kan min dotter följa med?",
                    "Måste man ha remiss?",
                    "Vad kostar det?",
                    "Kan ni skicka ett sms i stället?",
                    "Hur lång är kötiden?",
                    "Kan man få tolk?",
                ],
                "detail": [
                    "{ask}",
                    "{since}",
                    "{moved}",
                    "Helst en {day}.",
                    "Ring på förmiddagen.",
                    "Jag går med rollator.",
                ],
                "day": ["måndag", "tisdag", "torsdag", "fredag"],
                "close": ["Tack", "Med vänlig hälsning", "Tack på förhand", "", "", "Mvh", "Hälsningar"],
            },
            "flat_de": {
                "open": [
                    "Sehr geehrte Damen und Herren,",
                    "Guten Tag,",
                    "Hallo,",
                    "Liebes Vermietungsteam,",
                    "Sehr geehrte Hausverwaltung,",
                ],
                "wish": [
                    "{hello} {we} {from}. {income} {smoke}",
                    "{flat} {hello} {we}. {income}",
                    "{hello} {we} {from}. {why} {income} {pets}",
                    "{why} {flat} {we} {from}. {smoke} {pets}",
                ],
                "hello": [
                    "mit großem Interesse habe ich Ihre Anzeige gelesen.",
                    "Ihre Wohnung gefällt uns sehr.",
                    "ich bin auf der Suche nach einem neuen Zuhause.",
                    "gerne würde ich mich auf die Wohnung bewerben.",
                    "kurz zu mir:",
                ],
                "flat": [
                    "Die Lage ist für uns ideal.",
                    "Der Balkon ist genau, was wir suchen.",
                    "Auch der Schnitt passt.",
                    "Die Nähe zur S-Bahn ist perfekt.",
                ],
                "we": [
                    "Ich bin {n} Jahre alt und arbeite als {job}",
                    "Wir sind ein Paar ({job} und {job}) und kommen",
                    "Wir sind zu dritt, ich {job}, meine Frau {job}, und wohnen",
                    "Ich ({job}, Nichtraucher) ziehe",
                    "Ich promoviere und arbeite nebenbei als {job}",
                ],
                "job": [
                    "Erzieherin",
                    "Elektroniker",
                    "Softwareentwickler",
                    "Pflegefachkraft",
                    "Lehrer",
                    "Bauingenieurin",
                    "Kellner",
                    "Sachbearbeiterin",
                    "Busfahrer",
                    "Physiotherapeutin",
                    "Köchin",
                    "Steuerfachangestellte",
                    "Referendar",
                    "Logopädin",
                    "Mechatroniker",
                    "Beamtin",
                    "Grafikerin",
                ],
                "from": [
                    "seit {year} in der Stadt",
                    "aus {town}",
                    "zurzeit noch in {town}",
                    "in einer WG in {town}",
                    "bei den Eltern in {town}",
                ],
                "town": ["Kassel", "Gera", "Fürth", "Bielefeld", "Trier", "Cottbus", "Rosenheim", "Emden", "Aalen"],
                "income": [
                    "Unser Nettoeinkommen liegt bei {n}00 Euro.",
                    "Schufa-Auskunft und Gehaltsnachweise liegen vor.",
                    "Alle Unterlagen kann ich sofort schicken.",
                    "Meine Eltern würden bürgen.",
                    "Der Vertrag ist unbefristet.",
                    "Die Miete ist kein Problem.",
                ],
                "smoke": ["Wir rauchen nicht.", "Ich rauche nicht.", "", "Ein Klavier haben wir nicht.", ""],
                "pets": [
                    "Haustiere gibt es keine.",
                    "Wir haben eine Katze.",
                    "",
                    "Ein kleiner Hund gehört zu uns.",
                    "",
                ],
                "why": [
                    "Mein neuer Arbeitsplatz ist ab {few}.1. dort.",
                    "Unsere Wohnung wird wegen Eigenbedarf gekündigt.",
                    "Im Frühjahr kommt unser zweites Kind.",
                    "Wir ziehen zusammen.",
                    "Das Pendeln von {hundred} km ist zu viel.",
                ],
                "detail": [
                    "Wann wäre eine Besichtigung möglich?",
                    "Ich kann jeden Tag ab {hour} Uhr.",
                    "Einzug wäre zum {few}. möglich.",
                    "{income}",
                    "{flat}",
                    "Telefonisch bin ich gut zu erreichen.",
                    "Ist die Küche enthalten?",
                ],
                "close": [
                    "Mit freundlichen Grüßen",
                    "Viele Grüße",
                    "Über eine Einladung würden wir uns freuen.",
                    "Ich freue mich auf Ihre Antwort!",
                    "Beste Grüße",
                ],
            },
        },
    ),
)


def register() -> None:
    """Add what is missing to the tables."""
    for theirs, ours in _TABLES:
        for key, value in ours.items():
            theirs.setdefault(key, value)
