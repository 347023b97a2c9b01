import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists import shipped
from fraudcheck.fields import message

LISTS = shipped.load_lists()


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("see https://www.firma.vn/gioi-thieu?x=1", ["firma.vn"]),
        ("www.bright-bakery.co.uk.", ["bright-bakery.co.uk"]),
        ("http://user@evil.example:8080/a and http://b.example", ["evil.example", "b.example"]),
        ("our shop is acme.com.br, ok", ["acme.com.br"]),
        ("visit acme dot com or acme(dot)net or acme[dot]org", ["acme.com", "acme.net", "acme.org"]),
        ("t.me/handle wa.me/84912 bit.ly/x", ["t.me", "wa.me", "bit.ly"]),
        ("hxxp://bad.example/x", ["bad.example"]),
        # no links
        ("write to an@gmail.com or an.b@firma.com", []),
        ("please call me.it is urgent", []),
        ("thanks.regards e.g. 3.5 node.js sr.no 12.30", []),
        ("polka dot dress. dotcom era", []),
        ("a://b ://x www. http://", []),
        ("the price is 3.000.000 vnd/m2 http://a", []),
    ],
)
def test_links(text, hosts):
    assert message.links(text) == hosts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('<a href="http://x.example">x</a>', "html"),
        ("<a class=x href=http://x.example>", "html"),
        ("<iframe src=x>", "html"),
        ("[url=http://x.example]x[/url]", "bbcode"),
        ("[x](http://x.example)", "markdown"),
        # what form backends and rich-text editors make of people's text
        ('write to <a href="mailto:an@firma.vn">me</a>', None),
        ("first<br>second<p>third</p><b>soon</b>", None),
        ("a < b and [1] [see url]", None),
    ],
)
def test_markup(text, language):
    assert message.markup(text) == language


@pytest.mark.parametrize(
    ("text", "disguise"),
    [
        ("f\u200br\u200bee", ("zero_width", 2)),
        ("bоnus at our cаsino", ("mixed_scripts", 2)),
        ("пpивет", ("mixed_scripts", 1)),
        ("aB1x" * 40, ("encoded", 2)),
        # people: a letter typed in the wrong layout, brands with endings, joiners that scripts need, units
        ("cкидка на SMSки и iPhoneом, Wi-Fi роутер, 3D-принтер", None),
        ("می‌خواهم، क्‍ष, മലയാളം‍", None),
        ("5 μm, 20 Ω, Nguyễn Thị Ánh", None),
        ("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz", None),
        ("https://example.com/" + "aB1x" * 40, None),
        ("ha" * 80, None),
    ],
)
def test_disguises(text, disguise):
    assert message.disguised(text) == disguise


@pytest.mark.parametrize(
    "text",
    ["qJxKvBwZpTgRmXdF", "bXvOqPLmTrwHzKd", "xqzjkvbw", "Xvbzkq wqjxzvkp", "YXlqQbqTKc : BIkWnVAmp", "bcdfghjklmnpq"],
)
def test_random_text(text):
    assert message.is_random(text, LISTS.against_name)


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "ok", "asdf", "n/a", "call", "Interested", "PLEASE CALL", "Szczegóły", "Brzęczyszczykiewicz"),
        *(
            "HDX4K2Z9",
            "XK-2209-BV7Q",
            "iPhone ProMax",
            "MacBookProMax",
            "McDonaldsUSA",
            "VoThiBeBaHo",
            "iPhoneProMaxDeal",
            "HPLaserJetUSB",
            "WhatsApp YouTube",
            "mwongozo wetu",
            "Ndwandwe",
        ),
        *("Quero orçamento", "Cần tư vấn", "chci informace", "Rhyfeddol", "gwrthwynebiad", "JavaScript TypeScript"),
    ],
)
def test_short_text_of_people_is_not_random(text):
    assert not message.is_random(text, LISTS.against_name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I saw your flat near the park and would love to visit it soon",
         "i SAW your flat - near the park, and would love to visit it soon!! 2"),
        ("Mình muốn hỏi giá căn hộ 2 phòng ngủ ở quận bảy nhé chị Lan ơi",
         "minh muon hoi gia can ho 3 phong ngu o quan bay nhe chi lan oi"),
        ("你好，我想了解一下这款机器的价格和交货时间", "你好 我想了解一下这款机器的价格和交货时间。"),
    ],
)  # fmt: skip
def test_the_same_words(one, other):
    assert message.own_words(one) is not None
    assert message.own_words(one) == message.own_words(other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Please call me about your offer in the afternoon",
        "我想问价格",
        "1234567890 " * 9,
        "!" * 99,
        "Gọi lại nhé",
    ],
)
def test_what_everybody_writes_is_nobodys_own(text):
    assert message.own_words(text) is None


FLAT = "I would love to visit the flat near the park on Sunday, please call"


@pytest.mark.parametrize(
    ("what", "text", "about", "like"),
    [
        ("a name", f"{FLAT} An Tran", "An Tran", FLAT),
        ("a name within, in another case and without its accents", f"I, NGUYEN van, {FLAT[2:]}", "Nguyễn Văn An", FLAT),
        ("a name and a company", f"Hello, Ola of Nowak. {FLAT}", "Ola Nowak", f"Hello, of {FLAT}"),
        ("no part of a word", f"{FLAT} Anna", "An", f"{FLAT} Anna"),
        ("nothing of the person", FLAT, "An Tran", FLAT),
        ("nobody", f"{FLAT} An Tran", "", f"{FLAT} An Tran"),
        ("half of the letters", f"{'abcde ' * 6}{'fghij ' * 6}", "abcde", "fghij" * 6),
        ("more than half", f"{'abcde ' * 7}{'fghij ' * 6}", "abcde", "abcde" * 7 + "fghij" * 6),
        ("all, as the message stands in the company's field too", FLAT, FLAT, FLAT),
        ("so much that the rest is short", f"{'abcde ' * 4}{'fghij ' * 5}", "abcde", "fghij" * 5),
    ],
)
def test_words_of_the_person_are_slots_of_a_template(what, text, about, like):
    assert message.own_words(text, about) == "".join(filter(str.isalpha, like.lower())), what


def test_without_the_persons_words_a_short_message_is_no_longer():
    assert message.own_words("Please call me about your offer, An Tran", "An Tran") is None


def test_phrases_match_words_and_in_scripts_without_blanks_anywhere():
    find = message.phrase_finder(
        [("a", "продвиж* сайт*"), ("b", "seo"), ("c", "外链"), ("d", "vay tiền"), ("e", "आपकी वेबसाइट")]
    )
    assert find(message.fold("Продвижение САЙТОВ")) == ["a"]
    assert find(message.fold("Seoul museo, seo!")) == ["b"]
    assert find(message.fold("高质量外链服务")) == ["c"]
    assert find(message.fold("VAY TIEN; vay, tiền")) == ["d", "d"]
    assert find(message.fold("क्या आपकी वेबसाइट है।")) == ["e"]
    assert find(message.fold("сайт продвижение")) == []


def test_a_phrase_may_have_words_of_any_ending_and_others():
    find = message.phrase_finder([("a", "rank* your website"), ("b", "rank*")])
    assert find("we rank your website") == ["a", "b"]
    assert find("ranking your website") == ["a", "b"]
    assert find("ranking your websites") == ["b"]  # the last word has one ending
    assert find("ranking your") == ["b"]
    assert find("ran your website") == []


HOSTILE = st.lists(
    st.sampled_from([*"<[]('\"{$;.@/: \u200b", *"aбüΩष็", "www.", "http://", ".com", " dot ", "or ", "union ", "{{"])
).map("".join)


@given(st.text() | HOSTILE)
def test_any_text_is_read(text):
    lower = text.lower()
    message.links(lower)
    message.mail_addresses(lower)
    message.markup(lower)
    message.disguised(text)
    message.is_random(text, LISTS.against_name)
    message.names_money(lower)
    message.own_words(text)
    message.own_words(text, text[::2])


TEXT = (
    "Hello, I am looking for a flat with two rooms near the river, not above the third floor, and would like to see it "
    "next week in the afternoon if that suits you. Please call me before noon. "
)


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (TEXT.upper(), True),
        (TEXT.replace("next week", "on Monday"), True),
        ("Dear Ms Nowak! " + TEXT, True),
        (TEXT + "Best regards, Nguyễn Văn An", True),
        (
            "I would like an offer for solar panels on a roof of eighty square metres, facing south, built in 1987, "
            "with a battery if it pays. Mornings are best.",
            False,
        ),
    ],
)
def test_messages_that_are_nearly_the_same_share_a_sketch(other, meets):
    one, two = (set(message.sketches(message.own_words(text))) for text in (TEXT, other))
    assert bool(one & two) is meets


def test_a_sketch_is_the_same_in_every_process_and_version():
    assert message.sketches("a" * 60) == (
        "1587671922,3105491439,3363744866",
        "3655868549,905055940,3304786123",
    )
