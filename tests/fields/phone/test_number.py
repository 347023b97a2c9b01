from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    region_code_for_number,
)

from fraudcheck.fields.phone.number import national_digits, read_phone, read_phone_in_zone


@pytest.mark.parametrize(
    ("phone", "country", "e164", "line"),
    [
        ("0912 840 375", "VN", "+84912840375", "mobile"),
        ("+84 (0)36 840 3751", None, "+84368403751", "mobile"),
        ("0803 174 9026", "NG", "+2348031749026", "mobile"),
        ("+234 0 803 174 9026", None, "+2348031749026", "mobile"),
        ("98127 40386", "IN", "+919812740386", "mobile"),
        ("(11) 98174-0365", "BR", "+5511981740365", "mobile"),
        ("081 740 3628", "TH", "+66817403628", "mobile"),
        ("512 740 386", "PL", "+48512740386", "mobile"),
        ("٠٥٠١٧٤٠٣٦٢", "SA", "+966501740362", "mobile"),
        ("010 1740 3628", "EG", "+201017403628", "mobile"),
        ("۰۵۰ ۱۷۴ ۰۳۶۲", "AE", "+971501740362", "mobile"),
        ("९८१२७४०३८६", "IN", "+919812740386", None),
        ("０９１２８４０３７５", "VN", "+84912840375", "mobile"),
        ("(212) 740-3628", "US", "+12127403628", "fixed_line_or_mobile"),
        ("07400 174036", "GB", "+447400174036", "mobile"),
        ("0151 17403628", "DE", "+4915117403628", "mobile"),
        ("55 1740 3628", "MX", "+525517403628", "fixed_line_or_mobile"),
        ("+52 1 55 1740 3628", None, "+525517403628", "fixed_line_or_mobile"),
        ("011 15 4740-3628", "AR", "+5491147403628", "mobile"),
        ("0812-1740-3628", "ID", "+6281217403628", "mobile"),
        ("0917 174 0362", "PH", "+639171740362", "mobile"),
        ("0712 174036", "KE", "+254712174036", "mobile"),
        ("0049 151 17403628", "DE", "+4915117403628", "mobile"),
        ("0049 151 17403628", None, "+4915117403628", "mobile"),
        ("0048 512 740 386", "US", "+48512740386", "mobile"),  # 00 is dialled nearly everywhere, though not there
        ("0084 912 840 375", "AU", "+84912840375", "mobile"),
        ("+48 (0) 512 740 386", None, "+48512740386", "mobile"),  # a trunk prefix that Poland does not have
        ("+34 (0) 612 740 386", "ES", "+34612740386", "mobile"),
        ("0044 (0)7400 174036", "US", "+447400174036", "mobile"),
        ("+44 (0) 7400 174036", "IN", "+447400174036", "mobile"),
        ("٠٠٩٦٦٥٠١٧٤٠٣٦٢", None, "+966501740362", "mobile"),
        ("+00 44 7400 174036", "US", "+447400174036", "mobile"),
        ("0 512 740 386", "PL", "+48512740386", "mobile"),  # dialled so until 2009
        ("+39 0347 174 0362", None, "+393471740362", "mobile"),  # and so until 2001
        ("044 55 1740 3628", "MX", "+525517403628", "fixed_line_or_mobile"),
        ("01 55 1740 3628", "MX", "+525517403628", "fixed_line_or_mobile"),
        ("8 067 174 03 62", "UA", "+380671740362", "mobile"),
        ("https://wa.me/84912840375", None, "+84912840375", "mobile"),
        ("447400174036", None, "+447400174036", "mobile"),
        ("+12127403628 ext. 14", None, "+12127403628", "fixed_line_or_mobile"),
        ("tel:+84912840375", None, "+84912840375", "mobile"),
        ("0912 840 375 (zalo)", "VN", "+84912840375", "mobile"),
        ("0912840375 / 0368403751", "VN", "+84912840375", "mobile"),
        ("0912840375 - 0368403751", "VN", "+84912840375", "mobile"),
        ("0912840375\n0368403751", "VN", "+84912840375", "mobile"),
        ("0912840375\t0368403751", "VN", "+84912840375", "mobile"),
        ("+0912840375", "VN", "+84912840375", "mobile"),  # no calling code begins with 0
        ("+0084 912 840 375", None, "+84912840375", "mobile"),
        ("011 84 912 840 375", None, "+84912840375", "mobile"),  # too long for an area code 011
        ("09l284O375", "VN", "+84912840375", "mobile"),  # letters for digits
        ("O803 174 9O26", "NG", "+2348031749026", "mobile"),
        ("0️⃣9️⃣1️⃣2️⃣8️⃣4️⃣0️⃣3️⃣7️⃣5️⃣", "VN", "+84912840375", "mobile"),
        ("+48 512\u2060740\u200b386\ufeff", None, "+48512740386", "mobile"),
        ("＋４８（５１２）７４０－３８６", None, "+48512740386", "mobile"),
        ("0512−740−386", "PL", "+48512740386", "mobile"),  # minus signs
        ("٠٥٠ ١٧٤ ٠٣٦٢", "SA", "+966501740362", "mobile"),
        ("๐๘๑ ๗๔๐ ๓๖๒๘", "TH", "+66817403628", "mobile"),
        ("+84 (VN) 912 840 375", None, "+84912840375", "mobile"),  # a word within a number
        ("+44 - UK - 7400 174036", "IN", "+447400174036", "mobile"),
        ("tel:+84-912-840-375;ext=12", None, "+84912840375", "mobile"),
        ("tel:512740386;phone-context=+48", None, "+48512740386", "mobile"),
        ("tel:%2B84912840375", None, "+84912840375", "mobile"),
        ("https://wa.me/84912840375", "BR", "+84912840375", "mobile"),  # a link is international
        ("https://api.whatsapp.com/send/?phone=%2B2348031749026&text=hi", None, "+2348031749026", "mobile"),
        ("https://t.me/+84912840375", None, "+84912840375", "mobile"),
        ("0221 123456 home", "DE", "+49221123456", "fixed_line"),  # not the digits of h, o, m and e
        ("4915117403628", "DE", "+4915117403628", "mobile"),  # without its +, and not a line in Leer
        ("43664174036281", "AT", "+43664174036281", "mobile"),
        ("0491 17403628", "DE", "+4949117403628", "fixed_line"),
        ("(0xx11) 98174-0365", "BR", "+5511981740365", "mobile"),
        ("707174036", "CI", "+2250707174036", "mobile"),  # a spreadsheet took the zero, which belongs to the number
        ("217403628", "IT", "+390217403628", "fixed_line"),
        ("\u202a+84\u00a0912\u200f840375\u202c\x00", None, "+84912840375", "mobile"),
        ("0812-740-362 (WhatsApp)", "ID", "+62812740362", "mobile"),  # its letters would make a longer number
        ("71 274 (WhatsApp)", "CK", "+68271274", "mobile"),  # plans of five digits
        ("011 234 803 174 9026", "NG", "+2348031749026", "mobile"),  # home, as North America dials it
        ("01191 98127 40386", "IN", "+919812740386", "mobile"),
        ("011 2740 3628", "IN", "+911127403628", "fixed_line"),  # Delhi
        ("1-800-FLOWERS", "us", "+18003569377", "toll_free"),
        ("+882 16 8521 1111", None, "+8821685211111", "voip"),
    ],
)
def test_numbers_are_read_as_people_write_them(phone, country, e164, line):
    number = read_phone(phone, country)
    assert (number.problem, number.valid, number.e164) == (None, True, e164)
    assert line is None or number.line == line


@pytest.mark.parametrize(
    ("phone", "country", "problem"),
    [
        ("0912840375", None, "no_country"),
        ("0912840375", "XX", "no_country"),
        ("2127403628", None, "no_country"),
        ("13017403628", None, "no_country"),  # a Chinese mobile, or +1 301 …
        ("84912840375", None, "no_country"),  # +84 912 …, or Brazil's (84) 91284-0375
        ("12", None, "impossible"),
        ("Tel.: 12", "VN", "impossible"),  # a label leaves no doubt that a number was meant
        ("my number is 012345678901234567890", "VN", "impossible"),
        ("12345678901234567890 / 1234567890123456789", "US", "impossible"),
        ("+999 123 490 789", None, "impossible"),
        ("09", "VN", "impossible"),
        ("0" * 40, "VN", "impossible"),
        ("1" * 5000, "VN", "impossible"),
        ("0912-840-375-036", "VN", "impossible"),
        ("2+32 22 221607", "SL", "impossible"),  # Belgium's or Sierra Leone's
        ("93 12 35 5", "NE", "impossible"),  # a lost digit need not be the zero
        ("014815 256336", "GG", "impossible"),  # one digit too many, and not the six of a number on the island
        ("0912 840 375 036", "VN", "impossible"),  # what follows is no second number
        ("0000000", "TH", "impossible"),
        ("12127403628123456789", "US", "impossible"),
    ],
)
def test_what_names_no_number(phone, country, problem):
    assert read_phone(phone, country).problem == problem


@pytest.mark.parametrize(
    ("phone", "country", "e164"),
    [
        ("512740386 512740387", "PL", "+48512740386"),
        ("82 12 42 82 12 42", "WF", "+681821242"),  # twice, though it is also a number of Korea without its +
        ("512 740 386 512 740 387", "PL", "+48512740386"),
        ("512740386-512740387", "PL", "+48512740386"),
        ("512740386 512740387 512740388", "PL", "+48512740386"),
        ("512740386 lub 512740387", "PL", "+48512740386"),
        ("0912 840 375 0368 403 751", "VN", "+84912840375"),
        ("0912840375 hoặc 0368403751", "VN", "+84912840375"),
        ("ĐT: 0912.840.375 - Zalo: 0368.403.751", "VN", "+84912840375"),
        ("SĐT 1: 0912840375, SĐT 2: 0368403751", "VN", "+84912840375"),
        ("1) 0912840375 2) 0368403751", "VN", "+84912840375"),
        ("+84912840375+84368403751", None, "+84912840375"),
        ("+84 912 840 375 & +84 368 403 751", None, "+84912840375"),
        ("0803 174 9026 or 0805 174 9027", "NG", "+2348031749026"),
        ("98127 40386 98127 40387", "IN", "+919812740386"),
        ("98127 40386 या 98127 40387", "IN", "+919812740386"),
        ("cel. 11 98174-0365 / fixo 11 3174-0365", "BR", "+5511981740365"),
        ("11 98174-0365 ou 11 98174-0366", "BR", "+5511981740365"),
        ("081-740-3628 หรือ 081-740-3629", "TH", "+66817403628"),
        ("٠٥٠١٧٤٠٣٦٢ أو ٠٥٠١٧٤٠٣٦٣", "SA", "+966501740362"),
        ("050-740-3628 או 050-740-3629", "IL", "+972507403628"),
        ("090-1740-3628または090-1740-3629", "JP", "+819017403628"),
        ("138 1274 0386 或 138 1274 0387", "CN", "+8613812740386"),
        ("(212) 740-3628 (212) 740-3629", "US", "+12127403628"),
        ("212-740-3628 212-740-3629", "US", "+12127403628"),
        ("M: +49 151 17403628 | T: +49 30 1740362", None, "+4915117403628"),
        ("0151/17403628 und 030/1740362", "DE", "+4915117403628"),
        ("030/1740362 / 0151/17403628", "DE", "+49301740362"),
        ("028 3822 1234/35", "VN", "+842838221234"),
        ("+84912840375/+84368403751", None, "+84912840375"),
        ("07400 174036 07400 174037", "GB", "+447400174036"),
        ("📱 07400174036 ☎️ 02071740362", "GB", "+447400174036"),
        ("06 12 74 03 86 06 12 74 03 87", "FR", "+33612740386"),
        ("612740386 y 612740387", "ES", "+34612740386"),
        ("8 912 345 17 45 или 8 912 345 17 46", "RU", "+79123451745"),
        ("0192840375 0912840375", "VN", "+84912840375"),  # the first that is in use
        ("Fax: 028 3822 1234, Mobile: 0912 840 375", "VN", "+84912840375"),
        ("Fax: 028 3822 1234", "VN", "+842838221234"),
        ("71274 71275", "CK", "+68271274"),
        ("phone 1 0912840375, phone 2 0368403751", "VN", "+84912840375"),
        ("call after 18:00 0912840375", "VN", "+84912840375"),
        ("0912 840 375 - 376", "VN", "+84912840375"),  # two lines side by side
        ("081-740-3628-9", "TH", "+66817403628"),
        ("512740386-87", "PL", "+48512740386"),
        ("0912840375 / " * 38, "VN", "+84912840375"),
        ("030 27403612/13", "DE", "+493027403612"),  # another ending, where numbers of ten digits are valid as well
        ("01 5321234/5", "AT", "+4315321234"),
        # What stood between two was lost, and there is one way to part them.
        ("09128403750368403751", "VN", "+84912840375"),
        ("8491284037584368403751", "VN", "+84912840375"),
        ("21274036289177403629", "US", "+12127403628"),
        ("06127403860142740386", "FR", "+33612740386"),
        # One number, however it is grouped.
        ("512 740 386", "PL", "+48512740386"),
        ("06 12 74 03 86", "FR", "+33612740386"),
        ("030/1740362", "DE", "+49301740362"),
        ("0470/12.34.56", "BE", "+32470123456"),
        ("11 98765 4321", "BR", "+5511987654321"),
        ("+49 30 17 40 36 2", None, "+49301740362"),
        ("0912840375 máy lẻ 12", "VN", "+84912840375"),
        ("020 7174 0362 ext. 12", "GB", "+442071740362"),
    ],
)
def test_of_several_numbers_the_first_that_is_valid(phone, country, e164):
    number = read_phone(phone, country)
    assert (number.valid, number.e164, number.warning) == (True, e164, None)


@pytest.mark.parametrize("phone", ["0912840375 0368403751", "0912840375 / 0368403751", "0912840375 hoặc 0368403751"])
def test_several_numbers_lack_a_country_as_one_does(phone):
    assert read_phone(phone, None).problem == "no_country"
    assert read_phone_in_zone(phone, ["VN"]).e164 == "+84912840375"


@pytest.mark.parametrize(
    ("phone", "country", "e164"),
    [
        ("972507403628+", None, "+972507403628"),
        ("972507403628+", "US", "+972507403628"),
        ("84912840375+", "BR", "+84912840375"),  # and not Brazil's (84) 91284-0375
        ("٩٧١٥٠١٧٤٠٣٦٢+", None, "+971501740362"),
        ("\u200f972-50-740-3628+\u200f", None, "+972507403628"),
        ("972+ 50-740-3628", None, "+972507403628"),
        ("(972+) 50 740 3628", None, "+972507403628"),
        ("50-740-3628 972+", None, "+972507403628"),
        ("3628-740-50-972+", None, "+972507403628"),
        ("(+) 972507403628", None, "+972507403628"),
        ("972507403628+ / 972507403629+", None, "+972507403628"),
        ("966501740362+ :جوال", None, "+966501740362"),
    ],
)
def test_a_plus_behind_the_digits(phone, country, e164):
    assert read_phone(phone, country).e164 == e164


@pytest.mark.parametrize("country", [None, "VN", "US", "IL"])
@pytest.mark.parametrize(
    ("phone", "says"),
    [
        ("", "ask the person"),
        ("call me", "ask the person"),
        ("asdf", "ask the person"),
        ("see notes", "ask the person"),
        ("sau 5 giờ", "ask the person"),
        ("không có", "ask the person"),
        ("lan.pham84@gmail.com", "ask the person"),
        ("https://wa.me/message/ABCDEF", "ask the person"),
        ("+84", "ask the person"),  # what a form put there
        ("(+1) ", "ask the person"),
        ("room 84512", "ask the person"),
        ("+1 (___) ___-____", "hidden"),
        ("0912…375", "hidden"),
        ("0912...375", "hidden"),
        ("\x00" * 300, "ask the person"),
        ("x" * 500, "ask the person"),
        ("4.41E+11", "spreadsheet"),
        ("9,72508E+11", "spreadsheet"),
        ("#######", "spreadsheet"),
        ("#ERROR!", "spreadsheet"),
        ("-4579", "spreadsheet"),
        ("09128403**", "hidden"),
        ("(212) XXX-XXXX", "hidden"),
        ("•••• •• 375", "hidden"),
    ],
)
def test_what_cannot_be_read_is_not_impossible(phone, says, country):
    number = read_phone(phone, country)
    assert (number.problem, number.valid, number.e164, number.suggestion) == ("unreadable", False, None, None)
    assert says in number.warning


def test_a_warning_never_holds_what_was_typed():
    assert "1847" not in read_phone("room 1847", "VN").warning


@pytest.mark.parametrize(
    ("phone", "country", "region"),
    [
        ("+1 436 305 2187", "US", "US"),
        ("436-305-2187", "US", "US"),
        ("1 (436) 305-2187", "VN", None),
        ("(436) 105-2187", "US", None),  # no exchange begins with 1
        ("+44 436 305 2187", "US", None),
    ],
)
def test_area_codes_that_phonenumbers_does_not_know(phone, country, region):
    number = read_phone(phone, country, {"436": "US"})
    assert (number.valid, number.region) == (region is not None, region)
    assert not read_phone(phone, country).valid


def test_no_text_takes_long():
    for text in (
        "0" * 500,
        "0 " * 250,
        "0912840375 " * 45,
        "+" * 500,
        "(" * 500,
        "1." * 250,
        "1+" * 250,
        "1,234" * 100,
        "1  2-- ) - -.  - ) " * 26,
    ):
        start = perf_counter()
        read_phone(text, "VN")
        assert perf_counter() - start < 0.5


@pytest.mark.parametrize(
    ("phone", "country", "e164"),
    [
        ("0192840375", "VN", "+84192840375"),
        ("999-999-9999", "US", "+19999999999"),
        ("0123456789", "VN", "+84123456789"),
        ("740-3628", "US", None),  # dialled within an area only: nothing to call from elsewhere
        ("07700 900123", "GB", "+447700900123"),
    ],
)
def test_numbers_in_no_known_range_are_possible_but_not_valid(phone, country, e164):
    number = read_phone(phone, country)
    assert (number.problem, number.valid, number.line, number.e164) == (None, False, None, e164)


@pytest.mark.parametrize(
    ("phone", "countries", "e164"),
    [
        ("0803 174 9026", ["NG", "AO", "BJ", "CD", "CM", "GA", "NE"], "+2348031749026"),  # Africa/Lagos
        ("0912 840 375", ["VN"], "+84912840375"),
        ("98127 40386", ["IN"], "+919812740386"),
        ("512 740 386", ["PL"], "+48512740386"),
        ("(340) 712-3456", ["PR", "VI", "AG"], "+13407123456"),  # one plan
        ("0912 840 375", ["TH", "VN"], None),  # a mobile number of both
        ("0800 174 0362", ["DE", "SE"], None),  # nobody's own
        ("0192840375", ["VN"], None),
        ("0912 840 375", [], None),
        ("1" * 5000, ["VN"], None),
    ],
)
def test_a_clock_tells_the_country_where_only_one_fits(phone, countries, e164):
    number = read_phone_in_zone(phone, countries)
    assert (number and number.e164) == e164
    assert not number or (number.valid and number.read_in == "timezone")


@given(
    st.one_of(st.text(max_size=60), st.text("0123456789+-() .OolI/,;\x00\u200f٠９x#", max_size=30)),
    st.one_of(st.none(), st.sampled_from(sorted(SUPPORTED_REGIONS)), st.text(max_size=3)),
)
def test_reading_never_raises_and_what_it_suggests_is_valid(phone, country):
    number = read_phone(phone, country)
    assert number.problem in {None, "no_country", "impossible", "unreadable"}
    assert (number.warning is not None) == (number.problem == "unreadable")
    assert number.valid == (number.line is not None)
    if number.suggestion:
        assert read_phone(number.suggestion, None).valid
    if number.valid:
        assert read_phone(number.e164, None) == number


PEOPLES = [
    number
    for region in sorted(SUPPORTED_REGIONS)
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
    if (number := example_number_for_type(region, kind))
]


@given(
    st.sampled_from(PEOPLES),
    st.sampled_from([PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164]),
    st.sampled_from(
        ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９"]
    ),
)
def test_every_spelling_names_the_same_number(number, spelling, digits):
    text = format_number(number, spelling).translate(str.maketrans("0123456789", digits))
    assert read_phone(text, region_code_for_number(number)).e164 == format_number(number, PhoneNumberFormat.E164)


@given(st.sampled_from(PEOPLES), st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011", "/"]), min_size=20))
def test_what_stands_between_digits_does_not_matter(number, between):
    e164 = format_number(number, PhoneNumberFormat.E164)
    spread = "+" + "".join(digit + mark for digit, mark in zip(e164[1:], between, strict=False)).strip(
        "-./ \u00a0\u2011"
    )
    assert read_phone(spread, None).e164 == e164


@pytest.mark.parametrize(
    ("e164", "national"),
    [("+12127403628", "2127403628"), ("+84912840375", "912840375"), ("+2348031749026", "8031749026"), ("+99", "99")],
)
def test_national_digits(e164, national):
    assert national_digits(e164) == national
