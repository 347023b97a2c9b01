"""Does software say that it acts for a person? Assistants that fill in forms because somebody asked them to.

Nothing here is proof: a header may say anything, and a signature (Web Bot Auth) is not checked. It is believed because
it is worth nothing to a liar: no points depend on it. Crawlers are left out, and so is what only reads pages unasked.
"""

from __future__ import annotations

import re

_AGENTS = {
    "chatgpt-user": "chatgpt",  # openai.com: platform.openai.com/docs/bots
    "chatgpt agent": "chatgpt",  # openai.com, as the list ai.robots.txt has it: completes tasks in a browser
    "claude-user": "claude",  # anthropic.com: support.anthropic.com/en/articles/8896518
    "perplexity-user": "perplexity",  # perplexity.ai: docs.perplexity.ai/guides/bots
    "mistralai-user": "mistral",  # mistral.ai: docs.mistral.ai/robots
    "google-agent": "google",  # google.com: "perform actions upon user request", its list of crawlers
    "googleagent-mariner": "google",  # google.com, Project Mariner
    "novaact": "amazon",  # amazon.com, Nova Act
    "manus-user": "manus",  # manus.im
}
"""The names of assistants by what stands in a browser's name for itself, in lower case, and where that is said."""
_SIGNERS = {
    "chatgpt.com": "chatgpt",  # seen: simonwillison.net/2025/Aug/4/chatgpt-agents-user-agent
}
"""The names of assistants by the host in ``Signature-Agent``."""
_NAMED = re.compile("|".join(map(re.escape, sorted(_AGENTS, key=len, reverse=True))))
_HOST = re.compile(r"https://([a-z0-9.-]+)")
_LONGEST = 1_000


def assistant_of(user_agent: str | None, signature_agent: str | None = None) -> str | None:
    """The name of the assistant that a browser's name for itself or ``Signature-Agent`` tells of; None for none."""
    if signature_agent and (host := _HOST.search(signature_agent[:_LONGEST].lower())):
        known = _SIGNERS.get(host[1])
        if known is not None:
            return known
    named = _NAMED.search((user_agent or "")[:_LONGEST].lower())
    return _AGENTS[named[0]] if named else None
