import json
import tomllib
from pathlib import Path

import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.ports import Ports
from fraudcheck.records import Lead, Mailbox, Subject
from fraudcheck.signals import identity as signal

DATA = Path(__file__).parent.parent.parent / "fraudcheck/data/placeholder_names.toml"
NAMES = tomllib.loads(DATA.read_text("utf-8"))["names"]
PORTS = Ports(lists=load_lists(), mail_routes=None, counters=None)


def gather(local=None, **fields):
    mailbox = None if local is None else Mailbox(local=local, domain="example.com")
    return signal.gather(Subject(tenant="default", lead=Lead(**fields), mailbox=mailbox), PORTS)


def said(facts):
    return [(finding.code, finding.scale) for finding in signal.judge(Lead(), facts)]


@pytest.mark.parametrize(
    "name",
    [
        # single names, and the shortest and the longest
        *("Sukarno", "Fatima", "O", "Li", "Ng", "Wu", "Ý", "Aa", "Oo", "Ii", "Bo", "X", "E", "Yi", "Nguyen"),
        "Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios Ruiz y Picasso",
        "Uvuvwevwevwe Onyetenyevwe Ugwemubwem Ossas",
        "Srinivasa Venkatanarasimharajuvaripeta Raghunathan",
        "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff",
        # hyphens, apostrophes, particles, titles, initials, capitals
        *("Jean-Pierre d'Arc", "O'Brien", "D’Souza", "St.John Smythe", "Md.Rahman", "Md. Abdur Rahim", "J.R.R. Mwangi"),
        *(
            "Dr. med. Anke van der Berg",
            "Mr.Kumar/Mrs.Kumar",
            "A.Li",
            "K.V. Rao",
            "J.Ng",
            "Nguyen.Vu",
            "Li.Ru",
            "A.A.A.",
        ),
        *("ANNA KOWALSKA", "anna kowalska", "Kim Il", "John Smith III", "Ana (Anita) Pires", "Smith, John", "N'Golo"),
        # names that lists and patterns could take for fakes
        *("Jennifer Null", "Anna Test", "Jon Tester", "Tom Wertz", "Wert", "Zara Ertz", "Reza", "Azer Aliyev", "Смит"),
        *("Ivan Ivanov", "Jan Kowalski", "Israel Israeli", "Harry Potter", "Nguyen Nguyen", "William William"),
        *("Foo Mei Ling", "Tess Ting", "Lulu Lili", "Asad Saad", "Sasa Popo", "Thu Nghiêm", "An Danh", "倪明", "邢明"),
        # Viet Nam, Nigeria, India, Brazil, Thailand, Poland, the Arab world
        *("Nguyễn Thị Thuỳ Dương", "Trần Văn Đức", "Ngô Ý", "Đỗ Ưng", "Nguyen Thi Nghi", "Phương Nghiêm Huỳnh"),
        *("Chukwuemeka Ọkọnkwọ", "Adébáyọ̀ Ògúnlẹ́sì", "Ngozi Nwachukwu", "Mgbechi Nnamdi", "Oluwaseun Gbadebo"),
        *("Lakshmi", "T. N. Krishnaswamy", "प्रिया शर्मा", "முருகன்", "Jyothsna Kshatriya", "Kumar"),
        *("João Gonçalves", "Thayse Xavier", "Somchai Jaidee", "Pornpipat Kittiphong", "สมชาย ใจดี", "Ngamnit Phrakhun"),
        *("Grzegorz Brzęczyszczykiewicz", "Szczepan Źdźbło", "Krzysztof Pszczółkowski"),
        *("محمد عبد الله", "Mhmd Ali", "Abd al-Rahman", "فاطمة الزهراء", "דוד כהן"),
        # other scripts and their romanisations
        *("Олександр Щербак", "Іван Грозний", "Σωκράτης Παπαδόπουλος", "გიორგი მჭედლიშვილი", "Giorgi Mchedlishvili"),
        *(
            "Արամ Խաչատրյան",
            "አበበ በቂላ",
            "王小明",
            "欧阳娜娜",
            "김철수",
            "山田 花子",
            "さくら",
            "Xu Xiangzhi",
            "Qian Xuesen",
        ),
        *("Vlk Krč", "Smrž Strnad", "Llŷr Gruffydd", "Þórður Sigþórsson", "Ærø Øster", "!Xóõ", "Nǃxau ǂToma"),
    ],
)
def test_people_pass(name):
    assert gather(name=name) == {"v": 2}
    assert gather(first_name=name, last_name="Maria") == {"v": 2}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("placeholder", ["Test", "test test", "TEST", "Test User", "  John   Doe ", "Max Mustermann", "Nguyễn Văn A"]),
        ("placeholder", ["Fulano de Tal", "Foo Bar", "First Last", "None", "N/A", "Anonymous", "Mickey Mouse", "abc"]),
        (
            "placeholder",
            ["Тест", "测试", "فلان بن فلان", "テスト", ["Иванов", "тест"][1], "Zé Ninguém", "thử nghiệm"],
        ),
        ("keyboard_walk", ["qwerty", "Qwertz Smith", "azerty", "poiuytrewq", "lkjhgf", "qwer asdf", "zxcv", "йцукен"]),
        (
            "keyboard_walk",
            ["фывап", "12345", "0987654321", "mnbvcxz", "asdfghjkl;", "asdf asdf", "asd", "qweqwe", "йцу"],
        ),
        ("repeated_character", ["aaaa", "AAA", "xx xx", "zzzzzzz", "aaaa bbbb", "ああああ", "111"]),
        ("random", ["xkqjzvwp", "Zxqvbkj Wqxzjkp", "k2m8x6t9v2"]),
        ("link", ["https://spam.example/x", "www.spam.example", "Buy now spam.com", "bit.ly/3xY", "win@spam.ru"]),
        ("link", ['<a href="x">', "Anna 💰 cash-now.net", "Call +1 202 555 0143 now"]),
    ],
)
def test_no_persons_name(kind, names):
    assert {name: gather(name=name, email="an@example.org", phone="+84912840375").get("name") for name in names} == (
        dict.fromkeys(names, kind)
    )


def test_own_address_or_number_in_the_wrong_field_is_a_slip():
    own = {"email": "An.Tran@example.com", "phone": "0912 840 375"}
    assert gather(name="an.tran@example.com", **own) == {"v": 2}
    assert gather(name="An 0912840375", **own) == {"v": 2}
    assert gather(name="An +84 912 840 375", **own) == {"v": 2}
    assert gather(name="An 0912840375", email="an@example.com") == {"v": 2}  # no field for it
    assert gather(name="0912345678", phone="0912345678") == {"v": 2}
    assert gather(name="bo@example.net", **own) == {"v": 2, "name": "link"}


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"name": "An", "company": "An", "message": "an "}, 3),
        ({"name": "Zx", "company": "Zx", "message": "zx", "address": "ZX"}, 4),
        ({"name": "Lan Vo", "message": "lan vo"}, 2),
        ({"company": "hello", "message": "hello", "address": "hello"}, 3),
        # a trader's own name; one name typed twice; fillers in fields that one must fill
        ({"name": "Sukarno", "company": "Sukarno"}, None),
        ({"first_name": "Sukarno", "last_name": "Sukarno", "company": "Sukarno"}, None),
        ({"name": "An", "company": "-", "message": "-", "address": "-"}, None),
        ({"name": "An", "company": "none", "message": "none", "address": "None"}, None),
        ({"name": "An", "company": "Da Nang", "address": "Da Nang"}, None),
        ({"company": "Da Nang", "address": "Da Nang"}, None),
    ],
)
def test_same_value_in_fields_that_differ(fields, same):
    assert gather(**fields).get("same_fields") == same


@pytest.mark.parametrize(
    ("name", "full", "part"),
    [
        ("Nguyễn Văn An", "annguyen an.nguyen nguyenvanan nguyen.an.1990 vanan nguyenvan88", "nguyenav annv anv"),
        ("Trần Thị Bích Ngọc", "bichngoc tranngoc ngoc.bich88 ngoctran", "ngoc1990 ngoctt"),
        ("Jane Smith", "jane.smith smithjane jane_smith+news", "jsmith smithj j.smith jane1985"),
        ("Muhammad Ali", "mohamedali muhammad.ali ali_mohammed", "mohamed1990 ali ali.1990"),
        ("محمد علي", "mohamedali", "mohamed.88"),
        ("王小明", "wangxiaoming xiaomingwang xiaoming.wang88", "wang88"),
        ("Li Na", "", "lina lina88 na.li"),
        ("Олександр Щербак", "oleksandr.shcherbak", "o.shcherbak"),
        ("Σωκράτης Παπαδόπουλος", "sokratis.papadopoulos", "papadopoulos"),
        ("สมชาย ใจดี", "", "somchai somchai.j"),
        ("T. N. Krishnaswamy", "tnkrishnaswamy", "krishnaswamy t.krishnaswamy"),
        ("María José García Márquez", "garciamarquez mariagarcia", "mjgarcia garcia77"),
        ("Łukasz Żółkiewski", "lukasz.zolkiewski", "lzolkiewski lukasz"),
        ("Jürgen Müller", "juergen.mueller jurgen.muller", "j.mueller"),
        ("Chukwuemeka Ọkọnkwọ", "emeka.okonkwo.chukwuemeka emekaokonkwo", "okonkwo"),
        ("Seán O'Brien", "sean.obrien", "sobrien"),
        ("Sukarno", "sukarno sukarno1960", ""),
        ("Jean-Pierre Petit", "jeanpierre jp.petit.jean", "petit jppetit"),
    ],
)
def test_mailbox_is_made_from_the_name(name, full, part):
    locals_ = full.split() + part.split()
    expected = dict.fromkeys(full.split(), "full") | dict.fromkeys(part.split(), "part")
    assert {local: gather(local, name=name).get("match") for local in locals_} == expected


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Jane Smith", "blueocean77"),
        ("Jane Smith", "js"),
        ("Jane Smith", "info"),
        ("Nguyễn Văn An", "nva"),
        ("Nguyễn Văn An", "hoangminh"),
        ("Ali Said", "alibaba"),
        ("An Li", "a"),
        ("O", "o"),
        ("王小明", "88888888"),
        # no person's name speaks for nothing
        ("Test", "test"),
        ("aaaa", "aaaa"),
        ("qwerty", "qwerty"),
        ("xkqjzvwp", "xkqjzvwp"),
    ],
)
def test_mailbox_is_not_made_from_the_name(name, local):
    assert "match" not in gather(local, name=name)


@pytest.mark.parametrize(
    "fields", [{}, {"name": ""}, {"name": "  "}, {"company": "Acme"}, {"first_name": "", "last_name": ""}]
)
def test_nothing_to_look_at(fields):
    assert gather("an", email="an@example.com", **fields) is None


@pytest.mark.parametrize(
    ("facts", "findings"),
    [
        ({"v": 1}, []),
        ({"v": 1, "name": "placeholder", "same_fields": 3}, [("NAME_PLACEHOLDER", 1.0), ("FIELDS_SAME_VALUE", 1.0)]),
        ({"v": 1, "name": "keyboard_walk"}, [("NAME_KEYBOARD_WALK", 1.0)]),
        ({"v": 1, "name": "repeated_character"}, [("NAME_REPEATED_CHARACTER", 1.0)]),
        ({"v": 1, "name": "random"}, [("NAME_RANDOM", 1.0)]),  # as kept before there were weights
        ({"v": 1, "name": "random", "name_weight": 0.4}, [("NAME_RANDOM", 0.4)]),
        ({"v": 1, "name": "link"}, [("NAME_HAS_LINK", 1.0)]),
        ({"v": 1, "match": "full"}, [("EMAIL_MATCHES_NAME", 1.0)]),
        ({"v": 1, "match": "part"}, [("EMAIL_MATCHES_NAME", 0.67)]),
    ],
)
def test_judge(facts, findings):
    assert said(facts) == findings


def test_list_is_folded_and_has_no_duplicates():
    assert len(NAMES) == len(set(NAMES))
    for name in NAMES:
        assert name == " ".join(name.lower().split())
        assert gather(name=name.title())["name"] in {"placeholder", "keyboard_walk"}, anyascii(name)


texts = st.text(max_size=40) | st.sampled_from(["test", "Nguyễn Văn An", "aaaa", "a@b.co", "İ", "ﷺ", "\u200b", "😀"])


@given(
    fields=st.dictionaries(
        st.sampled_from(["name", "first_name", "last_name", "company", "message", "address", "email", "phone"]), texts
    ),
    local=st.none() | texts,
)
def test_any_text_can_be_judged(fields, local):
    facts = gather(local, **fields)
    if facts is not None:
        assert json.loads(json.dumps(facts)) == facts
        findings = signal.judge(Lead(**fields), facts)
        assert {finding.code for finding in findings} <= set(signal.SIGNAL.reasons)
        assert sum(finding.code.startswith("NAME_") for finding in findings) <= 1
        assert all(0 < finding.scale <= 1 for finding in findings)


@pytest.mark.parametrize(
    ("name", "local", "facts"),
    [
        ("Èâàí Ïåòðîâ", "ivan.petrov84", {"v": 2, "read": "mended", "match": "full"}),
        ("MÃ¼ller JÃ¶rg", "joerg.mueller", {"v": 2, "read": "mended", "match": "full"}),
        ("NguyÔn V¨n Hïng", "nguyenvanhung", {"v": 2, "read": "mended", "match": "full"}),
        ("йЧБО рЕФТПЧ", "ivan.petrov", {"v": 2, "read": "mended", "match": "full"}),
        ("????? ??????", "ivan.petrov", {"v": 2, "read": "lost"}),
        ("Dvoøák Jiøí", "jiri.dvorak", {"v": 2, "read": "lost"}),
        ("Nguy?n V?n An", "an.tran", {"v": 2, "read": "lost"}),
        ("Òåñò", "a", {"v": 2, "read": "mended", "name": "placeholder"}),  # Тест
        ("xqzjkvbw ?????", "a", {"v": 2, "read": "lost", "name": "random", "name_weight": 1.0}),
        ("йцукен", "a", {"v": 2, "name": "keyboard_walk"}),
    ],
)
def test_a_name_in_a_wrong_encoding_is_judged_as_it_was_meant(name, local, facts):
    assert gather(name=name, local=local) == facts


def test_the_model_hears_nothing_of_a_lost_name():
    lead = Lead(email="an@example.com", name="Nguy?n V?n An")
    assert signal.measure(lead, {"v": 2, "read": "lost"}) == {}
    assert signal.measure(lead, {"v": 2, "read": "mended", "match": "part"}) == {"match": 1.0}
