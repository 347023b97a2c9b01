import pytest

from fraudcheck.fields.phone.number import read_phone


@pytest.mark.parametrize(
    ("phone", "country", "suggestion"),
    [
        ("0168 284 0375", "VN", "+84382840375"),  # Viettel, before 2018
        ("0120 284 0375", "VN", "+84702840375"),  # MobiFone
        ("0199 284 0375", "VN", "+84592840375"),  # Gmobile
        ("11 8174-0365", "BR", "+5511981740365"),  # without the ninth digit
        ("(1) 740 3628", "CO", "+576017403628"),
        ("77 17 40 36", "CM", "+237677174036"),
        ("22 17 40 36", "CM", "+237222174036"),
        ("97 17 40 36", "BJ", "+2290197174036"),
        ("07 17 40 36", "CI", "+2250707174036"),
        ("+84 84 912 840 375", None, "+84912840375"),  # the calling code twice
        ("00912840375", "VN", "+84912840375"),  # the trunk prefix twice
        ("+0912840375", "VN", "+84912840375"),
        ("447400174036", "VN", "+447400174036"),  # the + forgotten
        ("+39 2 1740 3628", "IT", "+390217403628"),  # without Italy's 0
        ("09l284O375", "VN", "+84912840375"),  # letters for digits
        ("07410 1744036", "GB", "+447410174036"),  # a key pressed twice
        ("0192 840 375", "VN", "+84912840375"),  # two keys swapped
        ("0912840375", "VN", None),  # nothing wrong with it
        ("9999999999", "US", None),  # nobody's slip
        ("1234567890", "US", None),
        ("09128403", "VN", None),
        ("junk", "VN", None),
    ],
)
def test_one_slip_is_explained(phone, country, suggestion):
    assert read_phone(phone, country).suggestion == suggestion
