"""Is a mail domain on a list, either itself or through one of its parent domains?"""

from __future__ import annotations

from functools import lru_cache

from fraudcheck.ports.lists import Lists


def listed_domain(domain: str, lists: Lists) -> tuple[str, str] | None:
    """``relay`` or ``disposable`` with the longest listed name that is the domain or a parent of it; else None.

    The search goes from the domain upwards. An allowed domain or a free provider's ends it with None, whatever the
    lists say of the parents above.
    """
    for name in parent_domains(domain):
        if name in lists.relay_domains:
            return "relay", name
        if name in lists.allowed_domains:
            return None
        if name in lists.disposable_domains:
            return "disposable", name
        if name in lists.free_domains:
            return None
    return None


@lru_cache(maxsize=4096)
def parent_domains(domain: str) -> tuple[str, ...]:
    """A domain and each of its parents, the longest first: ``a.b.c``, ``b.c``, ``c``."""
    names = []
    while domain:
        names.append(domain)
        domain = domain.partition(".")[2]
    return tuple(names)
