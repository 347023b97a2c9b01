import pytest

from fraudcheck.gibberish import looks_random

PEOPLE = {
    "Vietnamese": "nguyenthihuong phuongthuynguyen ldtphuong nguyentdk98 ltkngoc98",
    "Polish": "szczepan krzysztof brzęczyszczykiewicz wszczybor grzegorz chrzaszcz przybyszewski",
    "Czech, Croatian, Slovene": "strnad krk vlk hrvat čtvrtníček brzobohatý zmrzlík brkljacic zvjezdana ljubljana",
    "Arabic without its vowels": "mhmd abdlrhmn khlwd ahmdmhmwd bdralqhtany mjdyfhd alghmdi wlydkhld",
    "Nigerian": "oluwaseun chukwuemeka ngozi nwachukwu",
    "southern African": "hlengiwe mxolisi nqobile qhawekazi gqeberha tshwane",
    "Indian": "krishnamurthy bhattacharjee venkateswarlu shrprkshh kvsnmurthy vvsreddy",
    "Thai": "suphatthra thanyarat",
    "Georgian": "mchedlishvili tskhadadze gvritishvili mgvdliashvili",
    "Chinese and Korean": "xiaoxuzhang zxq1988 wxj2008 lixq2001 cqzhang 13812345678 kjhyun yjkhj",
    "Welsh, Basque, Icelandic, Hawaiian": "gwrtheyrn etxeberria goikoetxea þorgerður hrafnkell kealoha",
    "Dutch, German": "tjzwart vdwesthuizen schwarzkopf fitzwilliam",
    "initials and years": "jmrtz1987 nvk.2001 a.b.c.1990 jsmith1990",
    "nicknames": "xxdarkxx l33tgamer b4dboy j0s3ph1n3 mrbeast6000 gsxr1000rider bmwm3e46",
    "other scripts": "Нгуен หนึ่งฤทัย 甲斐黒川日本 محمد",
    "short": "qx zxq",
}


@pytest.mark.parametrize(("people", "names"), PEOPLE.items(), ids=list(PEOPLE))
def test_peoples_names_are_not_random(people: str, names: str) -> None:
    assert [name for name in names.split() if looks_random(name)] == []


@pytest.mark.parametrize(
    "text", ["xkqjw8271z", "qwxzvkpj", "a8f3k2x9q1", "fjdkslghr", "zxq7vbn2wk", "Xkqjw Zvqpf", "bqxkzwvj.2001"]
)
def test_random_characters_are_seen(text: str) -> None:
    assert looks_random(text)


def test_place_names_of_the_world_are_not_random() -> None:
    from phonenumbers.geodata import GEOCODE_DATA

    places = {place for row in list(GEOCODE_DATA.values())[::7] for place in row.values()}
    assert len(places) > 3000
    assert [place for place in places if looks_random(place)] == []
