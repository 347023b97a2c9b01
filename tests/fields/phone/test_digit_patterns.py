import pytest

from fraudcheck.fields.phone.digit_patterns import digit_pattern


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        ("9999999999", ("same", True)),
        ("912222222", ("same", False)),
        ("888888888", ("same", True)),
        ("1234567890", ("counting", True)),
        ("9876543210", ("counting", True)),
        ("2123456789", ("counting", False)),
        ("12121212", ("repeats", True)),
        ("312121212", ("repeats", False)),
        ("123123123", ("repeats", True)),
        ("912222220", None),  # six equal digits happen
        ("888988898", None),  # a lucky number
        ("912345677", ("counting", False)),
        ("912345608", None),
        ("", None),
    ],
)
def test_patterns_in_digits(digits, found):
    assert digit_pattern(digits) == found
