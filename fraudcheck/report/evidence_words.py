"""What does a reason rest on, in words? A sentence or two for each part of its evidence.

Evidence is kept as JSON for ever, with the names that the code of its day gave it. What this version does not know it
tells by its name and value, so that no reader meets a word of code. No sentence quotes what the person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fraudcheck.anomaly.wording import MEASURES
from fraudcheck.report.tables import printable

WINDOWS = {"minutes": "five minutes", "hour": "an hour", "day": "a day", "week": "a week", "month": "30 days"}
"""The windows in which earlier leads are counted, the shortest first."""
SIGNS = {
    "headless": "it runs without a screen",
    "software_gpu": "it draws without a graphics card, as on a server or a remote desktop",
    "window": "its window is larger than its screen, or none",
    "platform": "it names another system than it runs on",
    "automation": "it bears the marks of a program for testing pages",
    "assistant": "an assistant fills the form in for its person",
}
"""What the form's script saw of a browser."""
CONTRADICTIONS = {
    "android_version_never_was": "a version of Android that never was",
    "blink_as_webkit": "Chrome's engine as Safari's",
    "blink_on_ios": "Chrome's own engine on an iPhone, which has none",
    "browser_newer_than_windows": "a browser newer than its Windows could run",
    "chrome_build_never_was": "a build of Chrome that never was",
    "chrome_names_mac": "a version of macOS that Chrome never names",
    "chrome_newer_than_android": "a Chrome newer than its Android could run",
    "chrome_newer_than_windows": "a Chrome newer than its Windows could run",
    "chrome_newer_than_xp": "a Chrome newer than Windows XP could run",
    "chrome_on_trident": "Chrome on Internet Explorer's engine",
    "chrome_version_never_was": "a version of Chrome that never was",
    "explorer_newer_than_windows": "an Internet Explorer newer than its Windows could run",
    "firefox_names_android": "a version of Android that Firefox never names",
    "firefox_names_patch": "a patch of Firefox, which it never names",
    "firefox_on_webkit": "Firefox on Safari's engine",
    "firefox_version_never_was": "a version of Firefox that never was",
    "gecko_date_never_was": "a date of Firefox's engine that never was",
    "gecko_differs": "another version of Firefox's engine than of Firefox",
    "mac_on_powerpc_never_was": "a Mac on a processor that its version never ran on",
    "mac_version_never_was": "a version of macOS that never was",
    "opera_version_never_was": "a version of Opera that never was",
    "safari_older_than_mac": "a Safari older than its macOS comes with",
    "safari_on_windows_never_was": "a Safari that never was on Windows",
    "trident_differs": "another version of Internet Explorer's engine than of the browser",
    "trident_never_was": "a version of Internet Explorer's engine that never was",
    "webkit_differs": "another version of Safari's engine than of Safari",
    "webkit_names_revision": "a revision of Safari's engine, which it never names",
    "windows_version_never_was": "a version of Windows that never was",
}
"""What a browser's name says that cannot be."""
PROGRAMS = {
    "left_over": "a placeholder that nobody filled in, or an attack",
    "contact": "an address to write to its owner",
    "library": "a library for programs",
    "app_library": "a library of Android apps",
    "no_browser": "no browser",
    "no_engine": "no browser's engine",
    "no_platform": "no system that it runs on",
}
"""What in a browser's name gives a program away."""
LINES = {
    "mobile": "a mobile number",
    "fixed_line": "a fixed line",
    "fixed_line_or_mobile": "a fixed line or a mobile number",
    "voip": "a number of internet telephony",
    "personal_number": "a personal number",
    "premium_rate": "a number that costs the caller extra",
    "shared_cost": "a number whose cost is shared",
    "toll_free": "a number that is free to call",
    "pager": "a pager",
    "uan": "a company's number for the whole country",
    "voicemail": "a mailbox for voice",
}
"""Kinds of phone lines."""
USES = {
    "home": "homes and people have such lines there",
    "machine": "meters, alarms and cars have such lines there",
    "office": "people at companies have such lines there",
    "unknown": "who has such lines there is not known",
    "service": "firms' hotlines are such lines there",
    "anyone": "anyone can take such a line there within a minute",
}
"""Who has a kind of line."""
PATTERNS = {
    "same": "one digit again and again",
    "repeats": "a few digits again and again",
    "counting": "digits that count up or down",
}
"""What a number's digits look like."""
SHAPES = {
    "words": "its words are those of throw-away mail",
    "random": "it is random characters under an ending that costs nothing",
    "dynamic_dns": "it is a name for a machine at home",
}
"""Why a domain looks throw-away."""
FIELDS = {
    "email": "the mail address",
    "phone": "the phone number",
    "name": "the name",
    "ip": "the internet address",
    "agent": "the browser's name",
    "device": "the device",
    "measures": "measures of how the form was filled in",
    "token": "the form's token",
}
"""What leads of a source carry."""
COHORTS = {
    "scheme": "leads whose mailbox is made in the same way",
    "browser": "leads with the same browser",
    "pace": "leads whose form took as long",
    "manner": "leads whose form was filled in in the same manner",
    "block": "leads with numbers of the same thousand",
    "message": "leads with the same or nearly the same message",
    "machine": "leads of the same device",
    "place": "leads of the same internet address",
    "shape": "leads whose mailbox has the same shape",
    "agent": "leads with the same browser",
    "habit": "leads whose form was filled in in the same manner",
    "device": "leads of the same device",
    "nest": "leads of the same network with the same browser",
    "vendor": "leads of the vendor",
    "everyone": "all leads",
}
"""Groups of leads that are alike in one way."""
ATTACKS = {
    "sql": "on a database",
    "union": "on a database",
    "nosql": "on a database",
    "script": "by a script in a page",
    "template": "by a page's template",
    "path": "by the path of a file",
    "command": "by a command to the machine",
    "xml": "by XML",
    "request": "by a request to the inner network",
    "ldap": "on a directory",
    "header": "by a header of a mail or an answer",
}
"""Kinds of attacks on web applications."""
MARKUPS = {"html": "web pages", "bbcode": "forums", "markdown": "notes"}
"""Languages in which links and pictures are written into a text."""
DISGUISES = {
    "zero_width": "by invisible characters within words",
    "mixed_scripts": "by letters of another alphabet that look alike",
    "encoded": "by encoding it",
}
"""How a text hides its words."""
MANNERS = {
    "pasted": "all was pasted",
    "inserted": "all was put in at once",
    "untouched": "nothing was touched",
    "placed": "all was filled in before anybody came to a field",
    "unexplained": "keys do not account for the text",
    "flawless": "a key for each character and no slip",
}
"""Unusual manners to fill in a form."""
ABOUT = {
    "job": "work that somebody looks for",
    "press": "the press",
    "support": "help with something bought",
    "offer": "an offer of somebody who sells",
}
"""What a text is about."""
_Words = Callable[[Any], str]
_HOW = {"link": "by a link", "code": "by a code", "call": "in a call"}
_PIECES = {"first": "first name", "last": "family name", "letters": "letters", "digits": "digits", "name": "name"}
_MARKS = {".": "a dot", "_": "an underscore", "-": "a dash", "+": "a plus"}
_PIECE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}|([._+-])|([^{}._+-]+)")


def evidence_words(code: str, evidence: Mapping[str, Any]) -> list[str]:
    """What a reason rests on, in sentences without a full stop; none where its text says all."""
    try:
        return [*_unusual(evidence)] if "features" in evidence else _words(code, evidence)
    except (TypeError, ValueError, AttributeError):  # of another shape than this version knows
        return [_sentence(f"{plain(name)}: {plain(value)}") for name, value in evidence.items()]


def _words(code: str, evidence: Mapping[str, Any]) -> list[str]:
    if code == "LEAD_FROM_FUTURE" and "minutes" in evidence:
        return [f"{counted(evidence['minutes'], 'minute')} after its check"]
    told = dict(evidence)
    said = []
    if counts := [(words, told.pop(name)) for name, words in WINDOWS.items() if _is_number(told.get(name))]:
        said.append(f"Earlier: {by_window(counts)}")
        told.pop("window", None)
    if "size" in told:
        said.append(_size(told))
    if "strangers" in told:
        window = f" within {WINDOWS.get(told.pop('window'), 'some time')}" if "window" in told else ""
        said.append(f"{counted(told.pop('strangers'), 'other person', 'other people')}{window} before")
    if told.get("line"):
        region = f" of the country {plain(told.pop('region'))}" if told.get("region") else ""
        said.append(f"It is {LINES.get(told.pop('line'), 'a line of a kind that is not known')}{region}")
    for name, value in told.items():
        if (words := _word_of(code, str(name), value)) is not None and words:
            said.append(words)
    return [_sentence(words) for words in said]


def _size(told: dict[str, Any]) -> str:
    """How large a group is, and what was to be expected."""
    window = WINDOWS.get(str(told.pop("window", "")), "some time")
    return f"{amount(told.pop('size'))} leads within {window}, where about {amount(told.pop('expected', 0))} are usual"


def _word_of(code: str, name: str, value: Any) -> str | None:
    """One part of the evidence; None where there is nothing to say."""
    if value is None:
        return None
    try:
        if words := _OF_CODE.get((code, name)) or _EVIDENCE.get(name):
            return words(value)
    except (TypeError, ValueError, AttributeError):
        pass  # of another shape than this version knows
    return f"{plain(name)}: {plain(value)}"


def _fields(value: Any) -> str:
    if _is_number(value):
        return f"{counted(value, 'field')} in all"
    return f"without {_listed(value, FIELDS)}"


def _carried(value: Any) -> str:
    if isinstance(value, Mapping):
        each = [f"{FIELDS.get(name, plain(name))} {percent(share)}" for name, share in value.items()]
        return f"the source's leads carry {', '.join(each)}"
    return f"{percent(value)} of the source's leads carry one"


def _unusual(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What makes a lead unusual, a line for each thing, the weightiest first."""
    if _is_number(evidence.get("p")):
        yield f"Of ordinary leads one in {_once_in(evidence['p'])} is as unusual"
    for feature in evidence["features"] or ():
        if not isinstance(feature, Mapping):
            continue
        said = [_measure(each) for each in feature.get("values") or () if isinstance(each, Mapping)]
        points = f" ({signed(feature['points'])} points)" if _is_number(feature.get("points")) else ""
        if said:
            yield f"{_sentence('; '.join(said))}{points}"
    if _is_number(evidence.get("others")) and evidence["others"]:
        yield f"All else together ({signed(evidence['others'])} points)"


_SECONDS = ("form.fill", "form.page", "form.look")
_MEASURES = {
    "form.fill": "filled in within {}",
    "form.page": "on the page for {}",
    "form.look": "{} on the page beside filling in the form",
    "form.keys": "{} keys pressed for each character of the contact data",
    "form.keys_typed": "{} keys pressed for each character that was typed",
    "form.pointer": "{} movements and presses of the pointer",
    "form.pastes": "{} texts pasted for each contact field",
    "form.autofills": "{} fields filled in by the browser for each contact field",
    "form.pasted": "{} of the fields pasted",
    "form.filled": "{} of the fields filled in by the browser",
    "form.characters": "{} characters of contact data",
    "form.typed": "{} characters of text in all",
    "email.digits": "{} digits in the mailbox's name",
    "email.separators": "{} dots and dashes in the mailbox's name",
    "identity.match": "{} parts of the name in the mailbox's name",
    "content.message": "{} characters of message",
    "network.hours": "{} hours between the browser's clock and the internet address's country",
    "velocity.ip_hour": "{} other leads from the internet address within an hour",
    "velocity.ip_day": "{} other leads from the internet address within a day",
    "velocity.network_hour": "{} other leads from the network within an hour",
    "velocity.device_day": "{} other leads from the device within a day",
    "velocity.mailbox_month": "{} other leads with the mailbox within 30 days",
    "velocity.phone_month": "{} other leads with the phone number within 30 days",
}
_YES_OR_NO = {
    "form.desktop": ("at a computer with a keyboard", "not at a computer with a keyboard"),
    "email.free": ("a mailbox that anyone can have", "a mailbox that not anyone can have"),
    "phone.valid": ("a number in a range that is in use", "a number in no range that is in use"),
    "network.far": ("far from the country of the internet address", "near the country of the internet address"),
}
_SHARES = ("form.pasted", "form.filled")


def _measure(told: Mapping[str, Any]) -> str:
    """One measure of an unusual lead and what is usual."""
    name, value, usual = str(told.get("measure", "")), told.get("value"), told.get("usual")
    if value is None:
        return _unmeasured(name) + ("" if usual is None else ", which usually is")
    if name == "cluster.hour":
        return f"it came at an hour that is {_hour(value)} for the vendor"
    if name in _YES_OR_NO:
        return _YES_OR_NO[name][not value] + _whether_usual(value, usual)
    if name in _MEASURES:
        return f"{_MEASURES[name].format(_in_unit(name, value))}; {_usual(name, usual)}"
    return f"{plain(name.replace('.', ' '))} {_in_unit(name, value)}; {_usual(name, usual)}"


def _unmeasured(name: str) -> str:
    what = MEASURES.get(name, plain(name.replace(".", " ")))
    return f"not measured: {re.sub(' .(0|1)..*', '', what)}"


def _hour(value: float) -> str:
    if abs(value) < 0.05:
        return "as usual as any"
    times = f"{2 ** abs(value):.1f}".removesuffix(".0")
    return f"{times} times as usual as others" if value > 0 else f"{times} times less usual than others"


def _in_unit(name: str, value: Any) -> str:
    if name in _SECONDS:
        return duration(value)
    return percent(value) if name in _SHARES else amount(value)


def _usual(name: str, usual: Any) -> str:
    if usual is None:
        return "it is usually not measured"
    if not usual or usual == [None, None]:
        return "anything is usual"
    low, high = (None if edge is None else _in_unit(name, edge) for edge in usual)
    if low is None:
        return f"usual is up to {high}"
    return f"usual is {low} or more" if high is None else f"usual is {low} to {high}"


def _whether_usual(value: float, usual: Any) -> str:
    if usual is None:
        return "; it is usually not known"
    low, high = usual or (None, None)
    is_usual = (low is None or value >= low) and (high is None or value <= high)
    return "; that is usual by itself" if is_usual else "; that is unusual"


def pattern(value: Any) -> str:
    """How a mailbox is made, such as ``{first}.{last}``: first name, a dot, family name."""
    said = []
    for name, size, mark, text in _PIECE.findall(str(value)):
        if name:
            words = _PIECES.get(name, plain(name))
            said.append(f"{size} {words}" if size.isdigit() else words)
        else:
            said.append(_MARKS.get(mark) or plain(text))
    return ", ".join(said)


def manner(value: Any) -> str:
    """How a form was filled in, in words; some manners have a number behind them."""
    return MANNERS.get(str(value).partition(" ")[0], plain(value))


def duration(seconds: Any) -> str:
    """Seconds in the unit that people would say."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if abs(seconds) >= 2 * length:
            return counted(round(seconds / length, 1 if abs(seconds) < 10 * length else None), unit)
    return counted(round(seconds, 1), "second")


def counted(count: Any, one: str, many: str | None = None) -> str:
    """A number with what it counts, in the singular or the plural."""
    return f"{amount(count)} {one if count == 1 else many or one + 's'}"


def amount(number: Any) -> str:
    """A number as people write it."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return plain(number)
    return f"{number:,.0f}" if float(number).is_integer() or abs(number) >= 1000 else f"{number:.3g}"


def percent(share: Any) -> str:
    """A share (0 to 1) in percent."""
    return f"{share:.0%}" if share in (0, 1) or 0.1 <= share <= 0.9 else f"{share:.1%}"


def signed(points: float) -> str:
    """Points with their sign, for which U+2212 stands instead of a hyphen."""
    return f"{points:+.1f}".replace("-", "−")


def plain(value: Any) -> str:
    """Any value without a mark of code: no underscores, braces or words of Python."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(name)} {plain(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(plain, value))
    if isinstance(value, (int, float)):
        return amount(value)
    return re.sub(r"[{}\[\]<>]", "", printable(str(value))).replace("_", " ")


def _listed(values: Any, words: Mapping[str, str]) -> str:
    """Values in words, as a list in a sentence."""
    each = [values] if isinstance(values, str) else values
    said = [words.get(str(value)) or plain(value) for value in each]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def by_window(counts: Sequence[tuple[str, Any]]) -> str:
    """Counts of growing windows, each number once: 3 within an hour, 9 within a day."""
    said, last = [], None
    for words, count in counts:
        if count != last:
            said.append(f"{amount(count)} within {words}")
        last = count
    return ", ".join(said)


def _times(decibans: float) -> str:
    times = 10 ** (decibans / 10)
    return f"{times:,.0f} times" if times >= 2 else "hardly"


def _once_in(p: float) -> str:
    if p <= 0:
        return "more than a billion"
    times = 1 / p
    if times >= 1e9:
        return "more than a billion"
    return f"{float(f'{times:.2g}'):,.0f}" if times >= 2 else "one or two"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


_EVIDENCE: Mapping[str, _Words] = {
    "fill_seconds": lambda value: f"filled in within {duration(value)}",
    "seconds_on_page": lambda value: f"the page was open for {duration(value)}",
    "first_input_seconds": lambda value: f"first typed into after {duration(value)}",
    "keystrokes": lambda value: f"{counted(value, 'key')} pressed",
    "characters": lambda value: f"{counted(value, 'character')} of contact data",
    "pastes": lambda value: f"{counted(value, 'text')} pasted",
    "autofills": lambda value: f"{counted(value, 'field')} filled in by the browser",
    "inserted": lambda value: f"{counted(value, 'whole value')} put in at once",
    "signs": lambda value: f"the form's script saw of the browser: {'; '.join(SIGNS.get(x, plain(x)) for x in value)}",
    "contradictions": lambda value: f"the browser's name says {_listed(value, CONTRADICTIONS)}",
    "assistant": lambda value: f"it says to be {plain(value)}",
    "user_agent": lambda value: f"the browser's name says the language {plain(value)}",
    "language_countries": lambda value: f"the languages are those of {_listed(value, {})}",
    "list": lambda value: f"by the list of {plain(value)}",
    "lists": lambda value: f"{counted(value, 'list')} name it",
    "service": lambda value: f"the service is {plain(value)}",
    "shape": lambda value: SHAPES.get(value, plain(value)),
    "meant": lambda value: f"{plain(value)} was probably meant",
    "hosts": lambda value: f"the domain names {counted(value, 'mail host')}",
    "from": lambda value: "a large provider, known without asking" if value == "list" else f"from {plain(value)}",
    "mail_host": lambda value: (
        f"its mail host was found {plain(value)}"
        if str(value).startswith("by ")
        else f"its mail host lies under {plain(value)}"
    ),
    "region": lambda value: f"of the country {plain(value)}" if value else "",
    "use": lambda value: USES.get(value, plain(value)),
    "years": lambda value: f"listed {counted(value, 'year')} ago" if value else "listed within a year",
    "block": lambda value: f"{counted(value, 'number')} of its block are listed",
    "suggestion": lambda value: "one slip would explain it" if value else "",
    "may_be_new": lambda value: "it may be of a range newer than what is known here" if value else "",
    "operator": lambda value: f"the network is run by {plain(value)}" if value else "",
    "network": lambda value: f"the address lies in {_listed(value, {})}" if value else "",
    "lead": lambda value: f"the country that was named is {plain(value)}" if value else "",
    "country": lambda value: "in the same country" if value == "same" else "in another country",
    "origin": lambda value: f"the page is one of {plain(value)}",
    "claimed": lambda value: f"the page says {duration(value)}",
    "window": lambda value: f"within {WINDOWS.get(value, plain(value))}",
    "vendors": lambda value: (
        f"{counted(value, 'other vendor')} brought it" if _is_number(value) else _listed(value, {})
    ),
    "seconds_ago": lambda value: f"{duration(value)} before",
    "days": lambda value: f"{counted(value, 'day')} before its check",
    "readable": lambda value: f"{percent(value)} of the source's leads can be read",
    "links": lambda value: f"{counted(value, 'link')} to other people's sites",
    "shortened": lambda value: f"{amount(value)} of them hidden behind a shorter one",
    "messenger": lambda value: f"{amount(value)} of them to a messenger",
    "ordinary": lambda value: f"{amount(value)} of them to a map or a social network",
    "topics": lambda value: f"it is about {_listed([str(each).rstrip('!') for each in value], {})}",
    "offers": lambda value: f"{counted(value, 'phrase')} of somebody who sells",
    "contacts": lambda value: f"{counted(value, 'address', 'addresses')} of somebody else",
    "money": lambda value: "it names an amount of money" if value else "",
    "places": lambda value: f"in {counted(value, 'place')}",
    "language": lambda value: f"in the language of {MARKUPS.get(value, plain(value))}",
    "about": lambda value: f"it is about {ABOUT.get(value, plain(value))}",
    "decibans": lambda value: (
        f"the text is by a model {_times(value)} likelier for an unasked offer than for a request"
    ),
    "match": lambda value: "by two parts of the name, or all of it" if value == "full" else "by one part of the name",
    "outcomes": lambda value: f"of {counted(value, 'earlier lead')} it is known what became of them",
    "needed": lambda value: f"{amount(value)} are needed to say anything",
    "fake_share": lambda value: f"{percent(value)} of the vendor's were fake",
    "all_vendors": lambda value: f"{percent(value)} of all vendors' were",
    "p": lambda value: f"chance alone does that once in {_once_in(value)}",
    "seconds": duration,
    "channels": lambda value: f"the lead gave {_listed(value, FIELDS)}",
    "not_typed": lambda value: f"{counted(value, 'person', 'people')} there did not simply type",
    "people": lambda value: f"of {counted(value, 'person', 'people')}",
    "usual_share": lambda value: f"usual are {percent(value)}",
    "networks": lambda value: f"from {counted(value, 'network')}",
    "cohort": lambda value: f"of {COHORTS.get(value, plain(value))}",
    "leads": lambda value: f"{counted(value, 'lead')} in a row",
    "seconds_apart": lambda value: f"{duration(value)} apart on average",
    "least": lambda value: f"at least {duration(value)} apart",
    "how": lambda value: f"confirmed {_listed(value, _HOW)}",
    "told_by": lambda value: f"told by {_listed(value, {})}",
    "email": lambda value: f"the mail address was confirmed {_HOW.get(value, plain(value))}",
    "phone": lambda value: f"the phone number was confirmed {_HOW.get(value, plain(value))}",
    "reached": lambda value: "somebody was reached by it" if value else "",
    "platform": lambda value: f"made by {plain(value)}",
    "hours": lambda value: f"{counted(value, 'hour')}",
    "pattern": lambda value: f"the pattern is {pattern(value)}",
    "fields": _fields,
    "carried_by": _carried,
    "kind": lambda value: f"it is {plain(value)}",
    "by": lambda value: f"by the {plain(value)}",
}
_OF_CODE: Mapping[tuple[str, str], _Words] = {
    ("PHONE_DIGITS_PATTERN", "pattern"): lambda value: PATTERNS.get(value, plain(value)),
    ("USER_AGENT_CRAWLER", "pattern"): lambda value: f"its name holds {plain(value)}",
    ("USER_AGENT_HEADLESS", "mark"): lambda value: f"its name holds {plain(value)}",
    ("USER_AGENT_SCRIPT", "mark"): lambda value: f"its name shows {PROGRAMS.get(value, plain(value))}",
    ("CONTENT_ATTACK", "kind"): lambda value: f"an attack {ATTACKS.get(value, 'of the kind ' + plain(value))}",
    ("CONTENT_DISGUISED", "kind"): lambda value: f"hidden {DISGUISES.get(value, plain(value))}",
    ("CLUSTER_FORM_HABIT", "pattern"): manner,
    ("TIMEZONE_COUNTRY_DIFFERS", "hours"): lambda value: f"the browser's clock is {counted(value, 'hour')} away",
    ("FORM_TOKEN_EXPIRED", "hours"): lambda value: f"the token was {counted(value, 'hour')} old",
    ("FORM_TOKEN_TOO_YOUNG", "seconds"): lambda value: f"sent {duration(value)} after the token was fetched",
    ("FORM_TOKEN_CONTRADICTS", "seconds"): lambda value: f"the token was {duration(value)} old",
    ("CLUSTER_FORM_TIME", "seconds"): lambda value: f"all filled in within {duration(value)}",
}
"""Names that mean something else in the evidence of another code."""
