"""Mẫu số 01 on the page of a ticket, further matters, other tickets, the print view."""

import re

from intake.clock import LOCAL_ZONE
from intake.permissions import Role
from storage import events
from storage.tickets import forms

NUMBER = "0900000123"
REASON = "Ghi theo lời người báo"
TOLD = {
    "told": [
        {"fact": "child_age", "value": "9", "words": "con 9 tuổi", "sure": True},
        {"fact": "phone", "value": NUMBER, "owner": "reporter", "words": f"số {NUMBER}"},
    ],
    "also": ["bullying"],
}


async def _told(console, ticket, kind: str) -> list[dict[str, object]]:
    found = await events.ticket_events(console.service.store, ticket.id)
    return [dict(each.detail) for each in found if each.kind == kind]


async def _fields(console, ticket) -> dict[str, str]:
    return dict((await forms.form_of(console.service.store, ticket.id)).fields)


async def test_who_holds_the_ticket_writes_and_the_page_and_the_event_show_it(console) -> None:
    ticket = await console.rows.report()
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    path = f"/console/tickets/{ticket.number}"
    await lan.post(f"{path}/claim")

    status, text = await lan.post(
        f"{path}/form", version="0", child_name="Bé Na", child_state="Khóc,\r\nchưa ăn"
    )

    assert status == 200
    assert await _fields(console, ticket) == {
        "child_name": "Bé Na",
        "child_state": "Khóc,\nchưa ăn",
    }
    (event,) = await _told(console, ticket, forms.WRITTEN)
    assert event["fields"] == ["child_name", "child_state"]
    assert "Bé Na" not in text  # masked like every name
    assert "Tên trẻ, Tình trạng hiện tại của trẻ" in text


async def test_a_supervisor_writes_and_an_operator_without_the_ticket_does_not(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    boss = await console.signed_in(Role.SUPERVISOR, "boss")
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await boss.post(f"{path}/form", version="0", carer="Bà ngoại")

    _, page = await lan.get(path)
    status, text = await lan.post(f"{path}/form", version="1", family="Ở với bà ngoại")

    assert 'id="act-form01"' not in page
    assert status == 409
    assert "Ở với bà ngoại" in text  # nothing typed is lost
    assert await _fields(console, ticket) == {"carer": "Bà ngoại"}


async def test_of_two_who_write_at_once_the_second_loses_nothing(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    boss = await console.signed_in(Role.SUPERVISOR, "boss")
    await lan.post(f"{path}/claim")
    await lan.post(f"{path}/form", version="0", child_now="Ở nhà dì")

    status, text = await boss.post(
        f"{path}/form", version="0", child_now="Ở trường", family="Nghèo"
    )
    kept = await _fields(console, ticket)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version is not None
    again, _ = await boss.post(
        f"{path}/form", version=version[1], child_now="Ở trường", family="Nghèo"
    )

    assert (status, kept) == (409, {"child_now": "Ở nhà dì"})
    assert "Người khác vừa ghi: Ở nhà dì" in text
    assert 'value="Ở trường"' in text
    assert again == 200
    assert await _fields(console, ticket) == {"child_now": "Ở trường", "family": "Nghèo"}


async def test_what_is_masked_is_not_in_the_form_and_stays_when_others_are_saved(console) -> None:
    ticket = await console.rows.report(
        facts={"form": {"caller_number": NUMBER, "mother": "Chị Tư"}}
    )
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post(f"{path}/claim")

    _, before = await lan.post(f"{path}/form", version="0", carer="Bà ngoại")
    _, after = await lan.post(f"{path}/reveal", reason=REASON)

    assert NUMBER not in before
    assert 'name="mother"' not in before
    assert f'name="caller_number" value="{NUMBER}"' in after
    assert await _fields(console, ticket) == {"carer": "Bà ngoại"}


async def test_what_the_machine_read_is_taken_over_by_a_button_and_never_over_words(
    console,
) -> None:
    ticket = await console.rows.report(facts=TOLD)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    await lan.post(f"{path}/claim")
    _, page = await lan.get(path)

    await lan.post(f"{path}/form", version="0", take="caller_number", carer="Bà ngoại")
    await lan.post(f"{path}/form", version="1", take="child_age", child_age="10")

    assert "<q>con 9 tuổi</q>" in page
    assert NUMBER not in page
    assert await _fields(console, ticket) == {
        "caller_number": NUMBER, "carer": "Bà ngoại", "child_age": "10",
    }  # fmt: skip


async def test_too_long_is_said_at_the_field_and_nonsense_is_refused(console) -> None:
    ticket = await console.rows.report()
    path = f"/console/tickets/{ticket.number}"
    boss = await console.signed_in(Role.SUPERVISOR, "boss")

    long, text = await boss.post(f"{path}/form", version="0", carer="b" * 301)
    wrong, _ = await boss.post(f"{path}/form", version="0", child_sex="x")
    unseen, _ = await boss.post(f"{path}/form", version="x", carer="b")

    assert (long, wrong, unseen) == (422, 400, 400)
    assert 'id="form01-carer-problem"' in text
    assert "b" * 301 in text
    assert await _fields(console, ticket) == {}


async def test_matters_are_added_and_removed_with_a_reason(console) -> None:
    ticket = await console.rows.report(facts=TOLD)
    path = f"/console/tickets/{ticket.number}"
    lan = await console.signed_in(Role.OPERATOR, "lan", "Lan")
    refused = await lan.post(f"{path}/matters", kind="neglect_abandonment", reason=REASON)
    await lan.post(f"{path}/claim")

    status, _ = await lan.post(f"{path}/matters", kind="neglect_abandonment", reason="")
    await lan.post(f"{path}/matters", kind="neglect_abandonment", reason=REASON)
    _, text = await lan.post(f"{path}/matters/remove", kind="bullying", reason=REASON)

    assert (refused[0], status) == (200, 422)
    (shown,) = re.findall(r'<ul class="plain" id="matters">(.*?)</ul>', text)
    assert shown.count("<li>") == 1
    assert [each["matter"] for each in await _told(console, ticket, "matter_added")] == [
        "neglect_abandonment"
    ]
    assert len(await _told(console, ticket, "matter_removed")) == 1


async def test_other_tickets_of_the_contact_are_links(console, clock) -> None:
    first = await console.rows.report(account="reporter-x")
    lan = await console.signed_in(Role.SUPERVISOR, "lan", "Lan")
    path = f"/console/tickets/{first.number}"
    await lan.post(f"{path}/claim")
    for to in ("resolved", "closed"):
        await lan.post(f"{path}/state", to=to, state=to, reason=REASON)
    clock.forward(40 * 86_400)
    second = await console.rows.report(account="reporter-x")
    await lan.sign_in("lan")

    _, text = await lan.get(f"/console/tickets/{second.number}")

    assert second.number != first.number
    (shown,) = re.findall(r'id="earlier">(.*?)</ul>', text)
    assert f'href="{path}"' in shown


async def test_the_print_view_is_masked_says_who_printed_when_and_is_an_event(
    console, clock
) -> None:
    form = {"child_name": "Bé Na", "caller_number": NUMBER, "child_state": "Khóc"}
    ticket = await console.rows.report(facts={"form": form})
    lan = await console.signed_in(Role.OPERATOR, "lan", "Nguyễn Lan")
    path = f"/console/tickets/{ticket.number}"

    status, before = await lan.get(f"{path}/print")
    await lan.post(f"{path}/reveal", reason=REASON)
    _, after = await lan.get(f"{path}/print")

    local = clock().astimezone(LOCAL_ZONE).strftime("%d/%m/%Y %H:%M")
    assert status == 200
    assert "Khóc" in before
    assert "Bé Na" not in before
    assert NUMBER not in before
    assert "Bé Na" in after
    assert NUMBER in after
    assert f"Nguyễn Lan in lúc {local}" in before
    assert "<nav" not in before
    printed = await _told(console, ticket, "ticket_printed")
    assert [each["revealed"] for each in printed] == [False, True]
