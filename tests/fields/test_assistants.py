"""Which software says that it acts for a person? Assistants do; crawlers and browsers do not."""

from __future__ import annotations

import pytest

from fraudcheck.fields.assistants import assistant_of

CHROME = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0"


@pytest.mark.parametrize(
    ("agent", "signer", "name"),
    [
        (f"{CHROME} ChatGPT-User/1.0; +https://openai.com/bot", None, "chatgpt"),
        ("Mozilla/5.0 (compatible; CLAUDE-USER/1.0; +Claude-User@anthropic.com)", None, "claude"),
        ("Mozilla/5.0 (compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)", None, "perplexity"),
        (f"{CHROME}; Manus-User/1.0", None, "manus"),
        (CHROME, '"https://chatgpt.com"', "chatgpt"),
        (CHROME, 'sig1="https://chatgpt.com"', "chatgpt"),
        (CHROME, "HTTPS://CHATGPT.COM", "chatgpt"),
        (CHROME, '"https://chatgpt.com.evil.example"', None),
        (CHROME, '"https://agent.bot.goog"', None),
        (CHROME, "x" * 9000, None),
        (CHROME, "", None),
        (CHROME, None, None),
        (None, None, None),
        ("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)", None, None),
        ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", None, None),
        ("Mozilla/5.0 (compatible; PerplexityBot/1.0)", None, None),
        ("Mozilla/5.0 (compatible; OAI-SearchBot/1.0)", None, None),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", None, None),
        ("a" * 5000 + " claude-user", None, None),
    ],
)
def test_who_says_it(agent, signer, name):
    assert assistant_of(agent, signer) == name
