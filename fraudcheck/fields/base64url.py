"""How are bytes written as text in URLs, headers and forms? In base64url without padding (RFC 4648 section 5)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(data: bytes) -> str:
    """Bytes as text."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes that a text stands for. Raises ValueError for what is none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
