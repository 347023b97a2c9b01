"""What can a verdict say? Every reason code, declared once.

Points are weights of evidence in decibans, ``10·log10(P(seen | genuine) / P(seen | fake))``: below zero they speak
against the lead, above zero for it. The points here are defaults, which a policy may override. The meaning of a code
never changes, and a retired code stays in the list.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

GROUP_CAPS: Mapping[str, float] = {
    "email": 13.0,
    "phone": 13.0,
    "contact": 30.0,
    "network": 8.0,
    "identity": 10.0,
    "content": 10.0,
    "form": 15.0,
    "velocity": 15.0,
    "cluster": 15.0,
    "anomaly": 8.0,
    "vendor": 6.0,
}
"""The groups of reasons, each with its cap: the decibans against a lead that it may add up to. A policy may override
the caps."""
GROUPS = tuple(GROUP_CAPS)
KINDS = ("bot", "farm", "prank", "mistyped")
TEST = "test"
"""The kind of a platform's test lead: it comes before every other, is never accepted, and counts nowhere."""
HARMLESS_KINDS = (TEST, "duplicate", "competitor", "non_sales", "assisted")


class Reason(Struct, frozen=True, kw_only=True):
    """One row of the catalogue.

    ``group``: the group whose cap applies;
    ``check``: the signal whose facts it is judged by, named as in a verdict's ``unknown``;
    ``points``: the default, in decibans;
    ``text``: the sentence that a verdict shows;
    ``kind``: the kind of fake (``KINDS``) or of harmless lead (``HARMLESS_KINDS``) that it is evidence of;
    ``since``, ``retired``: the versions of the service in which it came and went;
    ``conclusive``: it can reject a lead without a second group;
    ``return_reason``: the reason for which its leads can be returned to the vendor (``ledger.outcomes.RETURNED_AS``);
    ``from_list``: it is only as reliable as somebody's list, so it cannot reject a lead alone;
    ``dead``: the channel (``email``, ``phone``) that was read and that it shows to be unreachable;
    ``slip``: a typing error of a real person may explain it;
    ``verifies``: it shows that a channel works;
    ``by_others``: what others sent makes it, or the source's form, which the lead's person cannot help: it is none of the
    two groups that a rejection needs;
    ``sells``: its sender sells something, by a mailbox and a number that work; see ``scoring.score``;
    ``needs``: the field of the lead without which it cannot be found;
    ``one_of``: the name of a set of codes of which a lead gets at most one; None for a code outside of such sets.
    """

    code: str
    group: str
    check: str
    points: float
    text: str
    kind: str | None = None
    since: str = "0.1.0"
    retired: str | None = None
    conclusive: bool = False
    return_reason: str | None = None
    from_list: bool = False
    dead: str | None = None
    slip: bool = False
    verifies: bool = False
    by_others: bool = False
    sells: bool = False
    needs: str | None = None
    one_of: str | None = None


# fmt: off
_ALL = (
    # The mail address as it was typed.
    Reason(code="EMAIL_SYNTAX_INVALID", group="email", check="email", points=-12.0, slip=True,
           one_of="email_shape", return_reason="invalid_email",
           text="What was typed cannot be a mail address."),
    Reason(code="EMAIL_UNREADABLE", group="email", check="email", points=-2.0, one_of="email_shape", since="0.5.0",
           text="No mail address could be read in the text that stands in its field."),
    Reason(code="EMAIL_DOMAIN_RESERVED", group="email", check="email", points=-12.0, dead="email", slip=True,
           one_of="email_shape", return_reason="invalid_email",
           text="The address is at a domain that is reserved for examples, tests or local networks."),
    Reason(code="EMAIL_DISPOSABLE", group="email", check="email", points=-12.0, from_list=True,
           one_of="email_shape", return_reason="invalid_email",
           text="The address is at a throw-away mail provider."),
    Reason(code="EMAIL_DOMAIN_LOOKS_THROWAWAY", group="email", check="email", points=-3.0, since="0.2.0",
           one_of="email_shape",
           text="The domain is on no list, but its name looks like those of throw-away mail providers."),
    Reason(code="EMAIL_RELAY", group="email", check="email", points=0.0, from_list=True, one_of="email_shape",
           text="The address is a forwarding address that hides a real mailbox; people use these for privacy."),
    Reason(code="EMAIL_ROLE", group="email", check="email", points=-1.0, from_list=True, one_of="email_local",
           text="The mailbox belongs to a function (info, sales) rather than to a person."),
    Reason(code="EMAIL_LOCAL_PLACEHOLDER", group="email", check="email", points=-5.0, kind="prank", from_list=True,
           one_of="email_local", return_reason="obviously_fake",
           text="The mailbox name is a filler such as test or none."),
    Reason(code="EMAIL_LOCAL_RANDOM", group="email", check="email", points=-4.0, kind="bot", one_of="email_local",
           text="The mailbox name looks like random characters."),
    Reason(code="EMAIL_DOMAIN_MISTYPED", group="email", check="email", points=-3.0, kind="mistyped",
           return_reason="invalid_email",
           text="The domain is one slip away from a large mail provider's."),
    # The mail domain as the DNS knows it.
    Reason(code="EMAIL_DOMAIN_NXDOMAIN", group="email", check="email_mx", points=-12.0, dead="email", slip=True,
           one_of="email_mx", return_reason="invalid_email",
           text="The mail domain does not exist."),
    Reason(code="EMAIL_NULL_MX", group="email", check="email_mx", points=-12.0, dead="email", slip=True,
           one_of="email_mx", return_reason="invalid_email",
           text="The domain says that it accepts no mail (null MX, RFC 7505)."),
    Reason(code="EMAIL_NO_MAIL_HOST", group="email", check="email_mx", points=-12.0, dead="email", slip=True,
           one_of="email_mx", return_reason="invalid_email",
           text="The domain exists but has no host that could take mail."),
    Reason(code="EMAIL_MX_UNRESOLVED", group="email", check="email_mx", points=-12.0, dead="email", slip=True,
           one_of="email_mx", return_reason="invalid_email",
           text="The domain names mail hosts that do not exist."),
    Reason(code="EMAIL_MX_PRIVATE", group="email", check="email_mx", points=-12.0, dead="email", slip=True,
           one_of="email_mx", return_reason="invalid_email",
           text="The domain's mail hosts have only private addresses that no mail can reach."),
    Reason(code="EMAIL_SPF_REFUSES_ALL", group="email", check="email_mx", points=-8.0, one_of="email_mx",
           return_reason="invalid_email",
           text="The domain has no mail host of its own and says that it never sends mail (v=spf1 -all)."),
    Reason(code="EMAIL_DOMAIN_RECEIVES", group="email", check="email_mx", points=1.0, verifies=True,
           one_of="email_mx",
           text="The mail domain has hosts that take mail."),
    Reason(code="EMAIL_THROWAWAY_MAIL_HOST", group="email", check="email_mx", points=-10.0, from_list=True,
           one_of="email_mx", since="0.2.0", return_reason="invalid_email",
           text="The domain's mail goes to the mail host of a throw-away mail provider."),
    # The phone number.
    Reason(code="PHONE_IMPOSSIBLE", group="phone", check="phone", points=-12.0, dead="phone", slip=True,
           one_of="phone_shape", return_reason="invalid_phone",
           text="No phone number can look like this: too short, too long or not a number."),
    Reason(code="PHONE_UNREADABLE", group="phone", check="phone", points=-2.0, one_of="phone_shape", since="0.5.0",
           text="No phone number could be read in the text that stands in its field."),
    Reason(code="PHONE_INVALID", group="phone", check="phone", points=-7.0, from_list=True, slip=True,
           one_of="phone_shape", return_reason="invalid_phone",
           text="The number lies in no range that its country is known to use."),
    Reason(code="PHONE_FICTIONAL", group="phone", check="phone", points=-12.0, kind="prank", from_list=True,
           one_of="phone_shape", return_reason="invalid_phone",
           text="The number is in a range that the regulator keeps for films and tests; it never rings."),
    Reason(code="PHONE_VOIP", group="phone", check="phone", points=-4.0, from_list=True, one_of="phone_shape",
           text="The number is an internet telephone number that anyone can take out in a minute."),
    Reason(code="PHONE_PREMIUM", group="phone", check="phone", points=-6.0, from_list=True, one_of="phone_shape",
           return_reason="invalid_phone",
           text="The number is charged to its caller (premium rate); people do not have these."),
    Reason(code="PHONE_NOT_PERSONAL", group="phone", check="phone", points=-4.0, from_list=True,
           one_of="phone_shape",
           text="The number is a service line (toll-free, pager, voicemail), not a person's."),
    Reason(code="PHONE_VALID", group="phone", check="phone", points=1.0, verifies=True, one_of="phone_shape",
           text="The number lies in a range that its country gives to people."),
    Reason(code="PHONE_DIGITS_PATTERN", group="phone", check="phone", points=-6.0, kind="prank",
           return_reason="invalid_phone",
           text="The digits repeat or count, as when someone fills a field."),
    Reason(code="PHONE_PUBLIC_INBOX", group="phone", check="phone", points=-8.0, from_list=True, since="0.2.0",
           return_reason="invalid_phone",
           text="The number, or its block, stood on a web page that shows its text messages to anyone."),
    Reason(code="PHONE_REGION_DIFFERS", group="phone", check="phone", points=-1.5,
           text="The number belongs to another country than the lead's."),
    # The form and the browser.
    Reason(code="FORM_HONEYPOT_FILLED", group="form", check="form", points=-30.0, kind="bot", conclusive=True,
           one_of="form_honeypot", return_reason="bot_traffic",
           text="A field that people cannot see was filled in."),
    Reason(code="FORM_HONEYPOT_AUTOFILLED", group="form", check="form", points=-8.0, kind="bot",
           one_of="form_honeypot",
           text="A field that people cannot see was filled in, perhaps by the browser's autofill."),
    Reason(code="FORM_WEBDRIVER", group="form", check="form", points=-12.0, kind="bot",
           return_reason="bot_traffic",
           text="The browser says that a program drives it."),
    Reason(code="FORM_TOO_FAST", group="form", check="form", points=-10.0, kind="bot", return_reason="bot_traffic",
           text="The form was filled in faster than people type."),
    Reason(code="FORM_NO_INTERACTION", group="form", check="form", points=-8.0, kind="bot", one_of="form_input",
           return_reason="bot_traffic",
           text="The fields hold values, but no key, paste, autofill or pointer was seen."),
    Reason(code="FORM_KEYSTROKES_MISSING", group="form", check="form", points=-4.0, kind="bot",
           one_of="form_input",
           text="Far fewer keys were pressed than the values have characters, with no paste or autofill."),
    Reason(code="FORM_ALL_PASTED", group="form", check="form", points=-3.0, kind="farm", one_of="form_input",
           text="Every contact field was pasted, as when working through a list."),
    Reason(code="FORM_VALUES_INSERTED", group="form", check="form", points=-4.0, kind="bot", one_of="form_input",
           since="0.5.0",
           text="Whole values came into the fields at once, with no key, paste or autofill."),
    Reason(code="BROWSER_HEADLESS", group="form", check="form", points=-4.0, kind="bot", since="0.5.0",
           text="The browser names itself as one without a window, or draws as machines without a graphics card do."),
    Reason(code="BROWSER_CONTRADICTS", group="form", check="form", points=-3.0, kind="bot", since="0.5.0",
           text="What the browser says of itself does not fit together: its window and screen, or its platform and name."),
    Reason(code="FORM_ASSISTED", group="form", check="form", points=0.0, kind="assisted", since="0.5.0",
           text="Software that says to act for a person filled in the form."),
    Reason(code="FORM_TIMES_CONTRADICT", group="form", check="form", points=-4.0, kind="bot",
           text="The form took longer to fill in than the page was open."),
    Reason(code="FORM_TOKEN_REUSED", group="form", check="velocity", points=-30.0, kind="bot", conclusive=True,
           needs="form.token", return_reason="bot_traffic",
           text="The form's one-time token was used before, with another mailbox and another phone."),
    Reason(code="FORM_TOKEN_FORGED", group="form", check="form_token", points=-8.0, kind="bot", since="0.5.0",
           needs="form.token", one_of="form_token", return_reason="bot_traffic",
           text="The form's token looks like one of ours, and we never made it."),
    Reason(code="FORM_TOKEN_EXPIRED", group="form", check="form_token", points=-2.0, kind="bot", since="0.5.0",
           needs="form.token", one_of="form_token",
           text="The form's token was fetched longer ago than people keep a page open."),
    Reason(code="FORM_TOKEN_OTHER_SITE", group="form", check="form_token", points=-6.0, kind="bot", since="0.5.0",
           needs="form.token", one_of="form_token",
           text="The form's token was fetched on a site of another vendor."),
    Reason(code="FORM_TOKEN_OTHER_ADDRESS", group="form", check="form_token", points=-2.0, since="0.5.0",
           needs="form.token",
           text="The form's token was fetched from another internet address than the form came from."),
    Reason(code="FORM_TOKEN_OTHER_BROWSER", group="form", check="form_token", points=-3.0, kind="bot", since="0.5.0",
           needs="form.token",
           text="The form's token was fetched by another browser than the form came from."),
    Reason(code="FORM_TOKEN_TOO_YOUNG", group="form", check="form_token", points=-4.0, kind="bot", since="0.5.0",
           needs="form.token",
           text="The form came sooner after its token, by our own clock, than a person can send it."),
    Reason(code="FORM_TOKEN_CONTRADICTS", group="form", check="form_token", points=-6.0, kind="bot", since="0.5.0",
           needs="form.token",
           text="The page says to have been open longer than its token, by our own clock, can be old."),
    Reason(code="FORM_TOKEN_SHARED", group="form", check="velocity", points=-6.0, kind="bot", since="0.5.0",
           needs="form.token",
           text="The form's token was used before, with another mailbox and another phone, and no script had fetched it."),
    Reason(code="FORM_TOKEN_MISSING", group="form", check="completeness", points=-15.0, kind="bot", since="0.5.0",
           text="The vendor's leads carry a token of the form's script, and this one does not."),
    Reason(code="FORM_TOKENS_COLLECTED", group="velocity", check="velocity", points=-10.0, kind="bot",
           since="0.5.0", needs="form.token",
           text="The tokens of many forms were fetched from one internet address, and the forms came from others."),
    Reason(code="USER_AGENT_EMPTY", group="form", check="user_agent", points=-4.0, kind="bot", one_of="user_agent",
           text="The browser sent an empty name for itself; browsers do not."),
    Reason(code="USER_AGENT_CRAWLER", group="form", check="user_agent", points=-10.0, kind="bot", from_list=True,
           one_of="user_agent", return_reason="bot_traffic",
           text="The browser names itself as a crawler, script or monitoring tool."),
    Reason(code="USER_AGENT_HEADLESS", group="form", check="user_agent", points=-10.0, kind="bot", one_of="user_agent",
           return_reason="bot_traffic",
           text="The browser names itself as headless: it runs without a screen."),
    Reason(code="USER_AGENT_SCRIPT", group="form", check="user_agent", points=-10.0, kind="bot", one_of="user_agent",
           since="0.2.0", return_reason="bot_traffic",
           text="The browser's name is a program's, such as an HTTP library or a crawler, or no browser's."),
    Reason(code="USER_AGENT_CONTRADICTS", group="form", check="user_agent", points=-6.0, kind="bot",
           one_of="user_agent", since="0.2.0",
           text="The browser's name puts versions or systems together that never met."),
    Reason(code="USER_AGENT_LANGUAGE_DIFFERS", group="form", check="form", points=-2.0, kind="bot",
           text="The browser names another language in its own name than in its requests."),
    Reason(code="TIMEZONE_UNKNOWN", group="form", check="form", points=-2.0, kind="bot", one_of="timezone",
           text="The browser's time zone is none that exists."),
    Reason(code="TIMEZONE_LANGUAGE_DIFFERS", group="form", check="form", points=-1.0, one_of="timezone",
           text="The browser's time zone and its languages name different countries; travellers have this too."),
    # What the lead leaves out, beside its source's other leads.
    Reason(code="FIELDS_MISSING", group="form", check="completeness", points=-15.0, by_others=True, since="0.5.0",
           text="The lead lacks fields that this source's leads carry, more of them lately than its past explains."),
    Reason(code="FIELDS_UNREADABLE", group="form", check="completeness", points=-10.0, by_others=True, since="0.5.0",
           text="Fields of the lead have a type or a form that cannot be read, while this source's other leads are readable."),
    # The internet address that the form was sent from.
    Reason(code="NETWORK_TOR", group="network", check="network", points=-8.0, from_list=True, since="0.2.0",
           needs="client.ip", one_of="network",
           text="The internet address is an exit of the Tor network, which hides where people are."),
    Reason(code="NETWORK_HOSTING", group="network", check="network", points=-6.0, from_list=True, since="0.2.0",
           needs="client.ip", one_of="network",
           text="The internet address belongs to machines for rent; programs run there, and some companies' gateways."),
    Reason(code="NETWORK_PROXY", group="network", check="network", points=-4.0, from_list=True, since="0.2.0",
           needs="client.ip", one_of="network",
           text="The internet address is one that is sold as a proxy."),
    Reason(code="NETWORK_VPN", group="network", check="network", points=-3.0, from_list=True, since="0.2.0",
           needs="client.ip", one_of="network",
           text="The internet address belongs to a VPN service; many people use one."),
    Reason(code="NETWORK_RELAY", group="network", check="network", points=0.0, from_list=True, since="0.2.0",
           needs="client.ip", one_of="network",
           text="The internet address is a gateway that many people share: a browser's, a phone's or a company's."),
    Reason(code="NETWORK_COUNTRY_DIFFERS", group="network", check="network", points=-1.5, from_list=True,
           since="0.2.0", needs="client.ip", one_of="network",
           text="The internet address lies far from the country that was named; people abroad have this too."),
    Reason(code="NETWORK_PHONE_DIFFERS", group="network", check="network", points=-1.5, from_list=True,
           since="0.2.0", needs="client.ip",
           text="The internet address lies far from the phone number's country; people abroad have this too."),
    Reason(code="TIMEZONE_COUNTRY_DIFFERS", group="network", check="network", points=-2.0, from_list=True,
           since="0.2.0", needs="client.ip",
           text="The browser's clock is not that of the internet address's country; travellers have this too."),
    # Who the person says to be.
    Reason(code="NAME_PLACEHOLDER", group="identity", check="identity", points=-6.0, kind="prank", from_list=True,
           one_of="name", return_reason="obviously_fake",
           text="The name is a filler such as Test or the language's John Doe."),
    Reason(code="NAME_KEYBOARD_WALK", group="identity", check="identity", points=-6.0, kind="prank", one_of="name",
           return_reason="obviously_fake",
           text="The name is a run of neighbouring keys."),
    Reason(code="NAME_REPEATED_CHARACTER", group="identity", check="identity", points=-6.0, kind="prank",
           one_of="name", return_reason="obviously_fake",
           text="The name is one character again and again."),
    Reason(code="NAME_RANDOM", group="identity", check="identity", points=-6.0, kind="bot", one_of="name",
           text="The name looks like random characters."),
    Reason(code="NAME_HAS_LINK", group="identity", check="identity", points=-8.0, kind="bot", one_of="name",
           return_reason="bot_traffic",
           text="The name holds a web or mail address or a phone number that is not the lead's own."),
    Reason(code="FIELDS_SAME_VALUE", group="identity", check="identity", points=-6.0, kind="prank",
           return_reason="obviously_fake",
           text="The same value stands in fields that should differ."),
    Reason(code="EMAIL_MATCHES_NAME", group="identity", check="identity", points=3.0,
           text="The mailbox name is made from the person's name."),
    # What was written.
    Reason(code="CONTENT_LINK", group="content", check="content", points=-4.0, kind="bot", one_of="content_link",
           since="0.2.0",
           text="The message holds links that lead neither to the person's own site nor to an ordinary page."),
    Reason(code="CONTENT_MARKUP", group="content", check="content", points=-8.0, kind="bot", one_of="content_link",
           since="0.2.0", return_reason="bot_traffic",
           text="A text holds links or pictures in a markup language that people do not type into a form."),
    Reason(code="CONTENT_SPAM_SHAPE", group="content", check="content", points=-8.0, kind="bot", from_list=True,
           since="0.2.0", return_reason="bot_traffic",
           text="The message advertises in the way of mass mailings through contact forms."),
    Reason(code="CONTENT_ATTACK", group="content", check="content", points=-10.0, kind="bot", since="0.2.0",
           return_reason="bot_traffic",
           text="A text holds an attack on web applications, as vulnerability scanners send."),
    Reason(code="CONTENT_DISGUISED", group="content", check="content", points=-6.0, kind="bot", since="0.2.0",
           text="The message hides its words from filters: invisible characters, lookalike letters or encoded text."),
    Reason(code="CONTENT_RANDOM", group="content", check="content", points=-5.0, kind="bot", since="0.2.0",
           text="A text is nothing but random letters."),
    Reason(code="CONTENT_NON_SALES", group="content", check="content", points=0.0, kind="non_sales", from_list=True,
           since="0.2.0", retired="0.5.0",
           text="The message offers something, applies for work, or is for the press or support office; it asks for no offer."),
    # What kind of enquiry the message is.
    Reason(code="ENQUIRY_SPAM", group="content", check="enquiry", points=-10.0, kind="bot", from_list=True, sells=True,
           since="0.5.0", needs="message", one_of="enquiry", return_reason="bot_traffic",
           text="The message reads like a mass mailing that was written for no reader in particular."),
    Reason(code="ENQUIRY_SOLICITATION", group="content", check="enquiry", points=-10.0, kind="non_sales", from_list=True, sells=True,
           since="0.5.0", needs="message", one_of="enquiry", return_reason="bot_traffic",
           text="The message offers the company something that nobody asked for, such as SEO, loans or lists of addresses."),
    Reason(code="ENQUIRY_COMPETITOR", group="content", check="enquiry", points=0.0, kind="competitor", from_list=True,
           since="0.5.0", one_of="enquiry",
           text="The sender is on the list of competitors, or asks for prices, contracts and people without a need of their own."),
    Reason(code="ENQUIRY_NON_SALES", group="content", check="enquiry", points=0.0, kind="non_sales", from_list=True,
           since="0.5.0", needs="message", one_of="enquiry",
           text="The message is a customer's, an applicant's, a student's, a colleague's, private, or office post; it asks for no offer."),
    # Who made it.
    Reason(code="LEAD_PLATFORM_TEST", group="identity", check="test_lead", points=0.0, kind=TEST, since="0.5.0",
           text="A platform made this lead to try out a connection, or ships it as a sample; nobody stands behind it."),
    # What other leads shared with this one.
    Reason(code="MAILBOX_SEEN_OFTEN", group="velocity", check="velocity", points=-6.0, needs="email", by_others=True,
           one_of="mailbox_often", return_reason="duplicate",
           text="More leads came from this mailbox than people send."),
    Reason(code="PHONE_SEEN_OFTEN", group="velocity", check="velocity", points=-6.0, needs="phone", by_others=True,
           one_of="phone_often", return_reason="duplicate",
           text="More leads came with this phone number than people send."),
    Reason(code="DEVICE_SEEN_OFTEN", group="velocity", check="velocity", points=-15.0, kind="farm",
           needs="client.device_id", one_of="device_often",
           text="More leads came from this device than people who share one send."),
    Reason(code="DEVICE_SHARED", group="velocity", check="velocity", points=-15.0, kind="farm", since="0.5.0",
           needs="client.device_id", one_of="device_often",
           text="Strangers' data came from this device within a day, more than its own past explains."),
    Reason(code="DEVICE_SHARED_BRIEF", group="velocity", check="velocity", points=-15.0, kind="prank", since="0.5.0",
           needs="client.device_id", one_of="device_often",
           text="Strangers' data came from this device, which was not known before, in one sitting."),
    Reason(code="DEVICE_AT_DESK", group="velocity", check="velocity", points=-6.0, since="0.5.0",
           needs="client.device_id", one_of="device_often",
           text="Many people's data came from this device, typed one after the other as at a clerk's desk or a stand."),
    Reason(code="LINE_SHARED", group="velocity", check="velocity", points=-5.0, since="0.5.0", needs="client.ip",
           one_of="ip_often",
           text="Strangers' data came from this internet address with the same browser within a day."),
    Reason(code="IP_SEEN_OFTEN", group="velocity", check="velocity", points=-3.0, needs="client.ip", one_of="ip_often",
           text="Many leads came from this internet address; carriers' and offices' gateways have this too."),
    Reason(code="IP_BURST", group="velocity", check="velocity", points=-8.0, since="0.2.0", needs="client.ip",
           one_of="ip_often",
           text="More people's mailboxes came from this internet address than its own past explains."),
    Reason(code="NETWORK_BURST", group="velocity", check="velocity", points=-3.0, since="0.2.0", needs="client.ip",
           text="More mailboxes came from this neighbourhood of internet addresses than its own past explains."),
    Reason(code="MAILBOX_MANY_ADDRESSES", group="velocity", check="velocity", points=-4.0, kind="bot", since="0.2.0",
           needs="email", by_others=True, one_of="mailbox_often",
           text="This mailbox came from more internet addresses than one person moves between."),
    Reason(code="PHONE_MANY_NAMES", group="velocity", check="velocity", points=-5.0, kind="farm", since="0.2.0",
           needs="phone", by_others=True, one_of="phone_often", return_reason="invalid_phone",
           text="This phone number came with more names than share a telephone."),
    Reason(code="PHONE_SHARED", group="velocity", check="velocity", points=-13.0, since="0.5.0",
           needs="phone", by_others=True, one_of="phone_often", return_reason="invalid_phone",
           text="Strangers' names and mailboxes came with this phone number, and this lead's came neither first nor again."),
    Reason(code="MAILBOX_SHARED", group="velocity", check="velocity", points=-13.0, since="0.5.0",
           needs="email", by_others=True, one_of="mailbox_often", return_reason="invalid_email",
           text="Other phone numbers came with this mailbox, more than one person has, and this lead's came neither first nor again."),
    Reason(code="PERSON_MANY_MAILBOXES", group="velocity", check="velocity", points=-4.0, kind="farm", since="0.2.0",
           by_others=True,
           text="The same name at the same place came with more mailboxes than a person uses."),
    Reason(code="MAIL_DOMAIN_SEEN_OFTEN", group="velocity", check="velocity", points=-4.0, since="0.2.0", needs="email",
           text="More mailboxes came from this little-known mail domain than its own past explains."),
    Reason(code="NUMBER_BLOCK_BURST", group="velocity", check="velocity", points=-8.0, kind="bot", since="0.2.0",
           needs="phone",
           text="The vendor's leads come with phone numbers side by side, as when they are counted up."),
    Reason(code="MESSAGE_SEEN_BEFORE", group="velocity", check="velocity", points=-4.0, needs="message", since="0.2.0",
           one_of="message_seen",
           text="Other leads brought the same message, word for word, within a short time."),
    Reason(code="MESSAGE_LIKE_OTHERS", group="velocity", check="velocity", points=-3.0, needs="message", since="0.2.0",
           one_of="message_seen",
           text="Other leads brought nearly the same message within a short time."),
    Reason(code="LEAD_SEEN_BEFORE", group="velocity", check="velocity", points=0.0, kind="duplicate",
           return_reason="duplicate",
           text="A lead with the same mailbox and phone came within the last 30 days."),
    Reason(code="LEAD_SOLD_BEFORE", group="velocity", check="velocity", points=0.0, kind="duplicate", since="0.2.0",
           return_reason="duplicate",
           text="Another vendor brought this mailbox or phone within the last 30 days."),
    Reason(code="LEAD_RESUBMITTED", group="velocity", check="velocity", points=0.0, kind="duplicate", since="0.2.0",
           return_reason="duplicate",
           text="The same request, to the letter, came less than a minute before."),
    Reason(code="LEAD_STALE", group="velocity", check="velocity", points=0.0, since="0.2.0",
           text="The lead was sent more than a day before it was checked."),
    Reason(code="LEAD_FROM_FUTURE", group="velocity", check="velocity", points=0.0, since="0.2.0",
           text="The lead says to have been sent minutes after it was checked."),
    Reason(code="CHANNEL_STAFFED", group="velocity", check="velocity", points=0.0, since="0.5.0", one_of="channel",
           text="By its channel somebody else typed, or many people at one machine; its browser was not judged."),
    Reason(code="CHANNEL_CONTRADICTED", group="velocity", check="velocity", points=0.0, since="0.5.0", one_of="channel",
           text="By its channel somebody else typed, but such leads come from everywhere; its browser was judged."),
    # What groups of leads have in common.
    Reason(code="CLUSTER_DEVICE", group="cluster", check="cluster", points=-15.0, kind="farm", since="0.3.0",
           needs="client.device_id", one_of="cluster",
           text="More people's data came from this device than people share one."),
    Reason(code="CLUSTER_DEVICE_BRIEF", group="cluster", check="cluster", points=-15.0, kind="prank", since="0.3.0", retired="0.5.0",
           needs="client.device_id", one_of="cluster",
           text="Several people's data came from this device in one sitting."),
    Reason(code="CLUSTER_NETWORK", group="cluster", check="cluster", points=-15.0, kind="farm", since="0.3.0", retired="0.5.0",
           needs="client.ip", one_of="cluster",
           text="More leads came from this network with the same browser than chance and its own past explain."),
    Reason(code="CLUSTER_MACHINE", group="cluster", check="cluster", points=-15.0, kind="farm", since="0.5.0",
           one_of="cluster",
           text="Most people's data that came from this machine were put in as few people do it."),
    Reason(code="CLUSTER_LINE", group="cluster", check="cluster", points=-15.0, kind="farm", since="0.5.0",
           needs="client.ip", one_of="cluster",
           text="Most people's data that came from this internet address were put in as few people do it."),
    Reason(code="CLUSTER_MAILBOX_PATTERN", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           needs="email", one_of="cluster",
           text="More of the vendor's mailboxes are made by one pattern than chance explains."),
    Reason(code="CLUSTER_NUMBER_BLOCK", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           needs="phone", one_of="cluster",
           text="More of the vendor's phone numbers lie side by side than chance explains."),
    Reason(code="CLUSTER_MESSAGE", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           needs="message", one_of="cluster",
           text="More leads brought this message, or one like it, than chance and its own past explain."),
    Reason(code="CLUSTER_USER_AGENT", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           one_of="cluster",
           text="More of the vendor's leads name one and the same browser than chance explains."),
    Reason(code="CLUSTER_FORM_TIME", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           one_of="cluster",
           text="More of the vendor's leads took the same time for the form, to the tenth of a second, than chance explains."),
    Reason(code="CLUSTER_FORM_HABIT", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           one_of="cluster",
           text="More of the vendor's leads filled the form in in one and the same way than chance explains."),
    Reason(code="CLUSTER_RHYTHM", group="cluster", check="cluster", points=-15.0, kind="bot", since="0.3.0",
           text="Leads that are alike arrive at more even intervals than people keep."),
    # How unusual the lead is beside the service's others.
    Reason(code="ANOMALY_FORM", group="anomaly", check="anomaly", points=-8.0, kind="bot", since="0.3.0",
           one_of="anomaly",
           text="The way in which the form was filled in is unusual beside other leads."),
    Reason(code="ANOMALY_SHARED", group="anomaly", check="anomaly", points=-8.0, kind="farm", since="0.3.0",
           one_of="anomaly",
           text="What the lead shares with others, and when it came, is unusual beside other leads."),
    Reason(code="ANOMALY_LEAD", group="anomaly", check="anomaly", points=-8.0, since="0.3.0", one_of="anomaly",
           text="What was typed is unusual, taken together, beside other leads."),
    # What became of the vendor's earlier leads.
    Reason(code="VENDOR_OUTCOME_RATE", group="vendor", check="vendor", points=-6.0, from_list=True, since="0.4.0",
           needs="source.vendor",
           text="Of the vendor's leads, more or fewer than usual proved fake, by what became of them."),
    # What a person showed afterwards, or before.
    Reason(code="CONTACT_WORKED_BEFORE", group="contact", check="history", points=0.0, since="0.5.0", verifies=True,
           text="An earlier lead with this mailbox or phone was reached there, or confirmed it."),
    Reason(code="EMAIL_CONFIRMED", group="contact", check="confirmation", points=4.0, since="0.5.0", verifies=True,
           needs="email",
           text="The mail address was confirmed after the check, as the caller tells."),
    Reason(code="PHONE_CONFIRMED", group="contact", check="confirmation", points=4.0, since="0.5.0", verifies=True,
           needs="phone",
           text="The phone number was confirmed after the check, as the caller tells."),
    # What follows from several findings.
    Reason(code="LEAD_UNREACHABLE", group="contact", check="contact", points=-30.0, conclusive=True,
           return_reason="obviously_fake",
           text="Every way to reach the person that was given is dead."),
)
# fmt: on

CATALOGUE: dict[str, Reason] = {reason.code: reason for reason in _ALL}


def speaks_against(code: str) -> bool:
    """Whether a code says that something is wrong with a lead, even if it has no points (a duplicate)."""
    reason = CATALOGUE.get(code)
    return reason is not None and (reason.points < 0 or reason.kind is not None)
