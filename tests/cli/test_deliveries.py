"""``deliveries`` and ``render`` as people run them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import Message, Priority
from bot.store import outbox
from bot.store.engine import Store
from tests.cli.test_commands import house, lines, tocsin

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

__all__ = ["house"]  # the fixture


def owe(folder: Path) -> None:
    """One delivery sent, one refused, one an answer that was refused."""

    def work(conn: Connection) -> None:
        now = datetime.now(UTC)
        for chat, priority in ((1, Priority.NORMAL), (2, Priority.NORMAL), (3, Priority.ANSWER)):
            message = Message("sendMessage", {"text": f"for {chat}"})
            outbox.enqueue(conn, chat, message, priority=priority, now=now)
        claim = outbox.claim_deliveries(conn, 9, timedelta(minutes=1), now)
        for owed in claim.rows:
            if owed.chat_id == 1:
                outbox.sent(conn, owed.id, claim.token, 77, now)
            else:
                outbox.refuse(conn, owed.id, claim.token, "blocked", now)

    with Store.open(f"sqlite:///{folder / 'tocsin.db'}") as store:
        store.write_now(work)


def test_deliveries_are_shown_and_tried_again(house: Path) -> None:
    owe(house)
    status, out, _ = tocsin(house, "deliveries", "--json")
    assert (status, [each["state"] for each in lines(out)]) == (0, ["refused", "refused", "sent"])
    status, out, _ = tocsin(house, "deliveries", "--state", "sent", "--chat", "1", "--json")
    (sent,) = lines(out)
    assert (sent["message"], sent["reason"]) == (77, None)
    status, out, _ = tocsin(house, "deliveries", "--state", "refused")
    assert "blocked" in out
    assert "for 3" not in out  # what an answer says is the person's

    assert tocsin(house, "deliveries", "retry")[0] == 2
    status, _, err = tocsin(house, "deliveries", "retry", "2", "3")
    assert status == 1
    assert "1 to be tried again" in err
    assert "3: not refused, or nothing is left of it to send" in err
    status, out, _ = tocsin(house, "deliveries", "--state", "pending", "--json")
    assert [each["chat"] for each in lines(out)] == [2]
    assert tocsin(house, "deliveries", "retry", "--all-refused")[0] == 1


def test_render_shows_what_would_be_sent(house: Path) -> None:
    (house / "draft").write_text("<b>{{ title }}</b>\n{{ words|join(' · ') }}", "utf-8")
    (house / "broken").write_text("fine\n{{ titel }}", "utf-8")
    status, out, _ = tocsin(house, "render", "poutine", "seeds", "--lang", "fr")
    assert status == 0
    assert "<b>Le Kremlin" in out
    assert "[Pourquoi ?]" in out.replace("\u202f", " ").replace("\u00a0", " ")
    status, out, _ = tocsin(house, "render", "poutine", "seeds", "--template", "draft", "--json")
    (message,) = lines(out)
    assert message["method"] == "sendMessage"
    assert message["text"].splitlines()[1].startswith("Poutine")
    status, _, err = tocsin(house, "render", "poutine", "seeds", "--template", "broken")
    assert status == 2
    assert "broken:2:1: error: there is no titel" in err
    assert tocsin(house, "render", "air", "seeds")[0] == 1


def test_check_tries_templates(house: Path) -> None:
    rules = house / "rules" / "air.toml"
    text = rules.read_text("utf-8").replace(
        'query = "zeppelin"', 'query = "zeppelin"\ntemplate = "shrt"'
    )
    rules.write_text('[templates]\nshort = """\n<b>{{ title }}"""\n' + text, "utf-8")
    status, out, _ = tocsin(house, "check")
    assert status == 1
    assert "air.toml:3:1: error: <b> has no end" in out
    assert "there is no template shrt under [templates] (did you mean short?)" in out
