"""Which phone numbers were on web pages that show their text messages to anyone?

``python -m training.sms_inboxes FOLDER`` writes ``fraudcheck/data/sms_inboxes.*``. FOLDER contains the unpacked npm
package ``@ip1sms/disposable-phone-numbers`` (MIT).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from fraudcheck.fields.phone.public_inboxes import pack_inboxes

_DATA = Path(__file__).parents[1] / "fraudcheck" / "data"
_SINCE = "2022"
"""Numbers that were listed earlier have most likely been assigned to somebody else since."""
_WHOLESALER_FROM = 20
"""Listed numbers in a block of a thousand from which it counts as a wholesaler's; chance would give none."""


def main(folder: Path) -> None:
    """Read the package, write the numbers as hashes and the blocks with many of them."""
    listed: dict[str, str] = json.loads((folder / "package" / "number-list.json").read_text())
    version = json.loads((folder / "package" / "package.json").read_text())["version"]
    recent = {digits: date for digits, date in listed.items() if date >= _SINCE}
    packed = pack_inboxes((digits, int(date[:4]), int(date[5:7])) for digits, date in recent.items())
    (_DATA / "sms_inboxes.bin").write_bytes(packed)
    blocks = Counter(digits[:-3] for digits in recent)
    lines = [
        "# Written by training/sms_inboxes.py; do not edit. The numbers themselves are in sms_inboxes.bin, as hashes.",
        "[about]",
        f'source = "@ip1sms/disposable-phone-numbers {version}"',
        f'version = "{version}"',
        f'date = "{max(recent.values())}" # the newest number: what was listed since is not known',
        'licence = "MIT, Copyright (c) 2018 iP.1 Networks AB"',
        "",
        "[blocks] # E.164 digits less the last three, and how many of the thousand are listed",
        *(f"{block} = {count}" for block, count in sorted(blocks.items()) if count >= _WHOLESALER_FROM),
    ]
    (_DATA / "sms_inboxes.toml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
