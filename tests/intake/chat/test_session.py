"""Tokens and cursors: signed, self-contained, and of limited use."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.chat.session import READING_TIME, USE_TIME, SessionSeal, new_session

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
SEAL = SessionSeal(b"k" * 32)


def test_a_token_gives_its_session_back() -> None:
    session = new_session(NOW)

    assert SEAL.session(SEAL.token(session, NOW)) == session


def test_every_session_has_an_id_of_its_own() -> None:
    assert len({new_session(NOW).id for _ in range(100)}) == 100


@pytest.mark.parametrize("change", ["x", "", ".", "~~", "a~b~c.sig", "é", "\ud800"])
def test_a_token_that_we_did_not_sign_is_no_session(change: str) -> None:
    assert SEAL.session(change) is None


def test_a_token_with_one_letter_changed_is_no_session() -> None:
    token = SEAL.token(new_session(NOW), NOW)

    changed = ("1" if token[0] == "0" else "0") + token[1:]

    assert SEAL.session(changed) is None


def test_a_token_of_another_key_is_no_session() -> None:
    token = SessionSeal(b"x" * 32).token(new_session(NOW), NOW)

    assert SEAL.session(token) is None


def test_a_session_can_be_used_for_a_day() -> None:
    session = new_session(NOW)

    assert session.may_be_used(NOW + USE_TIME - timedelta(seconds=1))
    assert not session.may_be_used(NOW + USE_TIME)


def test_a_session_from_the_future_cannot_be_used() -> None:
    assert not new_session(NOW + timedelta(hours=1)).may_be_used(NOW)


def test_a_thread_can_be_read_for_a_while_after_the_last_activity() -> None:
    session = new_session(NOW)
    later = NOW + READING_TIME + timedelta(seconds=1)

    assert session.may_be_read(NOW + READING_TIME, last_entry_at=None)
    assert not session.may_be_read(later, last_entry_at=None)
    assert session.may_be_read(later, last_entry_at=NOW + timedelta(minutes=10))


def test_a_cursor_belongs_to_one_session() -> None:
    mine, yours = new_session(NOW), new_session(NOW)
    cursor = SEAL.cursor(mine, "3-4")

    assert SEAL.place(mine, cursor) == "3-4"
    assert SEAL.place(yours, cursor) is None
    assert SEAL.place(mine, "3-4") is None
    assert SEAL.place(mine, SEAL.token(mine, NOW)) is None


def test_a_session_id_is_not_shown_by_accident() -> None:
    session = new_session(NOW)

    assert session.id not in repr(session)
