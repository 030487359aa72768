"""Pressed answers on the ticket page: as the button said it, in the reader's language."""

import pytest

from intake.permissions import Role

ANSWERS = {"safe": "safe:yes", "breath": "breath:unknown", "role": "who:child", "where": "sau chợ"}


@pytest.mark.parametrize(
    ("language", "labels"),
    [("vi", ("An toàn", "Không biết", "Em nhỏ")), ("en", ("Safe", "Don&#39;t know", "A child"))],
)
async def test_a_pressed_answer_is_shown_as_the_button_said_it(
    console, language: str, labels: tuple[str, ...]
) -> None:
    ticket = await console.rows.report("con bi ba danh", facts={"answers": ANSWERS})
    lan = await console.signed_in(Role.OPERATOR)
    await lan.post("/console/language", language=language)

    _, page = await lan.get(f"/console/tickets/{ticket.number}")

    assert "sau chợ" in page
    for payload in ("safe:yes", "breath:unknown", "who:child"):
        assert payload not in page
    for label in labels:
        assert f"<dd>{label}" in page
