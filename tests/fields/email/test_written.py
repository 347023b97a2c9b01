"""What people, chats, spreadsheets and exports put around an address, in many languages; and what is not an address."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.fields.email.written import AMONG_WORDS, DAMAGED, NO_ADDRESS, SEVERAL
from fraudcheck.records import Mailbox

LISTS = load_lists()


def read(email: str) -> Mailbox:
    return read_mailbox(email, LISTS)


@pytest.mark.parametrize(
    "between",
    [";", "; ", ",", ", ", " ", "  ", "\t", "/", " / ", "|", "\n", "\r\n", " or ", " OR ", " and ", " & ", "&", "+",
     " + ", " và ", " hoặc ", " hay là ", " und ", " oder ", " et ", " ou bien ", " y ", " o ", " e ", " lub ", " i ",
     " и ", " или ", " veya ", " ve ", " atau ", " και ", " או ", " أو ", "، ", "؛", " または ", "と ", "，", "；",
     "、", " 或 ", "和 ", " / or / ", " - ", " — ", "–", " • ", "<br>", "<br/>\n", "\\n", " (old), ", ">, <", "\u2028",
     "-", "*", "#"],
)  # fmt: skip
def test_the_first_of_several_is_the_leads(between: str) -> None:
    found = read(f"huong.tran@zoho.eu{between}huong@phongkham.vn")
    assert (found.problem, found.normalized, found.warning) == (None, "huong.tran@zoho.eu", SEVERAL)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("nobody@example.com, ana.ruiz@hotmail.es", "ana.ruiz@hotmail.es"),  # reserved
        ("ana@gmial.com / ana.ruiz@clinica.es", "ana.ruiz@clinica.es"),  # a slip
        ("ana@clinica, ana.ruiz@clinica.es", "ana.ruiz@clinica.es"),
        ("a@b@c.vn; minh@xaydung.vn", "minh@xaydung.vn"),
        ("Ana <ana@clinica.es>; Luis <luis@clinica.es>", "ana@clinica.es"),
        ("ana@gmial.com; ana@hotmial.com", "ana@gmial.com"),  # no other is better
        ('["ana@clinica.es","luis@clinica.es"]', "ana@clinica.es"),
    ],
)
def test_the_first_that_can_be_used_is_the_leads(typed: str, first: str) -> None:
    assert (read(typed).normalized, read(typed).problem) == (first, None)


@pytest.mark.parametrize(
    "typed",
    ["<mailto:j.doe@firma.de|j.doe@firma.de>", "<mailto:j.doe@firma.de|J. Doe>",
     "[j.doe@firma.de](mailto:j.doe@firma.de)", "[write to me](mailto:j.doe@firma.de)", "[[j.doe@firma.de]]",
     "**j.doe@firma.de**", "_j.doe@firma.de_", "~j.doe@firma.de~", '<a href="mailto:j.doe@firma.de">j.doe@firma.de</a>',
     "<a href='mailto:j.doe@firma.de?subject=Hi'>Jo</a>", "<A HREF=mailto:j.doe@firma.de>Jo</A>",
     "<p>j.doe@firma.de</p>", "j.doe@firma.de<br>", "j.doe@firma.de&nbsp;",
     "mailto:j.doe@firma.de?cc=&subject=Offer%20for%20chairs", "MAILTO:j.doe%40firma.de", "mailto://j.doe@firma.de",
     "j.doe@firma.de <mailto:j.doe@firma.de>", "j.doe@firma.de<mailto:j.doe@firma.de>",
     "j.doe@firma.de [mailto:j.doe@firma.de]", "Email: j.doe@firma.de", "E-Mail:j.doe@firma.de",
     "e-mail : j.doe@firma.de", "EMAIL - j.doe@firma.de", "email=j.doe@firma.de", "Mail j.doe@firma.de",
     "Thư điện tử: j.doe@firma.de", "địa chỉ j.doe@firma.de", "Correo electrónico: j.doe@firma.de",
     "correo j.doe@firma.de", "Courriel : j.doe@firma.de", "Электронная почта: j.doe@firma.de", "почта j.doe@firma.de",
     "邮箱：j.doe@firma.de", "メールアドレス：j.doe@firma.de", "이메일: j.doe@firma.de", "البريد: j.doe@firma.de",
     "ईमेल: j.doe@firma.de", "อีเมล j.doe@firma.de", "E-posta: j.doe@firma.de", "My address is j.doe@firma.de",
     "Jo Doe j.doe@firma.de", "Doe, Jo; j.doe@firma.de", "Jo Doe (j.doe@firma.de)", "Jo Doe: j.doe@firma.de",
     "Jo Doe - j.doe@firma.de", "Jo Doe\nj.doe@firma.de", '"Doe, Jo" <j.doe@firma.de>', "'Jo Doe' <j.doe@firma.de>",
     "0151 17403628 / j.doe@firma.de", "+49 151 17403628, j.doe@firma.de", "1. j.doe@firma.de", "• j.doe@firma.de",
     "- j.doe@firma.de", '"j.doe@firma.de"', "'j.doe@firma.de'", "'j.doe@firma.de", "`j.doe@firma.de`",
     "“j.doe@firma.de”", "„j.doe@firma.de“", "«j.doe@firma.de»", "(j.doe@firma.de)", "[j.doe@firma.de]",
     "{j.doe@firma.de}", "【j.doe@firma.de】", "<j.doe@firma.de>", "<<j.doe@firma.de>>", "j.doe@firma.de>",
     "<j.doe@firma.de", '"j.doe@firma.de', "j.doe@firma.de (work)", "j.doe@firma.de [private]",
     "j.doe@firma.de - only mornings", "j.doe@firma.de, call me first", "j.doe@firma.de work", "j.doe@firma.de（仕事）",
     "j.doe@firma.de.", "j.doe@firma.de,", "j.doe@firma.de;", "j.doe@firma.de!", "j.doe@firma.de :)",
     "j.doe@firma.de\r\n", "\nj.doe@firma.de", "j.doe@firma.de。", "j.doe@firma.de j.doe@firma.de",
     "J.Doe@firma.de; j.doe@firma.de", "j.doe@firma.dej.doe@firma.de", "j.doe\u200b@firma.de",
     "\u2066j.doe@firma.de\u2069", "j.\u00addoe@firma.de", "\u202ej.doe@firma.de", "j.doe&#64;firma.de",
     "j.doe&#x40;firma&#46;de", "j.doe&commat;firma.de", "&lt;j.doe@firma.de&gt;", "j.doe%40firma.de",
     "j.doe [at] firma [dot] de", "j.doe(at)firma.de", "j.doe (AT) firma (DOT) de", "j.doe{at}firma{dot}de",
     "j.doe[@]firma.de", "j.doe <at> firma.de", "j.doe [ät] firma [punkt] de", "j.doe (arroba) firma (punto) de",
     "j.doe [собака] firma [точка] de", "j.doe at firma dot de", "j.doe AT firma DOT de", "b'j.doe@firma.de'",
     "['j.doe@firma.de']", '{"email": "j.doe@firma.de"}', '[{"value":"j.doe@firma.de","type":"work"}]',
     's:14:"j.doe@firma.de";', '""j.doe@firma.de""', '{\\"email\\":\\"j.doe@firma.de\\"}',
     '=HYPERLINK("mailto:j.doe@firma.de","j.doe@firma.de")', "j.doe@firma.de#mailto:j.doe@firma.de#",
     "SMTP:j.doe@firma.de", '<span class="mail">j.doe@firma.de</span>', "<td>Jo</td><td>j.doe@firma.de</td>",
     "j.doe@firma[dot]de", "j.doe[@]firma[.]de", "j.doe@firma (punkt) de", "(a) j.doe@firma.de", "2) j.doe@firma.de",
     "j.doe@firma.de <Jo Doe>", "j.doe@firma.de / 0151 174", "https://firma.de/?email=j.doe@firma.de&x=1"],
)  # fmt: skip
def test_one_address_with_something_around_it_is_read(typed: str) -> None:
    found = read(typed)
    assert (found.problem, (found.normalized or "").lower(), found.warning) == (None, "j.doe@firma.de", None)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("lan.pham88 at gmail.com", "lan.pham88@gmail.com"),
        ("我的邮箱是wang.lei88@qq.com谢谢", "wang.lei88@qq.com"),
        ("メールはhanako@gmail.comです", "hanako@gmail.com"),
        ("邮箱zhang@163.com", "zhang@163.com"),
        ("ايميلي هو omar.k@hotmail.com", "omar.k@hotmail.com"),
        ("Trần Hùng hungtv88@gmail.com", "hungtv88@gmail.com"),
        ("Ｅｍａｉｌ：ｌａｎ＠ｇｍａｉｌ．ｃｏｍ", "lan@gmail.com"),
        ("'o'brien@firma.ie'", "o'brien@firma.ie"),
        ("an%2Bchairs@gmail.com", "an+chairs@gmail.com"),
        ("0912840375/an.le@gmail.com", "an.le@gmail.com"),
        # As they were typed: these are whole.
        ("an/88@nhaxinh.vn", "an/88@nhaxinh.vn"),
        ("_an_@nhaxinh.vn", "_an_@nhaxinh.vn"),
        ("bounce+an=firma.de@list.org", "bounce+an=firma.de@list.org"),
        ("60%off@nhaxinh.vn", "60%off@nhaxinh.vn"),
        ("李lei@gmail.com", "李lei@gmail.com"),  # a letter may have been typed for another
    ],
)
def test_what_else_is_read(typed: str, address: str) -> None:
    assert (read(typed).problem, read(typed).normalized) == (None, address)


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        ("mai hoa@gmail.com", None),
        ("le thi mai@gmail.com", None),
        ("88 mai@gmail.com", None),
        ("mai 88@gmail.com", None),
        ("mai, hoa@gmail.com", None),
        ("mai:hoa@gmail.com", None),  # the dot's key with Shift
        ("linh linh@gmail.com", None),  # of linhlinh
        ("mai,hoa@gmail.com", "mai.hoa@gmail.com"),
        ("mai@yahoo.com vn", "mai@yahoo.com.vn"),
        ("mai@xaydung.com,vn", "mai@xaydung.com.vn"),
        ("mai@hotmail.co m", "mai@hotmail.com"),
        ("mai@gmail com", "mai@gmail.com"),
        ("x@y@z.de", None),
        ("mai@x@gmail.com", None),
        ("mai(2)hoa@gmail.com", None),
        ('"mai"hoa@gmail.com', None),
        ("mai@", None),
        ("mai@gmail'hoa'", None),
        ("@gmail.com", None),
        ("qwert", None),
        ("mai.gmail.com", "mai@gmail.com"),
        ("www@", None),
        ("mail.yahoo.com", None),  # a provider's host, and nobody's mailbox
        ("vip.163.com", None),
        ("mai@gmail.com\r\nBcc: all@x.de", None),
        ("mai@gmail.com%0d%0abcc:all@x.de", None),
        ("mai@firma..de", "mai@firma.de"),
        ("mai..hoa@firma.de", "mai.hoa@firma.de"),
        ("mai@gmial,com", "mai@gmail.com"),
    ],
)
def test_what_was_typed_as_an_address_and_is_none(typed: str, suggestion: str | None) -> None:
    found = read(typed)
    assert (found.problem, found.normalized, found.suggestion, found.warning) == ("syntax", None, suggestion, None)


@pytest.mark.parametrize(
    ("typed", "warning"),
    [
        ("I have none", NO_ADDRESS),
        ("không dùng email", NO_ADDRESS),
        ("no tengo correo", NO_ADDRESS),
        ("ask my wife", NO_ADDRESS),
        ("没有电子邮件", NO_ADDRESS),
        ("メールなし", NO_ADDRESS),
        ("0912 840 375", NO_ADDRESS),
        ("+84912840375", NO_ADDRESS),
        ("https://facebook.com/mai.hoa.88", NO_ADDRESS),
        ("www.maihoa.vn", NO_ADDRESS),
        ("[email protected]", NO_ADDRESS),
        ("m***a@gmail.com", DAMAGED),
        ("m*a@gmail.com", DAMAGED),
        ("mai••••@firma.de", DAMAGED),
        ("mai.hoa@gma...", DAMAGED),
        ("mai.hoa@firma.c…", DAMAGED),
        ("ph\ufffdm.lan@gmail.com", DAMAGED),
        ("Le Thi Mai hoaxinh@gmail.com", AMONG_WORDS),
    ],
)
def test_what_is_something_else_is_unread(typed: str, warning: str) -> None:
    found = read(typed)
    assert (found.problem, found.normalized, found.suggestion, found.warning) == ("unreadable", None, None, warning)


@pytest.mark.parametrize(
    "typed",
    ["@" * 1000, "a@" * 500, "a@b.vn " * 140, "a@b1.vn;" * 125, " " * 999 + "@", "\n" * 1000, " \n" * 500, "(" * 1000,
     "[at]" * 250, " at " * 250, " dot " * 200, "&#64;" * 200, "%40" * 333, "." * 1000, "x" * 1000, "*" * 1000,
     "-@" * 500, "a-" * 499 + "@a", "a@" + "b-" * 499, "a@b.vn-" * 142, "x@" + "邮" * 998, "邮" * 990 + "a@qq.com",
     "邮a" * 495 + "@qq.com", "<mailto:" * 125, '"' * 1000, "'" * 1000, "\u200b" * 1000, "a," * 500, "\ud800" * 1000,
     "".join(f"a@b{n}.vn " for n in range(125)), "".join(f"a@é{n}.vn " for n in range(120)), "a\r\nbcc" * 160,
     "".join(f"{n} " for n in range(250)) + "a@b.vn", "ab " * 330 + "a@b.vn"],
)  # fmt: skip
def test_no_text_costs_much(typed: str) -> None:
    start = process_time()
    for _ in range(5):
        read(typed)
    assert process_time() - start < 0.5  # 100 ms each, on the slowest machine


marked = st.text(alphabet="aé邮@.,;:/|<>()[]\"'`*•%&#=? -\n\u200b0", max_size=60)


@given(marked)
def test_what_is_read_reads_the_same_again(text: str) -> None:
    found = read(text)
    if found.normalized is not None:
        assert read(found.normalized).normalized == found.normalized
    assert (found.problem == "unreadable") <= (found.warning is not None)


@given(st.text(alphabet="aé邮.,;:/|<>()[]\"'`*•% -\n0", max_size=40))
def test_no_address_is_made_of_a_text_without_one(text: str) -> None:
    assert read(text).normalized is None
