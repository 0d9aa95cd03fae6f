"""A rule file sent by an admin: checked, shown as what it would change, in force with a tap."""

from __future__ import annotations

import difflib
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.chat.asking import answering
from bot.chat.turns.keyboards import button, keyboard, number
from bot.chat.words.languages import N_, Html, fill
from bot.delivery.words import cut
from bot.store import rule_uploads

if TYPE_CHECKING:
    from telegram import Bot

    from bot.chat.turns.office import Difference, Office, Tried
    from bot.chat.turns.turn import Turn
    from bot.store.rule_uploads import Upload

LARGEST: Final = 256 * 1024  # bytes
_MOST_FINDINGS: Final = 8
_MOST_TOPICS: Final = 10
_MOST_LINES: Final = 30  # of the difference between the files
_LONGEST: Final = 120
_TOO_LARGE: Final = N_("A rule file in a chat has at most 256 KiB.")
_PROBLEMS: Final = {
    "name": N_(
        "A rule file is called like <code>topics.toml</code>: small letters, digits, - and _. It "
        "goes where a file of its name is; one of two files of the same name cannot be meant."
    ),
    "same": N_("That is what the file says already."),
    "size": _TOO_LARGE,
    "encoding": N_("A rule file is text in UTF-8."),
}


def received(turn: Turn) -> None:
    """A document came; of an admin in private it is a rule file."""
    document = turn.document
    if document is None or turn.role != "admin" or turn.chat.kind != "private":
        if turn.arguments or turn.chat.kind == "private":
            answering.plain_text(turn)
        return
    if document.size > LARGEST:
        turn.say(turn.language.html(_TOO_LARGE))
        return
    turn.say(turn.language.html("🔎 I am checking it against the rules and the stored items …"))
    turn.errand(
        partial(_fetch_and_try, turn.house.bot, turn.house.office, document.id, document.name),
        _show,
    )


async def _fetch_and_try(bot: Bot, office: Office, file_id: str, name: str) -> Tried:
    file = await bot.get_file(file_id)
    return await office.try_rules(name, bytes(await file.download_as_bytearray()))


def _show(turn: Turn, tried: Tried) -> None:
    language = turn.language
    if tried.problem:
        turn.say(language.html(_PROBLEMS[tried.problem]))
        return
    if tried.findings:
        turn.say(_findings(turn, tried))
        return
    upload = rule_uploads.propose(turn.conn, tried.path, tried.before, tried.text, turn.now)
    turn.say(
        _differences(turn, tried),
        keyboard(
            [
                button(language.gettext("Put it in force"), "ru", upload),
                button(language.gettext("Leave it"), "rd", upload),
            ]
        ),
    )


def put_pressed(turn: Turn) -> None:
    """“Put it in force”: ``NUMBER``."""
    upload = _upload(turn, "proposed")
    if upload is not None:
        turn.notify(turn.language.gettext("I am putting it in force."))
        turn.errand(partial(turn.house.office.put_rules, upload), partial(_put, upload=upload))


def discard_pressed(turn: Turn) -> None:
    """“Leave it”: ``NUMBER``."""
    rule_uploads.discard(turn.conn, number(turn.arguments))
    turn.show(turn.language.html("The rules stay as they are."))


def back_pressed(turn: Turn) -> None:
    """“Take it back”, later: ``NUMBER``."""
    upload = _upload(turn, "in force")
    if upload is not None:
        turn.notify(turn.language.gettext("I am taking it back."))
        turn.errand(
            partial(turn.house.office.take_back, upload), partial(_taken_back, upload=upload)
        )


def _put(turn: Turn, done: bool, *, upload: Upload) -> None:  # noqa: FBT001 - what the errand came to
    language = turn.language
    if not done:
        turn.say(_changed_since(turn, upload))
        return
    rule_uploads.set_state(turn.conn, upload.id, "in force")
    turn.say(
        language.html(
            "📄 <code>{path}</code> is written. What was there is kept.", path=upload.path
        ),
        keyboard([button(language.gettext("Take it back"), "rb", upload.id)]),
    )


def _taken_back(turn: Turn, done: bool, *, upload: Upload) -> None:  # noqa: FBT001 - as above
    if not done:
        turn.say(_changed_since(turn, upload))
        return
    rule_uploads.set_state(turn.conn, upload.id, "taken back")
    turn.say(turn.language.html("📄 <code>{path}</code> is as it was before.", path=upload.path))


def _changed_since(turn: Turn, upload: Upload) -> Html:
    return turn.language.html(
        "<code>{path}</code> was changed by somebody else meanwhile, so I left it alone. Send the "
        "file again.",
        path=upload.path,
    )


def _upload(turn: Turn, state: str) -> Upload | None:
    found = rule_uploads.get(turn.conn, number(turn.arguments))
    if found is None or found.state != state:
        turn.notify(turn.language.gettext("It is gone already."))
        return None
    return found


def _findings(turn: Turn, tried: Tried) -> Html:
    lines = []
    for finding, excerpt in tried.findings[:_MOST_FINDINGS]:
        lines.append(cut(str(finding), 300))
        if excerpt:
            lines.append(excerpt)
    if len(tried.findings) > _MOST_FINDINGS:
        lines.append("…")
    return turn.language.html(
        "⚠️ The file does not pass, so nothing is changed:\n\n<pre>{findings}</pre>",
        findings="\n".join(lines),
    )


def _differences(turn: Turn, tried: Tried) -> Html:
    language = turn.language
    lines = [
        language.html("✅ <code>{path}</code> passes, and would be new.", path=tried.path)
        if tried.before is None
        else language.html("✅ <code>{path}</code> passes. What changes:", path=tried.path)
    ]
    changed = _changed_lines(tried)
    if changed:
        lines.append(fill("<pre>{lines}</pre>", lines="\n".join(changed)))
    if not tried.differences:
        lines.append(language.html("No topic rings otherwise for it."))
    else:
        lines.append(language.html("With the items of the last week:"))
    lines += [_difference(turn, each) for each in tried.differences[:_MOST_TOPICS]]
    if len(tried.differences) > _MOST_TOPICS:
        lines.append(Html("…"))
    return Html("\n".join(lines))


def _changed_lines(tried: Tried) -> list[str]:
    if tried.before is None:
        return []
    before, after = tried.before.splitlines(), tried.text.splitlines()
    told = [
        cut(line, _LONGEST)
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    return told[:_MOST_LINES] + (["…"] if len(told) > _MOST_LINES else [])


def _difference(turn: Turn, each: Difference) -> Html:
    language = turn.language
    marks = {"new": "🆕", "gone": "🗑", "changed": "✏️"}
    counts = f"+{language.number(each.more)} −{language.number(each.fewer)}"
    lines = [
        fill(
            "{mark} <b>{topic}</b>: {counts}",
            mark=marks[each.kind],
            topic=each.topic,
            counts=counts,
        )
    ]
    lines += [fill("    <i>{title}</i>", title=cut(title, _LONGEST)) for title in each.examples]
    return Html("\n".join(lines))
