"""What can be done from a terminal? Every command, its options and its exit code: 0 done, 1 failed, 2 wrong usage."""

from __future__ import annotations

import argparse
import asyncio
import csv
import gc
import io
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec

from fraudcheck import auditing, backtest, intake, scoring, training, wiring
from fraudcheck.pipeline import SERVICE_VERSION, replay
from fraudcheck.ports import Unavailable
from fraudcheck.reasons import CATALOGUE
from fraudcheck.report.audit import Overview, VendorReport
from fraudcheck.report.replayed import replay_text
from fraudcheck.report.text import overview_csv, overview_text, vendor_csv, vendor_text
from fraudcheck.report.visits import read_csv
from fraudcheck.settings import Settings, descriptions, load
from fraudcheck.tables import aligned

_EXAMPLE = (
    '{"email": "an.nguyen@gmail.com", "phone": "0912 345 678", "country": "VN", '
    '"name": "Nguyễn Văn An", "source": {"vendor": "acme"}}'
)


_COMMON = ("data_dir", "redis", "ledger", "nameserver")


_OLD_DAYS = 90


class Failed(Exception):
    """The work failed. The text says in one line what to do."""


class Misused(Failed):
    """The command cannot mean anything. The text says in one line what to give."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    given = vars(_parser().parse_args(arguments))
    run = given.pop("run")
    own = {name: given.pop(name) for name in list(given) if name.startswith("_")}
    config = given.pop("config")
    try:
        settings = load({name: value for name, value in given.items() if value is not None}, config=config)
    except ValueError as problem:
        return _complain(str(problem), 2)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        run(settings, **{name[1:]: value for name, value in own.items()})
    except (Failed, ValueError) as problem:
        return _complain(str(problem), 2 if isinstance(problem, Misused) else 1)
    except Unavailable as problem:
        return _complain(f"{problem} cannot be reached", 1)
    except OSError as problem:
        return _complain(f"{problem.filename or problem}: {problem.strerror or 'failed'}", 1)
    except KeyboardInterrupt:
        return 130
    return 0


def _complain(text: str, code: int) -> int:
    print(f"fraudcheck: {' '.join(text.split())}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fraudcheck", description="Judges sales leads as they arrive. High scores are good."
    )
    parser.add_argument("--version", action="version", version=f"fraudcheck {SERVICE_VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = _command(commands, "serve", "run the service", _serve)
    for name, text in descriptions().items():
        if name not in ("identity_key", *_COMMON):  # a secret on a command line is everyone's
            serve.add_argument(f"--{name.replace('_', '-')}", help=text)

    check = _command(commands, "check", "judge one lead from a file, with no service; nothing is kept", _check)
    check.add_argument("_file", metavar="FILE", help="a lead as JSON, or - for standard input")

    _batch_command(commands)
    reasons = _command(commands, "reasons", "list every reason code", _reasons)
    reasons.add_argument("--format", dest="_shape", choices=("text", "markdown", "json"), default="text")

    again = _command(commands, "replay", "judge a kept check again from its own facts", _replay)
    again.add_argument("_check_id", metavar="CHECK_ID")
    again.add_argument("--tenant", dest="_tenant", default="default")

    erase = _command(commands, "erase", "delete a person's data from the ledger; verdicts stay", _erase)
    erase.add_argument("--check", dest="_check_id", metavar="CHECK_ID", help="the lead of this check")
    erase.add_argument("--email", dest="_email", help="every lead of this mailbox")
    erase.add_argument("--phone", dest="_phone", help="every lead with this number (+…)")
    erase.add_argument("--tenant", dest="_tenant", default="default")

    keys = commands.add_parser("keys", help="make, list and revoke API keys").add_subparsers(
        required=True, metavar="create|list|revoke"
    )
    create = _command(keys, "create", "make a key and print it, once", _keys_create)
    create.add_argument("--tenant", dest="_tenant", default="default")
    create.add_argument(
        "--scopes", dest="_scopes", default="check,read", help=f"of {', '.join(wiring.SCOPES)} (check,read)"
    )
    create.add_argument("--label", dest="_label", default="", help="what it is for")
    _command(keys, "list", "list the keys, without their secrets", _keys_list)
    revoke = _command(keys, "revoke", "make a key useless from now on", _keys_revoke)
    revoke.add_argument("_key_id", metavar="ID")

    _report_command(commands)
    _outcome_commands(commands)
    _policy_commands(commands)
    _list_commands(commands)
    train = _command(commands, "train", "learn from the ledger what ordinary leads look like", _train)
    _look_back(train)
    train.add_argument(
        "--trust",
        dest="_trust",
        metavar="VENDOR",
        action="append",
        default=[],
        help="learn from this vendor though its leads have changed, as with a new form",
    )
    train.add_argument("--dry-run", dest="_dry_run", action="store_true", help="show what would come of it")
    return parser


def _batch_command(commands: Any) -> None:
    batch = _command(commands, "batch", "judge a file of leads, each as of its day", _batch)
    batch.add_argument(
        "_given", metavar="IN", nargs="?", help="CSV, NDJSON or Parquet, also with gzip; - for standard input"
    )
    batch.add_argument(
        "--out", dest="_out", metavar="OUT", type=Path, help="the verdicts: .csv, .ndjson or .parquet; also .csv.gz"
    )
    batch.add_argument(
        "--map",
        dest="_chosen",
        metavar="FIELD=COLUMN",
        action="append",
        default=[],
        help="the column of a field (client.ip, source.vendor, ...); may be repeated",
    )
    batch.add_argument("--map-only", dest="_map_only", action="store_true", help="show the columns' fields and stop")
    batch.add_argument(
        "--encoding", dest="_encoding", metavar="NAME", help="of CSV, where it is found out wrong (cp1250)"
    )
    batch.add_argument(
        "--dates", dest="_dates", choices=("day-first", "month-first"), help="where the file itself cannot tell"
    )
    batch.add_argument("--timezone", dest="_zone", default="UTC", metavar="ZONE", help="of times that name none (UTC)")
    batch.add_argument(
        "--judge-only",
        dest="_judge_only",
        action="store_true",
        help="take the ledger's leads for IN and judge them again from the facts that were kept with them",
    )
    batch.add_argument(
        "--policy", dest="_policy", metavar="FILE", type=Path, help="with --judge-only: the policy to judge by"
    )
    _look_back(batch)
    batch.add_argument(
        "--processes", dest="_processes", type=_count, metavar="N", help="how many do the work (one a processor)"
    )
    batch.add_argument("--status", dest="_status", metavar="FILE", type=Path, help="a JSON file of how far it is")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1024")
    return int(text)


def _look_back(command: argparse.ArgumentParser) -> None:
    """Whose kept leads to read, and from when on."""
    command.add_argument(
        "--since", dest="_days", type=_days, default=30, metavar="30d", help="how far to look back (30d)"
    )
    command.add_argument("--tenant", dest="_tenant", default="default")


def _days(text: str) -> int:
    number = text.removesuffix("d")
    if not number.isdecimal() or len(number) > 5:  # the calendar starts 740,000 days ago
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days such as 30d")
    return int(number)


def _report_command(commands: Any) -> None:
    report = _command(commands, "report", "audit the vendors by their leads in the ledger", _report)
    report.add_argument("--vendor", dest="_vendor", help="one vendor in full; all side by side if not given")
    report.add_argument("--lead", dest="_check_id", metavar="CHECK_ID", help="one lead as a page, with --format html")
    for part in ("campaign", "sub-id", "channel"):
        report.add_argument(f"--{part}", dest=f"_{part.replace('-', '_')}", help=f"its leads of this {part} alone")
    report.add_argument("--from", dest="_since", type=_moment, metavar="TIME", help="2026-11-01, also with a time")
    report.add_argument("--to", dest="_until", type=_moment, metavar="TIME", help="until before this time; now")
    report.add_argument(
        "--since", dest="_days", type=_days, default=auditing.DAYS, metavar="90d", help="how far to look back (90d)"
    )
    report.add_argument(
        "--visits",
        dest="_visits",
        metavar="[CHANNEL[/CAMPAIGN]=]N",
        action="append",
        default=[],
        help="visitors of the form, for the rate of true leads; may be repeated",
    )
    report.add_argument(
        "--visits-file", dest="_visits_file", metavar="FILE", type=Path, help="a CSV of channel, campaign, visits"
    )
    report.add_argument(
        "--contract", dest="_contract", metavar="FILE", type=Path, help="what may be returned (contracts/TENANT.toml)"
    )
    report.add_argument("--format", dest="_shape", choices=("text", "html", "csv", "json"), default="text")
    report.add_argument(
        "--out", dest="_out", metavar="FILE", type=Path, help="where to write it, if not to the terminal"
    )
    report.add_argument("--personal", dest="_personal", action="store_true", help="with --lead: personal data unmasked")
    report.add_argument("--tenant", dest="_tenant", default="default")


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        return intake.utc(moment.replace(tzinfo=moment.tzinfo or UTC))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-01 or 2026-11-01T10:00:00Z") from None


def _outcome_commands(commands: Any) -> None:
    outcomes = commands.add_parser("outcomes", help="bring back what became of leads").add_subparsers(
        required=True, metavar="import"
    )
    bring = _command(outcomes, "import", "read a CSV of outcomes into the ledger", _outcomes_import)
    bring.add_argument(
        "_file",
        metavar="FILE",
        help="columns check_id or reference, outcome, and maybe reason, amount, currency, at, buyer; - for a pipe",
    )
    bring.add_argument("--tenant", dest="_tenant", default="default")


def _policy_commands(commands: Any) -> None:
    policy = commands.add_parser("policy", help="see what a policy would do before it is used").add_subparsers(
        required=True, metavar="check|backtest"
    )
    examine = _command(policy, "check", "read a policy file and print what it changes", _policy_check)
    examine.add_argument("_file", metavar="FILE", type=Path)
    again = _command(
        policy, "backtest", "judge the kept leads again under a policy file and print what differs", _policy_backtest
    )
    again.add_argument("_file", metavar="FILE", type=Path)
    _look_back(again)


def _list_commands(commands: Any) -> None:
    lists = commands.add_parser("lists", help="show the lists' ages, put newer ones in, take them away").add_subparsers(
        required=True, metavar="status|update|remove"
    )
    _command(lists, "status", "show every list in use, with its version and age", _lists_status)
    update = _command(lists, "update", "use a newer or further list from the next start on", _lists_update)
    update.add_argument("_files", metavar="FILE", type=Path, nargs="+", help="one domain a line, or a JSON array")
    update.add_argument(
        "--name",
        dest="_name",
        default="own",
        metavar="LIST",
        help="the list that it replaces; allowed or free for domains that are never throw-away (own)",
    )
    remove = _command(lists, "remove", "take a list that was put in away again", _lists_remove)
    remove.add_argument("_name", metavar="LIST")


def _command(commands: Any, name: str, text: str, run: Callable[..., None]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    options = parser.add_argument_group("where things are")
    options.add_argument("--config", type=Path, help="a TOML file of options")
    options.add_argument("--data-dir", type=Path, help="ledger, keys and spool")
    options.add_argument("--redis", metavar="URL", help="redis://…, unix://… or memory://; embedded if not given")
    options.add_argument("--ledger", metavar="URL", help="postgresql://… or sqlite:///…")
    options.add_argument("--nameserver", metavar="HOST:PORT", action="append", help="resolver to ask; may be repeated")
    return parser


def _run(work: Awaitable[None]) -> None:
    async def all_of_it() -> None:
        await work

    asyncio.run(all_of_it())


def _serve(settings: Settings) -> None:
    if not wiring.key_file(settings).configured and not _is_loopback(settings.host):
        raise Failed(
            f"without a key the service listens on loopback only, not on {settings.host}: "
            "make one with `fraudcheck keys create`"
        )
    from fraudcheck.web import server  # noqa: PLC0415 - half of the start-up time of commands that need no web

    def announce(listening: server.Listening) -> None:
        _announce(settings, listening.host, listening.port, keyed=listening.keyed, notes=listening.notes)

    server.serve(settings, announce)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _announce(settings: Settings, host: str, port: int, *, keyed: bool, notes: Sequence[str]) -> None:
    where = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    if not keyed:
        print("note: no key is configured, so anyone on this machine may call", file=sys.stderr)
    print(f"fraudcheck {SERVICE_VERSION} listens on {where} and keeps its data in {settings.data_dir}")
    key = " -H 'Authorization: Bearer YOUR_KEY'" if keyed else ""
    print(
        f"Try it:\n\n  curl -s {where}/v1/checks{key} -H 'Content-Type: application/json' -d '{_EXAMPLE}'\n", flush=True
    )


def _check(settings: Settings, file: str) -> None:
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()

    async def checking() -> None:
        async with wiring.once(settings) as (pipeline, tenant):
            try:
                verdict = await pipeline.check(tenant, body)
            except intake.Unreadable as problem:
                raise Failed(f"{file}: {problem}; give one lead as a JSON object") from None
            except intake.NoContact:
                raise Failed(f"{file}: the lead has neither a mail address nor a phone; give one of them") from None
            print(msgspec.json.format(msgspec.json.encode(verdict), indent=2).decode())

    _run(checking())


def _batch(settings: Settings, out: Path | None, map_only: bool, status: Path | None, **given: Any) -> None:
    try:
        from fraudcheck.batch import cut, run, tally, watching  # noqa: PLC0415 - with packages that only batches need
    except ImportError as problem:
        raise Failed(f"batches need {problem.name}: pip install 'fraudcheck[batch]'") from None
    if given["given"] is None and not given["judge_only"]:
        raise Misused("name a file of leads, or - for standard input")
    if given["judge_only"] and (given["given"] or given["chosen"]):
        raise Misused("--judge-only takes the ledger's leads: leave out the file and --map")
    if given["policy"] and not given["judge_only"]:
        raise Misused("--policy is for --judge-only; a file's leads are judged by the tenant's own policy")
    if out is None and not map_only:
        raise Misused("say where the verdicts are to go: --out verdicts.csv, .ndjson or .parquet")
    request = cut.Request(
        out=out or Path(),
        given=Path(given["given"]) if given["given"] not in (None, "-") else None,
        days=given["days"] if given["judge_only"] else None,
        chosen=_pairs(given["chosen"]),
        **{name: given[name] for name in ("policy", "tenant", "encoding", "dates", "zone", "processes")},
    )
    if map_only:
        print("\n".join(watching.mapping_text(*cut.look(request))))
        return
    watch = watching.Watching(status)
    try:
        figures, plan = run.run(request, settings, watch)
    except Exception as problem:
        watch.ended(None, _told(problem))
        raise
    watch.ended(figures)
    print("\n".join(tally.summary(figures, plan)))


def _told(problem: Exception) -> str:
    """What goes to whoever watches, maybe from afar: no path of this machine."""
    if isinstance(problem, OSError):
        return problem.strerror or "a file cannot be read or written"
    return str(problem) if isinstance(problem, ValueError) else "a defect; see the log"


def _pairs(chosen: Sequence[str]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in chosen]
    if wrong := next((field for field, _, column in pairs if not (field and column)), None):
        raise Misused(f"--map {wrong} names no column: give it as FIELD=COLUMN")
    return {field: column for field, _, column in pairs}


def _reasons(settings: Settings, shape: str) -> None:
    rows = [
        (reason.code, reason.group, f"{reason.points:+.1f}", reason.kind or "", reason.text)
        for reason in CATALOGUE.values()
    ]
    if shape == "json":
        print(json.dumps([msgspec.to_builtins(reason) for reason in CATALOGUE.values()], indent=2))
    elif shape == "markdown":
        print(reason_table())
    else:
        for code, group, points, kind, text in rows:
            print(f"{code:28} {group:9} {points:>6}  {kind:9} {text}")


def reason_table() -> str:
    """The catalogue as the README shows it."""
    lines = ["| code | group | points | speaks for | what was seen |", "| --- | --- | ---: | --- | --- |"]
    for reason in CATALOGUE.values():
        points = f"{reason.points:+.1f}" if reason.points else "0"
        mark = " (conclusive)" if reason.conclusive else ""
        lines.append(f"| `{reason.code}` | {reason.group} | {points}{mark} | {reason.kind or ''} | {reason.text} |")
    return "\n".join(lines)


def _replay(settings: Settings, check_id: str, tenant: str) -> None:
    async def replaying() -> None:
        async with wiring.ledger_only(settings) as ledger:
            again = await replay(ledger, tenant, check_id)
        if again is None:
            raise Failed(f"there is no check {check_id} of tenant {tenant} in {wiring.ledger_url(settings)}")
        print("\n".join(replay_text(again)))

    _run(replaying())


def _erase(settings: Settings, tenant: str, check_id: str | None, email: str | None, phone: str | None) -> None:
    if not (check_id or email or phone):
        raise Failed("say whose data to erase: --check, --email or --phone")

    async def erasing() -> None:
        async with wiring.ledger_only(settings) as ledger:
            found = [check_id] if check_id else []
            for identity in wiring.identities(settings, tenant, email, phone):
                found += await ledger.find(tenant, identity)
            await ledger.erase(tenant, found)
        print(f"erased the personal data of {len(set(found))} check(s)")

    _run(erasing())


def _keys_create(settings: Settings, tenant: str, scopes: str, label: str) -> None:
    wiring.prepare(settings.data_dir)
    moment = intake.utc(datetime.now(UTC))
    key, secret = wiring.key_file(settings).create(
        tenant, [scope.strip() for scope in scopes.split(",")], label, moment
    )
    print(f"key {key.id} of tenant {key.tenant} with {', '.join(key.scopes)}; it is shown this once:\n{secret}")


def _keys_list(settings: Settings) -> None:
    for key in wiring.key_file(settings).all():
        print(f"{key.id}  {key.tenant:12} {','.join(key.scopes):30} {key.created_at}  {key.label}".rstrip())


def _keys_revoke(settings: Settings, key_id: str) -> None:
    if not wiring.key_file(settings).revoke(key_id):
        raise Failed(f"there is no key {key_id}; `fraudcheck keys list` shows them")
    print(f"key {key_id} is revoked")


def _report(
    settings: Settings,
    *,
    shape: str,
    out: Path | None,
    days: int,
    contract: Path | None,
    check_id: str | None,
    **asked: Any,
) -> None:
    if check_id is not None:
        if shape != "html":
            raise Misused("--lead is for --format html; `fraudcheck replay CHECK_ID` shows it in a terminal")
        written = asyncio.run(_lead_page(settings, asked["tenant"], check_id, asked["personal"]))
    else:
        del asked["personal"]
        now = datetime.now(UTC)
        if (file := asked.pop("visits_file")) is not None:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                asked["visits"] += [f"{each.channel}/{each.campaign}={each.visits}" for each in read_csv(lines)]
        since = asked.pop("since") or intake.utc(now - timedelta(days=days))
        question = auditing.Question(since=since, visits=tuple(asked.pop("visits")), **asked)
        gc.disable()  # what is read stays until the end; to look through it again and again takes a tenth of the time
        try:
            report = asyncio.run(auditing.audit(settings, question, now, contract))
        finally:
            gc.enable()
        if report is None:
            raise Failed(
                f"there is no lead of vendor {question.vendor} since {since[:10]}; `fraudcheck report` shows all"
            )
        written = _SHAPES[shape](report)
    if out is None:
        print(written)
    else:
        out.write_text(written + "\n", encoding="utf-8")


async def _lead_page(settings: Settings, tenant: str, check_id: str, personal: bool) -> str:
    from fraudcheck.web import masking, pages  # noqa: PLC0415 - templates take a while to load

    async with wiring.ledger_only(settings) as ledger:
        stored, again = await ledger.get(tenant, check_id), await replay(ledger, tenant, check_id)
        if stored is None or again is None:
            raise Failed(f"there is no check {check_id} of tenant {tenant} in {wiring.ledger_url(settings)}")
        shown = masking.shown(stored, personal, whole=True)
        shown["outcomes"] = msgspec.to_builtins(await ledger.outcomes(tenant, check_id))
    return pages.lead(shown, replay_text(again), None)


def _as_text(report: Overview | VendorReport) -> str:
    lines = overview_text(report) if isinstance(report, Overview) else vendor_text(report)
    return "\n".join(lines)


def _as_page(report: Overview | VendorReport) -> str:
    from fraudcheck.web import pages  # noqa: PLC0415 - templates take a while to load

    return pages.overview(report, None) if isinstance(report, Overview) else pages.vendor(report, None)


def _as_table(report: Overview | VendorReport) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(overview_csv(report) if isinstance(report, Overview) else vendor_csv(report))
    return written.getvalue().rstrip()


def _as_json(report: Overview | VendorReport) -> str:
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


_SHAPES: dict[str, Callable[[Overview | VendorReport], str]] = {
    "text": _as_text,
    "html": _as_page,
    "csv": _as_table,
    "json": _as_json,
}


def _outcomes_import(settings: Settings, file: str, tenant: str) -> None:
    def progress(rows: int) -> None:
        if rows % 10_000 == 0:
            print(f"{rows:,} rows read ...", file=sys.stderr)

    with open(0 if file == "-" else file, encoding="utf-8", newline="", closefd=file != "-") as lines:
        try:
            brought = asyncio.run(wiring.bring_outcomes(settings, tenant, lines, datetime.now(UTC), progress))
        except UnicodeDecodeError:
            raise Failed(f"{file} is not in UTF-8: save it so and bring it again") from None
    for line, problem in brought.problems:
        print(f"line {line}: {problem}", file=sys.stderr)
    kept, known = brought.answers["kept"], brought.answers["known"]
    print(f"{brought.rows:,} rows: {kept:,} kept, {known:,} known before, {len(brought.problems):,} rejected")
    if brought.problems:
        raise Failed("put the rejected rows right and bring the file again: what is known counts once")


def _policy_check(settings: Settings, file: Path) -> None:
    policy, default = wiring.read_policy(file), scoring.load(wiring.default_policy())
    changes = changed(msgspec.to_builtins(default), msgspec.to_builtins(policy))
    print(f"{file} can be used; its hash is {scoring.encode(policy)[0]}")
    print("\n".join(changes) if changes else "it changes nothing of the default")


def _policy_backtest(settings: Settings, file: Path, days: int, tenant: str) -> None:
    policy, since = wiring.read_policy(file), datetime.now(UTC) - timedelta(days=days)
    comparison = asyncio.run(wiring.compare(settings, tenant, policy, since, _progress))
    if not comparison.judged + comparison.erased:
        raise Failed(f"there are no leads of tenant {tenant} since {since:%Y-%m-%d}; look further back with --since")
    print("\n".join(backtest_text(comparison, str(file), tenant, since)))


def backtest_text(comparison: backtest.Comparison, file: str, tenant: str, since: datetime) -> list[str]:
    """A backtest for a reader."""
    first = f"{file} for the leads of tenant {tenant} since {since:%Y-%m-%d}; nothing is put into service"
    return [first, *backtest.report(comparison)]


def _progress(read: int) -> None:
    print(f"{read:,} leads read ...", file=sys.stderr)


def _lists_status(settings: Settings) -> None:
    print("\n".join(list_table(wiring.inventory(settings), datetime.now(UTC))))


def list_table(rows: Sequence[Any], now: datetime) -> list[str]:
    """The lists as a table, the old ones named below it with what to do."""
    table = [("list", "version", "date", "days", "entries", "from", "licence")]
    old: dict[str, list[str]] = {}
    for row in rows:
        days = (now - datetime.fromisoformat(row.date).replace(tzinfo=UTC)).days
        before = "<=" if row.no_later else ""
        table.append(
            (
                row.name,
                row.version,
                before + row.date,
                f"{'>=' if before else ''}{days}",
                f"{row.entries or ''}",
                row.source,
                row.licence,
            )
        )
        if days > _OLD_DAYS:
            old.setdefault(row.source, []).append(row.name)
    lines = aligned(table)
    advice = {
        "pip": f"pip install --upgrade {' '.join(old.get('pip', ()))}",
        "shipped": "a newer fraudcheck, or `fraudcheck lists update FILE --name LIST` for those of throw-away domains",
        "your file": "`fraudcheck lists update FILE --name LIST`",
    }
    lines += [f"older than {_OLD_DAYS} days: {', '.join(names)}: {advice[source]}" for source, names in old.items()]
    return lines


def _lists_update(settings: Settings, files: list[Path], name: str) -> None:
    kept = wiring.keep_list(settings, name, files)
    print(f"{name}: {kept.domains} domains in {wiring.list_folder(settings)}, used from the next start on")
    if kept.no_domains:
        print(f"{kept.no_domains} lines are no domains and were left out")
    if kept.allowed:
        print(f"{kept.allowed} domains are universities', companies', relays' or mail providers' and were left out")


def _lists_remove(settings: Settings, name: str) -> None:
    if not wiring.remove_list(settings, name):
        raise Failed(f"there is no list {name} of yours; `fraudcheck lists status` shows them")
    print(f"{name} is removed; from the next start on the shipped list of that name counts again, if there is one")


def changed(default: dict[str, Any], own: dict[str, Any], path: str = "") -> list[str]:
    """What one policy has otherwise than another, a line each."""
    lines = []
    for name in {**default, **own}:
        before, after = default.get(name), own.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            lines += changed(before, after, f"{path}{name}.")
        elif before != after:
            lines.append(f"  {path}{name}: {'not set' if before is None else before} -> {after}")
    return lines


def _train(settings: Settings, days: int, tenant: str, trust: list[str], dry_run: bool) -> None:
    now = datetime.now(UTC)
    examples = asyncio.run(wiring.examples(settings, tenant, now - timedelta(days=days), _progress))
    trained = training.train(
        examples,
        f"leads {now:%Y-%m-%d}",
        wiring.load_model(settings),
        stranger=not wiring.model_folder(settings).exists(),
        trust=trust,
    )
    print("\n".join(training.report(trained)))
    if trained.refused:
        raise Failed(f"the model in service stays: the new one is worse, for {trained.refused}")
    if dry_run:
        print("\nIt would be put into service.")
        return
    folder = wiring.keep_model(settings, trained, now)
    print(f"\nKept in {folder}; it is used from the next start on.")


if __name__ == "__main__":
    sys.exit(main())
