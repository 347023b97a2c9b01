"""Is a lead's sender a competitor, by the tenant's own list?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct

from fraudcheck.fields import message
from fraudcheck.fields.email.domains import parent_domains
from fraudcheck.records import Lead

_NOT_LETTERS = re.compile(r"[\W_]+")
_DOMAIN = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]++)++")
_LONGEST = 300
_SHORTEST_NAME = 3


class Competitors(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A tenant's competitors (``competitors.toml``): their mail and web domains, and their names."""

    domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def by(self, lead: Lead, mail_domain: str | None) -> str | None:
        """``domain`` where the mail's or the page's domain is a competitor's, or lies under one; ``name`` where the
        company's name holds a competitor's, in whole words; else None. The message says nothing: customers of
        competitors name them too.
        """
        if self.domains:
            hosts = message.links(f"{lead.client.page_url or ''} {lead.company or ''}"[:_LONGEST].lower())
            if mail_domain:
                hosts.append(mail_domain)
            if any(parent in self._domains for host in hosts for parent in parent_domains(host)):
                return "domain"
        if self.names and lead.company:
            company = _words(lead.company[:_LONGEST]).split()
            if any(name in self._names for name in _runs(company, self._longest)):
                return "name"
        return None

    # Looked up, so that a list of many thousands costs a lead no more than a short one.
    @cached_property
    def _domains(self) -> frozenset[str]:
        return frozenset(self.domains)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(_words(name).strip() for name in self.names)

    @cached_property
    def _longest(self) -> int:
        """Words of the longest name."""
        return max(name.count(" ") + 1 for name in self._names)


NO_COMPETITORS = Competitors()


def load_competitors(table: Mapping[str, object]) -> Competitors:
    """A tenant's table. Raises ValueError with a sentence that names the key at fault."""
    given = msgspec.convert(table, Competitors)
    for domain in given.domains:
        if not _DOMAIN.fullmatch(domain):
            raise ValueError("domains: give each as a domain such as rival.example, without https:// and @")
    for name in given.names:
        if len(_words(name)) < _SHORTEST_NAME + 2:
            raise ValueError(f"names: give each with at least {_SHORTEST_NAME} letters or digits")
    return Competitors(domains=tuple(_a_label(domain) for domain in given.domains), names=given.names)


def _a_label(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode()
    except UnicodeError:
        raise ValueError("domains: one of them is no domain name") from None


def _runs(words: Sequence[str], longest: int) -> Iterator[str]:
    """Each word, and all that stand side by side, at most so many."""
    for first in range(len(words)):
        for end in range(first + 1, min(first + longest, len(words)) + 1):
            yield " ".join(words[first:end])


def _words(text: str) -> str:
    """The folded words, each between spaces."""
    return f" {_NOT_LETTERS.sub(' ', message.fold(text)).strip()} "
