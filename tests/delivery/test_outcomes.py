from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.outcomes import (
    ChatMoved,
    ChatRefuses,
    Judge,
    Outcome,
    Postponed,
    Refused,
    ThreadRefuses,
)
from bot.errors import ChatGone, MessageRefused, RetryLater, ThreadGone, TokenRefused
from bot.model import Chat, Message, Priority
from bot.store.outbox import OwedDelivery

BAD_GATEWAY = RetryLater("Bad Gateway")


def owed(number: int = 1, *, chat: int = 7, attempts: int = 1, **other: Any) -> OwedDelivery:
    blank: dict[str, Any] = dict.fromkeys(OwedDelivery.__slots__)
    known = {
        "id": number,
        "chat_id": chat,
        "thread_id": 0,
        "priority": Priority.NORMAL,
        "attempts": attempts,
        "failures": 0,
        "message": Message("sendMessage", {"text": "x"}),
        "chat": Chat(chat, "private"),
    }
    return OwedDelivery(**blank | known | other)


@pytest.fixture
def judge() -> Judge:
    return Judge(jitter=lambda: 1.0)


def seconds(outcome: Outcome) -> float:
    assert isinstance(outcome, Postponed)
    return outcome.wait.total_seconds()


def test_telegrams_own_wait_is_kept_to_the_letter(judge: Judge) -> None:
    error = RetryLater("Flood control", after=timedelta(seconds=37))

    for attempt in (1, 50, 5000):
        assert seconds(judge.failed(owed(attempts=attempt), error)) == 37
    assert judge.pause() == 0


def test_a_failing_message_waits_longer_each_time(judge: Judge) -> None:
    waits = []
    for attempt in range(1, 13):
        judge.passed(owed(99))  # others pass: it is not an outage
        waits.append(seconds(judge.failed(owed(failures=attempt - 1), BAD_GATEWAY)))

    assert waits[0] == 1
    assert waits == sorted(waits)
    assert max(waits) <= 600


def test_a_message_that_fails_while_others_pass_is_given_up(judge: Judge) -> None:
    for attempt in range(1, 100):
        outcome = judge.failed(owed(failures=attempt - 1), BAD_GATEWAY)
        if isinstance(outcome, Refused):
            break
        judge.passed(owed(99))

    assert outcome == Refused("gave up after 20 tries: Bad Gateway")
    assert attempt == 20


def test_while_telegram_is_away_nothing_is_given_up(judge: Judge) -> None:
    """A day of it, four messages at a time."""
    for attempt in range(1, 3000):
        for number in range(4):
            outcome = judge.failed(owed(number, attempts=attempt), BAD_GATEWAY)
            assert seconds(outcome) <= 30
    assert judge.pause() == 30
    judge.passed(owed(99))
    assert judge.pause() == 0
    assert isinstance(judge.failed(owed(1, attempts=3001), BAD_GATEWAY), Postponed)


def test_one_failure_stops_nobody_else(judge: Judge) -> None:
    judge.failed(owed(1), BAD_GATEWAY)
    judge.failed(owed(2), BAD_GATEWAY)
    assert judge.pause() == 0
    judge.failed(owed(3), BAD_GATEWAY)
    assert judge.pause() == 1


@pytest.mark.parametrize("error", [MessageRefused("no"), ChatGone("no")])
def test_a_refusal_is_an_answer_so_there_is_no_outage(judge: Judge, error: MessageRefused) -> None:
    for number in range(10):
        judge.failed(owed(number), BAD_GATEWAY)
        judge.failed(owed(number), error)

    assert judge.pause() == 0


def test_a_refused_message_is_refused_at_once(judge: Judge) -> None:
    assert judge.failed(owed(), MessageRefused("too long")) == Refused("too long")


def test_a_refusing_chat_is_tried_twice(judge: Judge) -> None:
    assert isinstance(judge.failed(owed(1), ChatGone("blocked")), Postponed)
    assert judge.failed(owed(1, attempts=2), ChatGone("blocked")) == ChatRefuses("blocked")


def test_whichever_of_its_deliveries_meets_with_it(judge: Judge) -> None:
    judge.failed(owed(1), ChatGone("blocked"))

    assert isinstance(judge.failed(owed(2, chat=8), ChatGone("blocked")), Postponed)
    assert judge.failed(owed(3), ChatGone("blocked")) == ChatRefuses("blocked")


def test_two_tries_over_a_restart(judge: Judge) -> None:
    judge.failed(owed(1), ChatGone("blocked"))

    assert Judge().failed(owed(1, attempts=2), ChatGone("blocked")) == ChatRefuses("blocked")


def test_a_chat_that_takes_a_message_is_trusted_again(judge: Judge) -> None:
    judge.failed(owed(1), ChatGone("blocked"))
    judge.passed(owed(2))

    assert isinstance(judge.failed(owed(3), ChatGone("blocked")), Postponed)


def test_a_group_that_moved(judge: Judge) -> None:
    assert judge.failed(owed(), ChatGone("moved", moved_to=-1001)) == ChatMoved(-1001, "moved")


def test_a_group_that_moved_to_itself_refuses(judge: Judge) -> None:
    for attempts in (1, 2):
        outcome = judge.failed(owed(attempts=attempts, chat=-5), ChatGone("moved", moved_to=-5))

    assert outcome == ChatRefuses("moved")


def test_a_wrong_token_is_nobodys_outcome(judge: Judge) -> None:
    with pytest.raises(TokenRefused):
        judge.failed(owed(), TokenRefused("no"))


def test_a_defect_is_tried_a_few_times(judge: Judge) -> None:
    outcomes = [judge.defect(owed(failures=n), ValueError("oh")) for n in range(5)]

    assert [type(outcome) for outcome in outcomes] == [Postponed] * 4 + [Refused]
    assert outcomes[-1] == Refused("gave up after 5 tries: ValueError: oh")


def test_it_remembers_only_what_is_in_trouble(judge: Judge) -> None:
    for number in range(50):
        judge.failed(owed(number, chat=number), BAD_GATEWAY)
        judge.failed(owed(number, chat=number), ChatGone("blocked"))
        judge.failed(owed(number, chat=number, attempts=2), ChatGone("blocked"))
        judge.passed(owed(number))

    assert not judge._suspects


def test_a_message_that_is_blamed_is_set_aside_and_then_given_up(judge: Judge) -> None:
    outcomes = [judge.defect(owed(failures=n), ValueError("oh")) for n in range(4)]
    assert all(isinstance(each, Postponed) and each.blamed for each in outcomes)
    tried = []
    for failures in range(20):
        judge.passed(owed(99))
        tried.append(judge.failed(owed(failures=failures), BAD_GATEWAY))
    aside = [isinstance(each, Postponed) and each.aside for each in tried]
    assert aside == [False] * 7 + [True] * 12 + [False]
    assert sum(map(seconds, tried[:7])) <= 13  # so long it holds up its chat
    assert isinstance(tried[-1], Refused)


def test_an_answer_is_not_set_aside(judge: Judge) -> None:
    for failures in range(8):
        judge.passed(owed(99))
        outcome = judge.failed(owed(failures=failures, priority=Priority.ANSWER), BAD_GATEWAY)
    assert outcome == Refused("gave up after 8 tries: Bad Gateway")


def test_a_topic_of_a_forum_is_tried_twice_and_not_its_chat(judge: Judge) -> None:
    first = judge.failed(owed(1, thread_id=5), ThreadGone("TOPIC_CLOSED"))
    assert isinstance(first, Postponed)
    assert isinstance(judge.failed(owed(2, thread_id=6), ThreadGone("TOPIC_CLOSED")), Postponed)
    again = judge.failed(owed(1, thread_id=5), ThreadGone("TOPIC_CLOSED"))
    assert again == ThreadRefuses("TOPIC_CLOSED")


def test_a_topic_that_no_delivery_named_is_the_messages_fault(judge: Judge) -> None:
    error = ThreadGone("message thread not found")
    assert judge.failed(owed(), error) == Refused("message thread not found")
