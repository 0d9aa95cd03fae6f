"""``run`` and ``sandbox``: the programs that stay."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from bot.cli.options import Config, config_path, settings
from bot.cli.output import complaints
from bot.model import ROLES


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(run)
    app.command()(sandbox)


def run(
    config: Config = None,
    roles: Annotated[
        str | None,
        typer.Option(
            "--roles",
            metavar="ROLE,…",
            help="A part of the work, of poll, match, deliver, chat and web; the store is to be on "
            "PostgreSQL. All of it where not given.",
        ),
    ] = None,
) -> None:
    """Run the service: poll, match, deliver, chat and serve the web page.

    Without a Telegram token it starts the sandbox, a Telegram of its own on this machine, and
    prints the address to open. Ctrl-C or SIGTERM stops it cleanly.

        tocsin run
        TOCSIN_TELEGRAM_TOKEN=… tocsin --config /etc/tocsin.toml run
        tocsin run --roles poll,match
    """
    given = _roles(roles)
    from bot.app import serve  # noqa: PLC0415

    configured = settings(config)
    path, _ = config_path(config)
    if not path.exists():
        complaints().print(f"no {path}: the defaults apply (see config.example.toml)")
    serve(configured, complaints().print, given)


def _roles(named: str | None) -> tuple[str, ...]:
    """The roles that were named; all of them where none were."""
    if named is None:
        return ROLES
    given = tuple(dict.fromkeys(role.strip().lower() for role in named.split(",")))
    for role in given:
        if role not in ROLES:
            close = get_close_matches(role, ROLES, 1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            known = ", ".join(ROLES)
            raise typer.BadParameter(
                f"there is no role {role!r}{hint}; there are {known}", param_hint="--roles"
            )
    return given


def sandbox(
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8081,
    token: Annotated[str | None, typer.Option(help="The bot's token; one is made if none.")] = None,
) -> None:
    """Run the local Telegram alone: a Bot API server and its chat page, on loopback.

    tocsin sandbox --port 8081
    """
    import asyncio  # noqa: PLC0415

    from bot.sandbox import Sandbox  # noqa: PLC0415
    from bot.sandbox.__main__ import serve  # noqa: PLC0415

    asyncio.run(serve(Sandbox(port=port, token=token)))
