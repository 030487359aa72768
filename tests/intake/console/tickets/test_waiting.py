"""What waits for TIẾP, as the desk sees it: said before sending, overridden, locked."""

from intake.permissions import Role
from nlu.labels import Urgency
from storage import tickets
from storage.rows import OutboxState
from storage.talks import road, threads


async def _held_by_lan(console, **report):
    """A ticket of a messenger that the operator Lan has claimed."""
    ticket = await console.rows.report(channel="telegram", **report)
    lan = await console.signed_in(Role.OPERATOR, name="Lan")
    path = f"/console/tickets/{ticket.number}"
    await lan.post(f"{path}/claim")
    return ticket, lan, path


async def _last(console, ticket):
    return (await threads.newest(console.service.store, ticket.conversation_id))[-1]


async def _events(console, ticket):
    detail = await tickets.look_again(console.service.store, ticket.number)
    assert detail is not None
    return {event.kind: event for event in detail.events}


async def test_the_composer_says_until_when_words_go_out_at_once(console) -> None:
    _, lan, path = await _held_by_lan(console)

    _, text = await lan.get(path)

    assert "thì tin đi ngay. Sau đó tin chờ" in text
    assert "Sẽ chờ đến khi người báo tin gõ TIẾP" not in text


async def test_the_composer_says_that_words_will_wait_and_then_that_they_do(console, clock) -> None:
    ticket, lan, path = await _held_by_lan(console)
    clock.forward(121)

    _, text = await lan.get(path)
    assert "Sẽ chờ đến khi người báo tin gõ TIẾP" in text
    assert "Chưa biết giờ an toàn nên máy không gõ cửa" in text
    _, text = await lan.post(f"{path}/messages", text="Cô đây, con kể tiếp đi")

    assert "chờ người báo tin gõ TIẾP" in text
    assert "Đang chờ: 1 tin." in text
    entry = await _last(console, ticket)
    assert (entry.body["text"], entry.state) == ("Cô đây, con kể tiếp đi", OutboxState.HELD)
    assert (await _events(console, ticket))["operator_wrote"].detail["held"] is True


async def test_on_the_web_nothing_waits(console, clock) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR)
    path = f"/console/tickets/{ticket.number}"
    await lan.post(f"{path}/claim")
    clock.forward(3600)

    _, text = await lan.get(path)
    assert 'id="waiting"' not in text
    assert 'id="safe-times"' not in text
    await lan.post(f"{path}/messages", text="Cô đây")

    assert (await _last(console, ticket)).state is OutboxState.SENT


async def test_safe_times_stand_on_the_page_in_both_languages(console) -> None:
    _, lan, path = await _held_by_lan(console, state={"safe_times": "21:00-23:00"})

    _, text = await lan.get(path)
    assert "An toàn để nhắn" in text
    assert "21:00–23:00" in text
    await lan.post("/console/language", language="en")
    _, text = await lan.get(path)
    assert "Safe to write" in text


async def test_the_composer_says_when_the_machine_will_knock(console, clock) -> None:
    _, lan, path = await _held_by_lan(console, state={"safe_times": "00:00-24:00"})
    clock.forward(600)

    _, text = await lan.get(path)

    assert "Máy gõ cửa một lần, không nhắc chuyện gì" in text


async def test_on_a_critical_ticket_words_go_out_at_once_with_a_reason(console, clock) -> None:
    ticket, lan, path = await _held_by_lan(console, urgency=Urgency.CRITICAL)
    clock.forward(600)

    _, text = await lan.get(path)
    assert "Gửi ngay, không chờ" in text
    _, text = await lan.post(
        f"{path}/messages",
        text="Công an tới cửa rồi, con mở cửa nha",
        at_once="1",
        override="Công an báo đã tới nơi",
    )

    assert (await _last(console, ticket)).state is OutboxState.PENDING
    event = (await _events(console, ticket))["knock_overridden"]
    assert event.note == "Công an báo đã tới nơi"
    assert "Gửi ngay, không chờ TIẾP" in text
    assert "Công an báo đã tới nơi" in text


async def test_without_a_reason_nothing_is_sent_and_all_that_was_typed_is_kept(
    console, clock
) -> None:
    ticket, lan, path = await _held_by_lan(console, urgency=Urgency.CRITICAL)
    clock.forward(600)

    status, text = await lan.post(
        f"{path}/messages", text="Con mở cửa nha", at_once="1", override="ừ"
    )

    assert status == 422
    assert "Con mở cửa nha" in text
    assert "Hãy ghi lý do" in text
    assert (await _last(console, ticket)).body["text"] != "Con mở cửa nha"


async def test_a_reason_beside_the_ordinary_button_overrides_nothing(console, clock) -> None:
    ticket, lan, path = await _held_by_lan(console, urgency=Urgency.CRITICAL)
    clock.forward(600)

    await lan.post(f"{path}/messages", text="Con mở cửa nha", override="Công an báo đã tới")

    assert (await _last(console, ticket)).state is OutboxState.HELD


async def test_a_ticket_that_is_not_critical_offers_no_override_and_heeds_none(
    console, clock
) -> None:
    ticket, lan, path = await _held_by_lan(console, urgency=Urgency.HIGH)
    clock.forward(600)

    _, text = await lan.get(path)
    assert "Gửi ngay, không chờ" not in text
    await lan.post(f"{path}/messages", text="Cô đây", at_once="1", override="Tôi sốt ruột")

    assert (await _last(console, ticket)).state is OutboxState.HELD
    assert "knock_overridden" not in await _events(console, ticket)


async def test_after_exit_not_even_a_critical_ticket_lets_anybody_write_first(
    console, clock
) -> None:
    ticket, lan, path = await _held_by_lan(
        console, urgency=Urgency.CRITICAL, state={"hidden": True}, is_hushed=True
    )

    _, text = await lan.get(path)
    assert "đã gõ THOÁT" in text
    assert "Gửi ngay, không chờ" not in text
    await lan.post(f"{path}/messages", text="Cô đây", at_once="1", override="Việc rất gấp")

    assert (await _last(console, ticket)).state is OutboxState.HELD


async def test_a_phone_in_other_hands_locks_everybody_until_a_supervisor_gives_a_reason(
    console,
) -> None:
    ticket, lan, path = await _held_by_lan(
        console,
        facts={"phone_changed_hands": True},
        state={"phone_taken": True, "safe_times": "00:00-24:00"},
        is_hushed=True,
    )
    hoa = await console.signed_in(Role.SUPERVISOR)

    _, text = await lan.get(path)
    assert "Ô viết đã khoá" in text
    assert "unlock-form" not in text
    for act in ("messages", "take-over", "unlock"):
        status, _ = await lan.post(f"{path}/{act}", text="con có sao không?", reason="cho tôi viết")
        assert status == 403, act
    status, text = await hoa.post(f"{path}/unlock", reason="")
    assert status == 422
    assert "Hãy ghi lý do" in text
    _, text = await hoa.post(f"{path}/unlock", reason="Em gọi lại bằng máy của cô giáo")
    assert "Đã mở lại ô viết" in text

    assert (await _events(console, ticket))["composer_unlocked"].note.startswith("Em gọi lại")
    _, text = await lan.post(f"{path}/messages", text="Cô đây")
    assert "Cô đây" in text
    talk = await road.peek(console.service.store, ticket.conversation_id, now=ticket.opened_at)
    assert talk.state["phone_taken"] is False
    assert talk.state["safe_times"] == ""


async def test_a_supervisor_is_locked_too_until_the_reason_is_given(console) -> None:
    ticket = await console.rows.report(facts={"phone_changed_hands": True})
    hoa = await console.signed_in(Role.SUPERVISOR)
    path = f"/console/tickets/{ticket.number}"

    _, text = await hoa.post(f"{path}/claim")
    assert "có thể đã sang tay người khác" in text
    assert "unlock-form" in text
    status, _ = await hoa.post(f"{path}/messages", text="Chào anh chị")
    assert status == 403
