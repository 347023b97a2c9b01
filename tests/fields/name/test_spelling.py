import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.names import names_model
from fraudcheck.fields.name.spelling import Calibration, fold, words

MODEL = names_model()

PEOPLE = {
    "the shortest": "Ng Xu Oh Qiu Uy Ký Krk Vlk Md Lj Li O Ý Yui Ikuo Bhd",
    "Vietnamese": "Nguyễn Phạm Nguyen Thuỳ Nghiêm Huỳnh Phuong Nguyễn-Thị",
    "Polish, Czech, Slovak": "Szczepański Grzegorz Brzęczyszczykiewicz Źdźbło Strnad Čtvrtníček Smrž Vlk",
    "southern Slavs": "Hrvoje Srbljanović Zvjezdana Brkljačić Lj. Krstić Njegoš",
    "African": "Mtshali Nkrumah Nwachukwu Mbaye Ndlovu Mxolisi Hlengiwe Ọkọnkwọ Ògúnlẹ́sì Owusu Wambui Tshwane",
    "Arabic": "Mohd Mhmd Muhammad Abdlrhmn Asaad Sadaf Afaf Safdar Fadwa Assaf Khlwd",
    "Indian": "Krishnamurthy Jyothsna Kshatriya Bhattacharjee Lakshmi Venkateswarlu",
    "Chinese, Korean": "Xiuying Xiangzhi Qian Zhang Hyeok Kyung Seoyeon Kwak",
    "Georgian, Armenian": "Mchedlishvili Tskhadadze Mgvdliashvili Khachatryan Mkrtchyan",
    "Hungarian, Albanian, Turkish": "Dzsenifer Zsolt Gjergj Shefqet Xhevdet Çağla Yıldırım Zsófia",
    "Celtic, Nordic, Frisian": "Saoirse Siobhán Gwrtheyrn Llŷr Þórður Hjördís Søren Eeltsje",
    "Cyrillic": "Щербак Йован Христо Грозный Всеволод Кыргыз",
    "others": "Θεόδωρος Παπαδόπουλος محمد خالد شوكت שרה יצחק",
}


@pytest.mark.parametrize(("culture", "names"), PEOPLE.items(), ids=list(PEOPLE))
def test_nothing_is_said_of_peoples_names(culture: str, names: str) -> None:
    assert {name: against for name in names.split() if (against := MODEL.against_name(name))} == {}


@pytest.mark.parametrize(
    "name",
    [
        "山田花子",
        "김철수",
        "สมชาย ใจดี",
        "प्रिया",
        "முருகன்",
        "გიორგი",
        "Արամ",
        "አበበ",
        "ⵎⵓⵃⵎⵎⴷ",
        "",
        "1987",
        "!?",
        "王 小明",
    ],
)
def test_a_script_that_the_model_does_not_know_is_unknown(name: str) -> None:
    assert MODEL.evidence_for_name(name) is None
    assert MODEL.against_name(name) == 0


@pytest.mark.parametrize(
    "name",
    ["asdfasd", "sdfgsdg", "jkhjkh", "fghfgh hgjhg", "qweasd", "lkjlkj", "wefwef", "Xkqjzvwp", "zxq qzk wxv",
     "k2m8x6t9v2", "John sdfsdf", "фывафыв", "олдолд"],
)  # fmt: skip
def test_mashed_keys_are_seen(name: str) -> None:
    assert MODEL.against_name(name) > 2


@pytest.mark.parametrize(
    "locals_",
    [
        "nguyenthihuong phuongthuynguyen ldtphuong nguyentdk98 ltkngoc98",
        "szczepan brzeczyszczykiewicz wszczybor brzobohaty brkljacic",
        "mhmd abdlrhmn khlwd ahmdmhmwd wlydkhld al3ashq 7abibi2020",
        "oluwaseun chukwuemeka hlengiwe gqeberha tshwane",
        "krishnamurthy kvsnmurthy vvsreddy tskhadadze gvritishvili",
        "xiaoxuzhang zxq1988 wxj2008 lixq2001 cqzhang 13812345678 kjhyun lovexiaoxiao520",
        "jmrtz1987 nvk.2001 a.b.c.1990 jsmith1990 j.smith qx zxq",
        "xxdarkxx l33tgamer b4dboy j0s3ph1n3 mrbeast6000 gsxr1000rider bmwm3e46",
        "юра.петров 0912840375 sunflower_92",
    ],
)
def test_mailbox_names_of_people(locals_: str) -> None:
    assert {name: against for name in locals_.split() if (against := MODEL.against_mailbox(name))} == {}


@pytest.mark.parametrize(
    "local",
    [
        "xkqjw8271z",
        "qwxzvkpj",
        "a8f3k2x9q1",
        "zxq7vbn2wk",
        "bqxkzwvj.2001",
        "e3b0c44298fc1c14",
        "sdfgsdfgdf",
        "m4x8k2q7v5",
    ],
)
def test_random_mailbox_names(local: str) -> None:
    assert MODEL.against_mailbox(local) > 2


def test_a_sign_that_stands_for_letters_is_judged_as_these() -> None:
    assert MODEL.against_mailbox("xkqjwvz™") == MODEL.against_mailbox("xkqjwvztm") > 0


@pytest.mark.parametrize(
    ("local", "alternate"),
    [("a8f3k2x9q1", True), ("an.nguyen84", False), ("84nguyen19", False), ("a8.f3.k2.x9.q1", False)],
)
def test_letters_and_digits_that_alternate_within_one_word_speak_against_it(local: str, alternate: bool) -> None:
    assert (MODEL.against_mailbox(local) > 0) is alternate


@pytest.mark.parametrize("name", ["GHK Reddy", "JKL Rao", "KVSN Murthy", "T. N. Krishnaswamy", "Md. Rahim"])
def test_initials_beside_a_name_say_nothing(name: str) -> None:
    assert MODEL.against_name(name) == 0


def test_the_worse_it_is_spelled_the_more_is_said() -> None:
    calibration = Calibration(slope=1.0, offset=0.0, limit=-3.0, share=0.1)
    steps = [calibration.against(total) for total in (5.0, 0.0, -3.0, -3.1, -5.0, -10.0, -1e6)]
    assert steps == sorted(steps)
    assert steps[:3] == [0.0, 0.0, 0.0]
    assert steps[3] > 0


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Nguyễn", "nguyen"), ("Łukasz", "lukasz"), ("Groß", "gross"), ("O’Brien", "obrien"), ("Ｋｉｍ", "kim"),
     ("İnci", "inci"), ("Йован", "иован"), ("أحمد", "احمد"), ("Σωκράτης", "σωκρατησ")],
)  # fmt: skip
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_letters_only() -> None:
    assert words("Jean-Pierre d'Arc 3rd, (Md.)") == ["jean", "pierre", "darc", "rd", "md"]


@given(st.text(max_size=60))
def test_any_text_can_be_judged(text: str) -> None:
    assert MODEL.against_name(text) >= 0
    assert MODEL.against_mailbox(text) >= 0


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz éüş", max_size=30))
def test_case_says_nothing(text: str) -> None:
    assert MODEL.against_name(text.upper().lower()) == MODEL.against_name(text.title().lower())
