"""Who lives in a fresh sandbox: people of several languages, a group, a forum, a channel."""

from __future__ import annotations

from bot.sandbox.records import Chat, Person, Status, Thread

OWNER = 1001
DESK = -4001
NEWSROOM = -1001000000001
WIRE = -1001000000002


def bot_person(bot_id: int) -> Person:
    """The bot's own account."""
    return Person(bot_id, "Tocsin", username="tocsin_bot", is_bot=True)


def people() -> list[Person]:
    """The people; the first is whoever sits before the screen."""
    return [
        Person(OWNER, "You", username="you"),
        Person(1002, "Claire", "Fontaine", "claire_f", "fr"),
        Person(1003, "Mehmet", "Demir", "mehmetdemir", "tr"),
        Person(1004, "Ольга", "Смирнова", "olga_s", "ru"),
        Person(1005, "ليلى", "حداد", "layla_h", "ar"),
        Person(1006, "James", "Carter", "jcarter", "en"),
    ]


def chats(bot_id: int) -> list[Chat]:
    """The chats of more than two. You administer the group, Claire the forum."""
    member = Status.MEMBER
    return [
        Chat(
            DESK,
            "group",
            "Morning desk",
            members={OWNER: Status.CREATOR, 1002: member, 1003: member, bot_id: member},
        ),
        Chat(
            NEWSROOM,
            "supergroup",
            "Newsroom",
            forum=True,
            threads={2: Thread(2, "Ukraine"), 3: Thread(3, "Türkiye")},
            members={
                1002: Status.CREATOR,
                OWNER: member,
                1004: member,
                1005: member,
                bot_id: member,
            },
            last_id=3,
        ),
        Chat(
            WIRE,
            "channel",
            "The Wire",
            username="tocsin_wire",
            members={
                OWNER: Status.CREATOR,
                1002: member,
                1006: member,
                bot_id: Status.ADMINISTRATOR,
            },
        ),
    ]
