import msgspec
import pytest

from fraudcheck.adapters.lists.shipped import load_lists
from fraudcheck.fields.email.address import read_mailbox
from fraudcheck.ports import Ports
from fraudcheck.ports.lists import Listing, Lists
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Lead, Subject
from fraudcheck.signals import email as signal

LISTS = load_lists()


def ports(lists: Lists) -> Ports:
    return Ports(lists=lists, mail_routes=None, counters=None)  # type: ignore[arg-type]  # not to be asked


def gather(email: str, lists: Lists = LISTS) -> Facts:
    subject = Subject(tenant="default", lead=Lead(email=email), mailbox=read_mailbox(email, lists))
    facts = signal.gather(subject, ports(lists))
    assert facts is not None
    return facts


def codes(email: str) -> list[str]:
    return [finding.code for finding in signal.judge(Lead(email=email), gather(email))]


def test_no_address_says_nothing() -> None:
    assert signal.gather(Subject(tenant="default", lead=Lead(phone="1")), ports(LISTS)) is None


@pytest.mark.parametrize(
    "email",
    ["nguyenthihuong@gmail.com", "krzysztof.brzeczyszczykiewicz@wp.pl", "oluwaseun.adeyemi@yahoo.com.ng",
     "13812345678@qq.com", "venkateswarlu.k@rediffmail.com", "tskhadadze@gmail.com", "mhmd.khlwd@hotmail.com",
     "a.b.c.1990@gmx.com", "abc1987@gmail.com", "an@nus.edu.sg", "an@google.com", "an@21cn.com",
     "an@mail.google.com", "mark@nhaxinh.vn", "nada@maktoob.com", "null@nhaxinh.vn", "noone@eircom.net",
     "zxq1988@163.com", "tester@nhaxinh.vn", "юра@почта.рф", "an@yahoo.co.in", "grace@uol.com.br"],
)  # fmt: skip
def test_people_pass(email: str) -> None:
    assert codes(email) == []


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("nonsense", ["EMAIL_SYNTAX_INVALID"]),
        ("I have none", ["EMAIL_UNREADABLE"]),
        ("an@gmail,com", ["EMAIL_SYNTAX_INVALID"]),
        ("an@example.com", ["EMAIL_DOMAIN_RESERVED"]),
        ("test@x.test", ["EMAIL_DOMAIN_RESERVED", "EMAIL_LOCAL_PLACEHOLDER"]),
        ("an@mailinator.com", ["EMAIL_DISPOSABLE"]),
        ("an@inbox7.mailinator.com", ["EMAIL_DISPOSABLE"]),
        ("xkqjw8271z@yopmail.com", ["EMAIL_DISPOSABLE", "EMAIL_LOCAL_RANDOM"]),
        ("xkqjw8271z@privaterelay.appleid.com", ["EMAIL_RELAY"]),  # made up by the service
        ("qwxzvkpj@duck.com", ["EMAIL_RELAY"]),
        ("lead@an.anonaddy.com", ["EMAIL_RELAY"]),
        ("info@nhaxinh.vn", ["EMAIL_ROLE"]),
        ("Kinh.Doanh@nhaxinh.vn", ["EMAIL_ROLE"]),
        ("contato@loja.com.br", ["EMAIL_ROLE"]),
        ("no-reply@nhaxinh.vn", ["EMAIL_ROLE"]),
        ("test@gmail.com", ["EMAIL_LOCAL_PLACEHOLDER"]),
        ("test123@gmail.com", ["EMAIL_LOCAL_PLACEHOLDER"]),
        ("test+1@gmail.com", ["EMAIL_LOCAL_PLACEHOLDER"]),
        ("no.email@nhaxinh.vn", ["EMAIL_LOCAL_PLACEHOLDER"]),
        ("abc@abc.com", ["EMAIL_LOCAL_PLACEHOLDER"]),
        ("aaaaaa@gmail.com", ["EMAIL_LOCAL_PLACEHOLDER"]),
        ("qwxzvkpj@gmail.com", ["EMAIL_LOCAL_RANDOM"]),
        ("an@gmai.com", ["EMAIL_DOMAIN_MISTYPED"]),
        ("an@gmial.com", ["EMAIL_DOMAIN_MISTYPED"]),  # a public list calls this slip a throw-away provider
        ("an@nhaxinh.con", []),  # a slip, but no large provider's: the DNS has the word
    ],
)
def test_findings(email: str, expected: list[str]) -> None:
    assert codes(email) == expected


@pytest.mark.parametrize(
    ("email", "facts"),
    [
        ("nonsense", {"v": 2, "problem": "syntax"}),
        ("an@gmail,com", {"v": 2, "problem": "syntax", "suggestion": True}),
        ("I have none", {"v": 2, "problem": "unreadable"}),
        ("an@nhaxinh.vn, an.le@firma.vn", {"v": 2, "several": True}),
        ("an@nhaxinh.vn, AN@nhaxinh.vn", {"v": 2}),
        ("Mail: an@nhaxinh.vn", {"v": 2}),
        (
            "ấn@gmail.com",  # a slip in the name is none in the domain
            {"v": 2, "suggestion": True, "class": "free", "list": f"mail domains {LISTS.versions['mail domains']}"},
        ),
        ("an@nhaxinh.con", {"v": 2, "suggestion": True}),
        ("an@example.com", {"v": 2, "problem": "reserved", "list": "RFC 2606"}),
        ("an@gmail.com", {"v": 2, "class": "free", "list": f"mail domains {LISTS.versions['mail domains']}"}),
        (
            "an@mailinator.com",
            {
                "v": 2,
                "class": "disposable",
                "list": ", ".join(LISTS.disposable_listings["mailinator.com"].lists),
                "lists": 5,
            },
        ),
        ("an@nhaxinh.vn", {"v": 2}),
    ],
)
def test_facts_are_small_and_hold_nothing_personal(email: str, facts: Facts) -> None:
    assert gather(email) == facts


@pytest.mark.parametrize(("version", "dead"), [(1, "email"), (2, None)])
def test_what_could_not_be_read_is_dead_in_old_facts_only(version: int, dead: str | None) -> None:
    (finding,) = signal.judge(Lead(email="nonsense"), {"v": version, "problem": "syntax"})
    assert (finding.code, finding.dead) == ("EMAIL_SYNTAX_INVALID", dead)
    (reserved,) = signal.judge(Lead(email="an@x.test"), {"v": version, "problem": "reserved"})
    assert (reserved.dead, CATALOGUE[reserved.code].dead) == (None, "email")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (None, ["EMAIL_LOCAL_RANDOM"]),
        ("Jane Smith", ["EMAIL_LOCAL_RANDOM"]),
        ("Nqabayomzi Gxabhashe", []),
        ("Bqxt Gxqwzvk", ["EMAIL_LOCAL_RANDOM"]),  # nor is the name one
    ],
)
def test_an_unusual_mailbox_name_may_be_that_of_an_unusual_name(name: str | None, codes: list[str]) -> None:
    lists = msgspec.structs.replace(LISTS, against_mailbox=lambda local: 9.0)
    lead = Lead(email="gxabhashe@nhaxinh.vn", name=name)
    subject = Subject(tenant="default", lead=lead, mailbox=read_mailbox("gxabhashe@nhaxinh.vn", lists))
    facts = signal.gather(subject, ports(lists))
    assert facts is not None
    assert [finding.code for finding in signal.judge(lead, facts)] == codes


@pytest.mark.parametrize(("facts", "scale"), [({}, 1.0), ({"local_weight": 0.6}, 0.6)])
def test_a_random_mailbox_name_weighs_as_was_kept(facts: Facts, scale: float) -> None:
    assert signal.judge(Lead(), {"v": 2, "local": "random", **facts})[0].scale == scale


@pytest.mark.parametrize(
    ("email", "version", "digits", "separators"),
    [
        ("an.le_84@x.vn", 1, 2, 2),
        ("an.le_84@x.vn", 2, 2, 2),
        ("A.B. Le <an.le_84@x.vn>", 1, 2, 4),  # as it was measured then
        ("A.B. Le <an.le_84@x.vn>", 2, 2, 2),
        ("Tel. 0912, mail:an.le_84@x.vn; a.b.c@y.vn", 2, 2, 2),
    ],
)
def test_the_mailboxs_name_is_measured_alone(email: str, version: int, digits: int, separators: int) -> None:
    expected = {"digits": digits, "separators": separators, "free": 0.0}
    assert signal.measure(Lead(email=email), {"v": version}) == expected


def test_evidence_names_the_list() -> None:
    facts = {"v": 2, "class": "relay", "service": "Firefox Relay", "list": "mail domains 1"}
    assert signal.judge(Lead(), facts)[0].evidence == {"list": "mail domains 1", "service": "Firefox Relay"}
    facts = {"v": 2, "suggestion": True, "mistyped": "gmail.com", "list": "mail domains 1"}
    assert signal.judge(Lead(), facts)[0].evidence == {"meant": "gmail.com", "list": "mail domains 1"}


WEAK = Lists(
    disposable_domains=frozenset({"one.list", "three.lists"}),
    disposable_listings={"one.list": Listing(("a 1",), 0.5), "three.lists": Listing(("a 1", "b 2", "c 3"), 0.8)},
)


@pytest.mark.parametrize(
    ("email", "facts", "scale"),
    [
        ("an@one.list", {"list": "a 1", "weight": 0.5}, 0.5),
        ("an@mail.one.list", {"list": "a 1", "weight": 0.5}, 0.5),
        ("an@three.lists", {"list": "a 1, b 2, c 3", "lists": 3, "weight": 0.8}, 0.8),
    ],
)
def test_fewer_lists_weigh_less(email: str, facts: Facts, scale: float) -> None:
    assert gather(email, WEAK) == {"v": 2, "class": "disposable", **facts}
    (finding,) = signal.judge(Lead(email=email), gather(email, WEAK))
    assert (finding.code, finding.scale, finding.evidence["list"]) == ("EMAIL_DISPOSABLE", scale, facts["list"])


def test_facts_of_older_code_weigh_in_full() -> None:
    assert signal.judge(Lead(), {"v": 2, "class": "disposable", "list": "a 1"})[0].scale == 1.0


@pytest.mark.parametrize(
    ("email", "shape", "scale"),
    [
        ("an@my-temp-mail-box.example-not-listed.com", "words", 1.0),
        ("an@fasttempinbox.io", "words", 1.0),
        ("an@k7qx93vzj2w.xyz", "random", 0.5),
        ("an@home-of-an.duckdns.org", "dynamic_dns", 0.5),
    ],
)
def test_the_shape_of_an_unlisted_domain(email: str, shape: str, scale: float) -> None:
    assert gather(email) == {"v": 2, "shape": shape}
    (finding,) = signal.judge(Lead(email=email), gather(email))
    assert (finding.code, finding.scale) == ("EMAIL_DOMAIN_LOOKS_THROWAWAY", scale)


def test_no_shape_speaks_against_an_allowed_domain() -> None:
    assert gather("an@tempmail.edu", Lists(allowed_domains=frozenset({"tempmail.edu"}))) == {"v": 2}


def test_the_allow_list_goes_before_every_list() -> None:
    lists = Lists(allowed_domains=frozenset({"gmx.com"}), disposable_domains=frozenset({"gmx.com", "com.vn"}))
    assert "class" not in gather("an@gmx.com", lists)
    assert "class" not in gather("an@mail.gmx.com", lists)
    assert gather("an@gmx.com.vn", lists)["class"] == "disposable"
