"""What can be done from a terminal? Every command, its options and its exit code: 0 done, 1 failed, 2 wrong usage."""

from __future__ import annotations

import argparse
import atexit
import gc
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from fraudcheck.cli.command import Failed, Misused
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.ports import Unavailable
from fraudcheck.settings import PREFIX, load, shown_url

_COMMANDS = (
    *("serve", "check", "batch", "reasons", "replay", "erase", "ledger"),
    *("keys", "report", "claims", "funnel", "outcomes", "conversions", "policy", "lists", "train"),
)
"""The modules of this folder that are commands, in the order in which help shows them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Without ``arguments`` they are the process's own."""
    if arguments is None:
        _hide_passwords()
        arguments = sys.argv[1:]
        gc.set_threshold(50_000, 20, 20)  # what is loaded now is here to stay: collections are a tenth of the start
        atexit.register(gc.freeze)  # so that Python does not search all of it for cycles when it ends
    os.umask(0o077)  # what is written holds personal data, and is for its owner, unless they open it to others
    options = vars(_parser(arguments[:1]).parse_args(arguments))
    run = options.pop("run")
    own_options = {name: options.pop(name) for name in list(options) if name.startswith("_")}
    config = options.pop("config")
    try:
        settings = load({name: value for name, value in options.items() if value is not None}, config=config)
    except ValueError as problem:
        return _print_error(str(problem), 2)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        run(settings, **{name[1:]: value for name, value in own_options.items()})
        sys.stdout.flush()
    except BrokenPipeError:  # who reads the output has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python writes when it ends
    except (Failed, ValueError) as problem:
        return _print_error(str(problem), 2 if isinstance(problem, Misused) else 1)
    except Unavailable as problem:
        return _print_error(f"{problem} cannot be reached", 1)
    except OSError as problem:
        return _print_error(f"{problem.filename or problem}: {problem.strerror or 'failed'}", 1)
    except KeyboardInterrupt:
        return 130
    return 0


def _hide_passwords() -> None:
    """Begin anew without the passwords of --redis and --ledger, which every user of the machine sees in ``ps``."""
    words: list[str] = []
    urls: dict[str, str] = {}
    given = iter(sys.orig_argv)
    for word in given:
        option, separator, value = word.partition("=")
        name = next((name for name in ("redis", "ledger") if len(option) > 2 and f"--{name}".startswith(option)), None)
        if name is None:
            words.append(word)
        else:
            urls[name] = value if separator else next(given, "")  # the last one counts
    moved = {f"{PREFIX}{name.upper()}": url for name, url in urls.items() if "://" in url and shown_url(url) != url}
    if moved:
        print(
            f"note: a command line is everyone's to read: give a URL with a password as {' and '.join(moved)}",
            file=sys.stderr,
        )
        words += [f"--{name}={url}" for name, url in urls.items() if f"{PREFIX}{name.upper()}" not in moved]
        os.execve(sys.executable, words, os.environ | moved)  # noqa: S606 - this program, with the same arguments


def _print_error(text: str, code: int) -> int:
    print(f"fraudcheck: {' '.join(text.split())}", file=sys.stderr)
    return code


def _parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """A parser of the commands that are among the words, else of all: what the others import takes half a second."""
    parser = argparse.ArgumentParser(
        prog="fraudcheck", description="Judges sales leads as they arrive. High scores are good."
    )
    parser.add_argument("--version", action="version", version=f"fraudcheck {SERVICE_VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in [word for word in words if word in _COMMANDS] or _COMMANDS:
        import_module(f"fraudcheck.cli.{name}").add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
