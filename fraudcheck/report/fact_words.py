"""What was found out about a lead, in words? A few sentences for each signal, from its facts of any version.

Facts are kept for ever, and each version of the code gave them its own names: these sentences tell what they know of
every version and leave out the rest, which stands in the record. No sentence quotes what the person wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fraudcheck.report.evidence_words import (
    ABOUT,
    ATTACKS,
    COHORTS,
    CONTRADICTIONS,
    DISGUISES,
    FIELDS,
    LINES,
    MARKUPS,
    PATTERNS,
    PROGRAMS,
    SHAPES,
    USES,
    WINDOWS,
    amount,
    by_window,
    counted,
    duration,
    manner,
    pattern,
    percent,
    plain,
)
from fraudcheck.report.worth import ENQUIRIES

_ROUTES = {
    "nxdomain": "The mail domain does not exist.",
    "null_mx": "The mail domain says that it takes no mail.",
    "none": "The mail domain has no mail host.",
    "mx_unresolved": "The mail domain names mail hosts that do not exist.",
    "mx_private": "The mail domain's mail hosts lie in private networks, which nobody reaches.",
    "spf_refuses_all": "The mail domain says that it sends no mail at all.",
    "mx": "The mail domain takes mail.",
    "address": "The mail domain takes mail, by its own address.",
    "not_asked": "The mail domain was not asked: the address or a list had settled it.",
}
_NOT_FOUND_OUT = {
    "no_country": "nothing says in which country to read the number",
    "timeout": "the name servers took too long",
    "servfail": "the domain's name servers failed",
    "overload": "too many questions were under way",
    "closed": "the service was stopping",
    "resolver_error": "the resolver failed",
    "implausible": "the answer cannot be true, as of a resolver behind a wall",
    "refused": "the name servers refused",
}
_MAILBOXES = {
    "placeholder": "The mailbox's name is one that people type who want to give none.",
    "role": "The mailbox is a post's, such as info or sales, and no person's.",
    "random": "The mailbox's name looks like random characters.",
}
_NAMES = {
    "placeholder": "The name is one that people type who want to give none.",
    "keyboard_walk": "The name is a run of neighbouring keys.",
    "repeated_character": "The name is one character again and again.",
    "random": "The name looks like random characters.",
    "link": "The name holds a link, an address or somebody else's number.",
}
_NETWORKS = {
    "tor": "The address is an exit of Tor.",
    "proxy": "The address is a proxy's.",
    "vpn": "The address is a VPN's.",
    "hosting": "The address is a data centre's.",
    "relay": "The address is a gateway that many people share.",
    "satellite": "The address is a satellite network's.",
    "access": "The address is a household's line.",
}
_IDENTITIES = {
    "mailbox": "this mailbox",
    "phone": "this phone number",
    "person": "a person of this name at this place",
    "device": "this device",
    "machine": "this device",
    "place": "this internet address",
    "ip": "this internet address",
    "network": "this network",
    "mail_domain": "this mail domain",
    "block": "numbers of the same thousand",
    "message": "this message",
    "message~0": "a message like this one",
    "message~1": "a message like this one",
    "text~0": "a text like this one at this vendor",
    "text~1": "a text like this one at this vendor",
    "form_token": "this token of the form",
    "body": "this very request",
    "token_place": "the place where the form's token was fetched",
    "lead": "this lead",
    "form_token+mailbox": "this token of the form with this mailbox",
    "form_token+phone": "this token of the form with this phone number",
}
_PARTNERS = {
    "mailbox": ("mailbox", "mailboxes"),
    "phone": ("phone number", "phone numbers"),
    "ip": ("internet address", "internet addresses"),
    "vendor": ("vendor", "vendors"),
    "name": ("name", "names"),
    "device": ("device", "devices"),
    "machine": ("device", "devices"),
    "first_word": ("first name", "first names"),
    "last_word": ("family name", "family names"),
    "network": ("network", "networks"),
    "untyped": ("person whose data was not typed", "people whose data was not typed"),
}
_NEARNESS = {"near": "a near one", "tied": "one with ties to it", "far": "a far one"}
_NOTHING = {
    "form": "Of the browser nothing that tells was found; what the form measured is part of the lead.",
    "user_agent": "It is one of a browser that people use.",
    "content": "It holds nothing that mass mailings or attacks hold.",
}
"""What is said where facts are there and none of them holds."""
_THERE = {"near": " to there", "far": " from there"}
_TOKENS = {
    "valid": "The token is one of this service's.",
    "forged": "The token is forged.",
    "other_key": "The token was made under another key, which says nothing.",
}
_ADDRESSES = {
    "same": "The lead came from the address at which the token was fetched.",
    "near": "The lead came from the network in which the token was fetched.",
    "other": "The lead came from another network than the one in which the token was fetched.",
}
_AGENTS = {
    "same": "The same browser fetched it.",
    "other": "Another browser fetched it.",
}
_COMPETITORS = {
    "domain": "The mail domain is a competitor's, by your list.",
    "name": "The company is a competitor, by your list.",
}
_LINKS = {
    "shortened": "hidden behind a shorter one",
    "messenger": "to a messenger",
    "ordinary": "to a map or a social network",
}
_SENDERS = {
    "university": "The mail domain is a university's.",
    "job_board": "The mail domain is a job exchange's.",
}
_BY_LENGTH = ("an hour", "a day", "a week", "30 days")

Facts = Mapping[str, Any]


class Told(NamedTuple):
    """What one signal found out: its name, and its sentences."""

    signal: str
    sentences: list[str]


def fact_words(facts: Mapping[str, Any]) -> list[Told]:
    """What was found out, signal by signal in the order of verdicts; a signal that looked at nothing is left out."""
    found = {name: facts.get(name) for name in _SIGNALS}
    return [Told(name, [*_sentences(name, each)]) for name, each in found.items() if isinstance(each, Mapping)]


def _sentences(name: str, facts: Facts) -> Iterator[str]:
    """A signal's sentences; of facts of a shape that this version does not know, that there are some."""
    if why := facts.get("unknown"):
        yield f"It could not be found out: {_NOT_FOUND_OUT.get(str(why), 'the look-up failed')}."
        return
    try:
        said = [sentence for sentence in _SIGNALS[name](facts) if sentence]
    except (TypeError, ValueError, AttributeError, KeyError):
        said = ["They are of another form than this version tells; the record has them."]
    yield from said or [_NOTHING.get(name, "Nothing that tells was found.")]


def _email(facts: Facts) -> Iterator[str]:
    problem, kind, by = facts.get("problem"), facts.get("class"), facts.get("list")
    yield {
        "syntax": "What was given cannot be a mail address.",
        "reserved": "The domain is kept for examples and tests, and nobody gets mail there.",
        "unreadable": "The field could not be read as one mail address.",
    }.get(str(problem), "")
    source = f", by {plain(by)}" if by else ""
    if kind == "disposable":
        lists = f"; {counted(facts['lists'], 'list')} name it" if facts.get("lists") else ""
        yield f"The domain is a throw-away mail provider's{source}{lists}."
        if facts.get("weight"):
            yield "The lists are not sure of it."
    elif kind == "relay":
        service = f" ({plain(facts['service'])})" if facts.get("service") else ""
        yield f"The address forwards to a mailbox that its owner keeps to himself{service}."
    elif kind == "free":
        yield "Anyone can have a mailbox at its provider."
    if facts.get("shape"):
        yield f"The domain looks throw-away: {SHAPES.get(facts['shape'], 'by its look')}."
    yield _MAILBOXES.get(str(facts.get("local")), "")
    if facts.get("mistyped"):
        yield f"The domain is a slip away from {plain(facts['mistyped'])}."
    if facts.get("suggestion"):
        yield "One slip explains what is wrong, and a mended address is suggested."
    if facts.get("several"):
        yield "The field holds further addresses, which were not looked at."
    if not problem and not kind and not facts.get("shape"):
        yield "It can be a mail address, and no list speaks of its domain."


def _email_mx(facts: Facts) -> Iterator[str]:
    yield _ROUTES.get(str(facts.get("route")), "")
    if facts.get("hosts"):
        yield f"It names {counted(facts['hosts'], 'mail host')}."
    if host := facts.get("mail_host"):
        under = plain(host) if str(host).startswith("by ") else f"by lying under {plain(host)}"
        yield f"A mail host of it is a throw-away service's, found {under}."
    if facts.get("from"):
        yield "It is a large provider's and was not looked up."
    if facts.get("stale"):
        yield "The answer is an older one, as no name server answered now."


def _phone(facts: Facts) -> Iterator[str]:
    yield from _number(facts)
    if facts.get("pattern"):
        whole = "It is nothing but" if facts.get("pattern_whole") else "It holds"
        yield f"{whole} {PATTERNS.get(facts['pattern'], 'a pattern')}."
    if inbox := facts.get("inbox"):
        if "block" in inbox:
            yield f"{counted(inbox['block'], 'number')} of its block were listed as public inboxes."
        else:
            when = f"{counted(inbox['years'], 'year')} ago" if inbox.get("years") else "within a year"
            yield f"It was listed as a public inbox for text messages {when}."
    if facts.get("region_differs"):
        how = _NEARNESS.get(facts.get("nearness", ""), "")
        yield f"It is of another country than the lead{': ' + how if how else ''}."


def _number(facts: Facts) -> Iterator[str]:
    """What the number is by its plan."""
    region = f" of the country {plain(facts['region'])}" if facts.get("region") else ""
    problem, line = facts.get("problem"), facts.get("line")
    if problem == "unreadable":
        yield "The field could not be read as one phone number."
    elif problem:
        yield "No phone number has these digits."
    elif facts.get("fictional"):
        yield f"The number is kept for films and examples, by {plain(facts['fictional'].get('list'))}."
    elif facts.get("valid"):
        yield f"It is {LINES.get(line or '', 'a number')}{region}, in a range that is in use."
    elif "valid" in facts:
        yield f"The number lies in no range{region} that is in use."
    if facts.get("unused"):
        yield f"The plan of {plain(facts['unused'].get('list'))} gives such numbers to nobody."
    if facts.get("may_be_new"):
        yield "Its range may be newer than what is known here."
    if facts.get("use"):
        yield _sentence(USES.get(facts["use"], ""))
    if facts.get("read_in"):
        yield "The browser's clock told in which country to read it."
    if facts.get("suggestion"):
        yield "One slip would explain it, and a mended number is suggested."


def _form(facts: Facts) -> Iterator[str]:
    if facts.get("desktop"):
        yield "The browser is one of a computer with a keyboard."
    if facts.get("trap"):
        own = "the lead's own data" if facts["trap"] == "own" else "what browsers hold ready for such fields"
        yield f"In the field that people do not see stands {own}, as an autofill writes it."
    if facts.get("placed"):
        yield "Every contact field was filled in before anybody came to one."
    if facts.get("agent_language"):
        yield f"The browser's name says the language {plain(facts['agent_language'])}, which it does not ask for."
    if facts.get("timezone_unknown"):
        yield "There is no such time zone as the browser names."
    if facts.get("language_countries"):
        yield f"The browser's languages are of {_list(facts['language_countries'])}, and its time zone lies elsewhere."
    if facts.get("assistant"):
        yield f"Software that says to act for the person fetched the form's token: {plain(facts['assistant'])}."
    yield from _user_agent(facts)  # which records of 0.1 hold here


def _user_agent(facts: Facts) -> Iterator[str]:
    if facts.get("headless"):
        yield f"The browser says that a program drives it: {plain(facts['headless'])}."
    if facts.get("program"):
        yield f"The browser's name shows {PROGRAMS.get(facts['program'], 'a program: ' + plain(facts['program']))}."
    if facts.get("contradictions"):
        each = [CONTRADICTIONS.get(rule, plain(rule)) for rule in facts["contradictions"]]
        yield f"The browser's name says what cannot be: {', '.join(each)}."
    if facts.get("crawler"):
        yield f"A list of programs knows the name: {plain(facts['crawler'])}."


def _network(facts: Facts) -> Iterator[str]:
    if facts.get("private"):
        yield "The address is nobody's on the internet."
    yield _NETWORKS.get(str(facts.get("kind")), "")
    if facts.get("operator"):
        yield f"Its network is run by {plain(facts['operator'])}."
    if facts.get("list"):
        yield f"The list that says so is {plain(facts['list'])}."
    if facts.get("countries"):
        yield f"The address lies in {_list(facts['countries'])}."
    if facts.get("lead"):
        yield f"The country that was named is {plain(facts['lead'])}{_THERE.get(facts['lead'], '')}."
    if facts.get("phone"):
        yield f"The phone number's country is {plain(facts['phone'])}{_THERE.get(facts['phone'], '')}."
    if facts.get("hours"):
        home = ", and fits the country that was named or the phone's" if facts.get("home") else ""
        yield f"The browser's clock is {counted(facts['hours'], 'hour')} away from that country's{home}."


def _form_token(facts: Facts) -> Iterator[str]:
    yield _TOKENS.get(str(facts.get("state")), "")
    if "age" in facts:
        yield f"It was fetched {duration(facts['age'])} before the lead arrived."
    elif "sent" in facts:
        yield f"It was fetched {duration(facts['sent'])} before the lead says to have been sent."
    if facts.get("expired"):
        yield "That is longer than a token lives."
    if facts.get("scripted"):
        yield "A browser's script fetched it."
    if facts.get("origin"):
        yield f"The page is one of {plain(facts['origin'])}."
    if facts.get("other_vendor"):
        yield "It was fetched for another vendor's site."
    if facts.get("staffed"):
        yield "The channel says that somebody else typed, so that the browser says nothing of the person."
    yield _ADDRESSES.get(str(facts.get("address")), "")
    if facts.get("country"):
        yield f"Both are in {'the same country' if facts['country'] == 'same' else 'different countries'}."
    if facts.get("gateway"):
        yield "The lead's address is one that many people share."
    yield _AGENTS.get(str(facts.get("agent")), "")
    if facts.get("assistant"):
        yield f"Software that says to act for the person fetched it: {plain(facts['assistant'])}."


def _velocity(facts: Facts) -> Iterator[str]:
    for kind, words in _IDENTITIES.items():
        counts = facts.get(kind)
        if isinstance(counts, Mapping) and (said := _came_before(counts)):
            yield f"Earlier leads of {words}: {said}."
    if facts.get("staffed"):
        yield "The channel says that somebody else typed, so that the browser says nothing of the person."
    elif facts.get("staffed") is False:
        yield "The channel says that somebody else typed, but such leads come from everywhere."
    if facts.get("typed"):
        yield "By what was measured, it was typed."
    if "leads" in facts:
        came = counted(facts["leads"], "lead")
        yield f"{came} came within 30 days before it, of the vendor or, where none is named, in all."
    if "sent" in facts:
        sent = facts["sent"]
        yield f"It says to have been sent {duration(abs(sent))} {'before' if sent >= 0 else 'after'} its check."


def _came_before(counts: Facts) -> str:
    """Earlier leads of one identity: how many in which time, since when, and with whom."""
    if not (by_time := [(words, counts[name]) for name, words in WINDOWS.items() if counts.get(name)]):
        return ""
    said = [by_window(by_time)]
    if counts.get("since"):
        said.append(f"the first {duration(counts['since'])} before")
    if partners := [
        counted(most, *words)
        for kind, words in _PARTNERS.items()
        if isinstance(counts.get(kind), Mapping) and (most := max(_numbers(counts[kind]), default=0))
    ]:
        said.append(f"with {_list(partners)}")
    return "; ".join(said)


def _numbers(counts: Facts) -> list[int]:
    return [value for name, value in counts.items() if name in WINDOWS and isinstance(value, int)]


def _cluster(facts: Facts) -> Iterator[str]:
    vendor, since = facts.get("vendor"), facts.get("vendor_since")
    if vendor and (said := _by_length(vendor)):
        began = f"; the first {duration(since)} before" if since else ""
        yield f"Leads before it, of the vendor or, where none is named, in all: {said}{began}."
    for kind, cohort in sorted((facts.get("cohorts") or {}).items()):
        if not (said := _by_length(cohort.get("of", ()))):
            continue
        value = cohort.get("value")
        how = ""
        if kind in ("scheme", "shape") and value:
            how = f" ({pattern(value)})"
        elif kind == "pace" and isinstance(value, (int, float)):
            how = f" ({duration(value)})"
        elif value:
            how = f" ({manner(value)})"
        usual = f"; in the world {percent(cohort['usual'])} of people's are so" if cohort.get("usual") else ""
        yield f"{_sentence(COHORTS.get(kind, plain(kind)))[:-1]}{how}: {said}{usual}."
    for kind, gaps in sorted((facts.get("gaps") or {}).items()):
        count, mean, least, *_ = gaps
        yield (
            f"The last {amount(count + 1)} of the {COHORTS.get(kind, plain(kind))} came {duration(mean)} apart on "
            f"average, and at least {duration(least)}."
        )
    if not facts.get("cohorts"):
        yield "No lead that is like it came before."
    if facts.get("late"):
        yield "It arrived so long after it was sent that the order of arrival says nothing."


def _by_length(counts: Sequence[Any]) -> str:
    """Counts of an hour, a day, a week and 30 days."""
    return by_window([(words, count) for words, count in zip(_BY_LENGTH, counts, strict=False) if count])


def _completeness(facts: Facts) -> Iterator[str]:
    source = _all(facts.get("source"))
    if source:
        yield f"The source sent {counted(source, 'lead')} within 30 days before it."
    for name, counts in (facts.get("lacks") or {}).items():
        others = f"; so did {amount(_all(counts))} of the source's" if source else ""
        yield f"It came without {FIELDS.get(name, plain(name))}{others}."
    if "no_token" in facts:
        yield f"It came without a token of the form's script; so did {amount(_all(facts['no_token']))} of the source's."
    if facts.get("fields"):
        yield f"It holds fields that could not be read: {_list([plain(each) for each in facts['fields']])}."


def _all(counts: Any) -> int:
    """The leads of 30 days."""
    of = counts.get("of") if isinstance(counts, Mapping) else None
    return int(of[-1]) if of else 0


def _content(facts: Facts) -> Iterator[str]:
    if facts.get("links"):
        of_them = [f"{amount(facts[name])} {words}" for name, words in _LINKS.items() if facts.get(name)]
        some = f", of these {_list(of_them)}" if of_them else ""
        yield f"It holds {counted(facts['links'], 'link')} to other people's sites{some}."
    if facts.get("contacts"):
        yield f"It names {counted(facts['contacts'], 'address', 'addresses')} of somebody else."
    if facts.get("markup"):
        yield f"It holds links or pictures in the language of {MARKUPS.get(facts['markup'], 'pages')}."
    if facts.get("attack"):
        yield f"It holds an attack {ATTACKS.get(facts['attack'], 'on a web application')}."
    if facts.get("disguise"):
        places = counted(facts.get("places", 1), "place")
        yield f"It hides its words {DISGUISES.get(facts['disguise'], 'in some way')}, in {places}."
    if facts.get("random"):
        yield f"{_sentence(counted(facts['random'], 'field'))[:-1]} look like random characters."
    if facts.get("topics"):
        topics = [plain(str(each).rstrip("!")) for each in facts["topics"]]
        yield f"It is about what mass mailings are about: {_list(topics)}."
    if facts.get("offers"):
        yield f"It holds {counted(facts['offers'], 'phrase')} of somebody who sells."
    if facts.get("money"):
        yield "It names an amount of money."
    if facts.get("about"):
        yield f"It is about {ABOUT.get(facts['about'], plain(facts['about']))}."


def _enquiry(facts: Facts) -> Iterator[str]:
    if kinds := facts.get("kinds"):
        likely = [f"{ENQUIRIES.get(kind, plain(kind))} ({percent(share)})" for kind, share in list(kinds.items())[:2]]
        yield f"By its text it is most likely {', then '.join(likely)}."
    elif facts.get("text"):
        yield "Its text tells no kind of enquiry."
    if facts.get("phrase"):
        yield f"A phrase in it is about {ABOUT.get(facts['phrase'], 'an offer of somebody who sells')}."
    yield _SENDERS.get(str(facts.get("sender")), "")
    yield _COMPETITORS.get(str(facts.get("competitor")), "")


def _identity(facts: Facts) -> Iterator[str]:
    if facts.get("read") == "mended":
        yield "An export had broken the name's letters; it was read as it was meant."
    elif facts.get("read"):
        yield "An export had broken the name's letters, and what was meant is lost."
    yield _NAMES.get(str(facts.get("name")), "")
    if facts.get("same_fields"):
        yield f"{_sentence(counted(facts['same_fields'], 'field'))[:-1]} that should differ hold one value."
    if facts.get("match"):
        parts = "two parts of the name, or all of it" if facts["match"] == "full" else "one part of the name"
        yield f"The mailbox's name is made of {parts}."
    if not facts.keys() & {"name", "match"}:
        yield "It is a name that a person can have."


def _history(facts: Facts) -> Iterator[str]:
    if not facts.get("leads"):
        yield "No earlier lead of this mailbox or phone number is known."
        return
    since = f", the first on {str(facts['since'])[:10]}" if facts.get("since") else ""
    verb = "is" if facts["leads"] == 1 else "are"
    yield f"{counted(facts['leads'], 'earlier lead')} of this mailbox or phone number {verb} known{since}."
    if facts.get("converted"):
        yield f"It bought on {str(facts['converted'])[:10]}."
    if facts.get("contacted"):
        yield "Somebody was reached then."
    if facts.get("confirmed"):
        channels = [FIELDS.get(channel, plain(channel)) for channel in facts["confirmed"]]
        yield f"It was confirmed then: {_list(channels)}."


def _vendor(facts: Facts) -> Iterator[str]:
    known, genuine = counted(facts.get("outcomes", 0), "earlier lead"), amount(facts.get("genuine", 0))
    yield f"Of {known} of the vendor it is known what became of them; {genuine} were genuine."


def _test_lead(facts: Facts) -> Iterator[str]:
    yield f"It bears the mark of a test of {plain(facts.get('platform'))}."


def _confirmation(facts: Facts) -> Iterator[str]:
    for channel in ("email", "phone"):
        if facts.get(channel):
            yield f"It was told that {FIELDS[channel]} was confirmed."


def _list(each: Sequence[str]) -> str:
    """Words as a list in a sentence."""
    return f"{', '.join(each[:-1])} and {each[-1]}" if len(each) > 1 else "".join(each)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


_SIGNALS: Mapping[str, Callable[[Facts], Iterator[str]]] = {
    "email": _email,
    "email_mx": _email_mx,
    "phone": _phone,
    "network": _network,
    "form": _form,
    "form_token": _form_token,
    "completeness": _completeness,
    "user_agent": _user_agent,
    "identity": _identity,
    "test_lead": _test_lead,
    "content": _content,
    "enquiry": _enquiry,
    "velocity": _velocity,
    "cluster": _cluster,
    "vendor": _vendor,
    "history": _history,
    "confirmation": _confirmation,
}
