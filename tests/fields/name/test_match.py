import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.name.match import match_mailbox, to_latin

FORMS = load_lists().name_forms


@pytest.mark.parametrize(
    ("name", "local", "expected"),
    [
        # order, initials, marks
        ("Nguyễn Ánh", "nguyenanh87", "full"),
        ("Trần Thị Mỹ Duyên", "myduyen.tran", "full"),
        ("Phạm Quốc Bảo", "baopq92", "part"),
        ("Jürgen Groß", "juergen.gross", "full"),
        ("Jane Smith", "jsmith", "part"),
        # short forms
        ("Robert Haskins", "bob.haskins", "full"),
        ("Александр Ковалёв", "sasha.kovalev", "full"),
        ("Krzysztof Wiśniewski", "krzysiek.wisniewski", "full"),
        ("Francisco Javier Ruiz", "paco.ruiz", "full"),
        ("Chukwuemeka Obi", "emeka.obi", "full"),
        # transliterations
        ("김철수", "kimchulsu", "full"),
        ("이민호", "minho.lee", "full"),
        ("張家豪", "cheung.kaho", "part"),
        ("فاطمة الشريف", "fatima.sharif", "full"),
        ("Youssef Qasim", "yusuf.kasim", "full"),
        ("สมชาย ใจดี", "somchai.jaidee", "part"),
        # letters as digits
        ("Jane Smith", "j4n3.smith", "full"),
        ("Joseph Miller", "j0s3ph.m1ller", "full"),
        # nothing of the name
        ("Anna Berg", "sunflower_92", None),
        ("Robert Haskins", "blueocean77", None),
        ("Min Li", "zxq1988", None),
        ("", "anything", None),
    ],
)
def test_match(name: str, local: str, expected: str | None) -> None:
    assert match_mailbox(to_latin(name), local, FORMS) == expected
