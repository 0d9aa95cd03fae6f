"""``deliveries``: what became of every message that is owed, and another try for the refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli.options import Config, Json, settings
from bot.cli.output import complaints, console, flush, json_line, rfc3339
from bot.model import DeliveryState  # noqa: TC001 - typer reads the annotation

if TYPE_CHECKING:
    from bot.store.deliveries import DeliveryRecord

deliveries = typer.Typer()


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    deliveries.callback(invoke_without_command=True)(list_deliveries)
    deliveries.command("retry")(retry)
    app.add_typer(deliveries, name="deliveries")


def list_deliveries(
    context: typer.Context,
    state: Annotated[
        list[DeliveryState] | None, typer.Option("--state", help="Only those in it; repeatable.")
    ] = None,
    chat: Annotated[int | None, typer.Option(help="Only those of the chat with this id.")] = None,
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, max=10_000, help="At most so many.")
    ] = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show deliveries, the newest first: pending, in flight, postponed, sent or refused, and why.

    tocsin deliveries
    tocsin deliveries --state refused --json
    tocsin deliveries retry 17 18
    """
    if context.invoked_subcommand is not None:
        return
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.deliveries import listed  # noqa: PLC0415

    with open_existing(settings(config)) as store:
        found = store.read_now(
            lambda conn: listed(conn, states=state or (), chat_id=chat, limit=number)
        )
    if as_json:
        for record in found:
            json_line(_json(record))
        flush()
        return
    if not found:
        complaints().print("no such deliveries")
        return
    table = Table("id", "state", "chat", "what", "since", "why", box=None)
    for record in found:
        table.add_row(
            str(record.id),
            record.state.value.replace("_", " "),
            record.chat or str(record.chat_id),
            record.what,
            rfc3339(record.settled or record.created) or "",
            _why(record),
        )
    console().print(table)


def retry(
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]…")] = None,
    all_refused: Annotated[
        bool, typer.Option("--all-refused", help="All that are refused.")
    ] = False,
    chat: Annotated[
        int | None, typer.Option(help="With --all-refused: those of this chat.")
    ] = None,
    config: Config = None,
) -> None:
    """Try refused deliveries again; a service that runs takes them up within seconds.

    tocsin deliveries retry 17 18
    tocsin deliveries retry --all-refused
    """
    from bot.cli.upkeep import open_existing  # noqa: PLC0415
    from bot.store.deliveries import retry as retry_these  # noqa: PLC0415
    from bot.store.deliveries import retry_all  # noqa: PLC0415

    if bool(ids) == all_refused:
        raise typer.BadParameter("name deliveries by their ids, or say --all-refused")
    now = datetime.now(UTC)
    with open_existing(settings(config)) as store:
        if all_refused:
            again = store.write_now(lambda conn: retry_all(conn, now, chat))
            missing: list[int] = []
        else:
            found = store.write_now(lambda conn: retry_these(conn, ids or (), now))
            again, missing = len(found), sorted(set(ids or ()) - set(found))
    complaints().print(f"{again} to be tried again", style="green" if again else None)
    for each in missing:
        complaints().print(f"{each}: not refused, or nothing is left of it to send", style="red")
    if missing or not again:
        raise typer.Exit(1)


def _why(record: DeliveryRecord) -> str:
    until = f"until {rfc3339(record.until)}" if record.until else ""
    sent = f"message {record.message_id}" if record.message_id is not None else ""
    return ": ".join(filter(None, [until or sent, record.reason or ""]))


def _json(record: DeliveryRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "state": record.state.value,
        "chat": record.chat_id,
        "title": record.chat,
        "thread": record.thread_id,
        "priority": record.priority.name.lower(),
        "rule": record.rule,
        "what": record.what,
        "created": rfc3339(record.created),
        "until": rfc3339(record.until),
        "settled": rfc3339(record.settled),
        "attempts": record.attempts,
        "message": record.message_id,
        "reason": record.reason,
    }
