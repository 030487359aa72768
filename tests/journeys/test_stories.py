"""What happens to people who write: words in, words out, and what a human sees."""

import asyncio

from nlu.labels import Danger, Intent, Urgency
from storage import tickets
from storage.rows import NewOutbound, TicketState
from storage.talks import road
from storage.talks.threads import thread
from storage.words.speech import say
from tests.journeys.conftest import World


async def test_a_bystander_of_a_drowning_gets_the_rescue_first(world: World) -> None:
    boatman = await world.reporter()

    replies = await boatman.write("co dua nho rot xuong kinh, no dang chim, cuu voi")

    assert replies[0]["urgent"]
    assert "115" in replies[0]["text"] or "114" in replies[0]["text"]
    assert len(replies[0]["text"]) <= 160
    ticket = await world.the_ticket()
    assert ticket.kind is Intent.DROWNING_EMERGENCY
    assert ticket.urgency is Urgency.CRITICAL
    assert ticket.danger is Danger.DROWNING
    assert ticket.state is TicketState.NEW


async def test_where_is_asked_once_and_the_answer_reaches_the_ticket(world: World) -> None:
    boatman = await world.reporter()
    await boatman.write("co dua nho rot xuong kinh, no dang chim, cuu voi")

    for _ in range(3):
        if "where" in boatman.words or "ở đâu" in boatman.words:
            break
        await boatman.write("da")
    await boatman.write("xa Nui Cam")

    ticket = await world.the_ticket()
    assert ticket.commune_code is not None
    assert world.service.places.name(ticket.commune_code) == "Xã Núi Cấm"


async def test_a_child_beaten_at_night_is_believed_and_not_sent_home(world: World) -> None:
    child = await world.reporter()

    replies = await child.write("ba dang danh me voi con con so qua")

    assert replies[0]["urgent"]
    assert "113" in child.words or "111" in child.words
    assert "giữ bí mật" not in child.words
    ticket = await world.the_ticket()
    assert ticket.urgency is Urgency.CRITICAL


async def test_a_child_threatened_with_pictures_is_told_not_to_pay(world: World) -> None:
    child = await world.reporter()

    await child.write("co nguoi doi tung hinh nhay cam cua em len mang neu em khong chuyen tien")

    ticket = await world.the_ticket()
    assert ticket.kind is Intent.ONLINE_ABUSE
    assert ticket.urgency.rank <= Urgency.HIGH.rank
    assert "gửi hình cho" not in child.words.lower()


async def test_a_suicidal_teenager_is_not_left_alone(world: World) -> None:
    teenager = await world.reporter()

    replies = await teenager.write("em muon chet, em dang cam chai thuoc tru sau")

    assert replies[0]["urgent"]
    ticket = await world.the_ticket()
    assert ticket.kind is Intent.SUICIDE_SELF_HARM
    assert ticket.urgency is Urgency.CRITICAL


async def test_an_unfenced_pit_becomes_a_ticket_and_rings_nobody(world: World) -> None:
    neighbour = await world.reporter()

    await neighbour.write(
        "Gần trường học xóm tôi có cái hố nước sâu không rào, trẻ con hay chơi gần đó"
    )

    ticket = await world.the_ticket()
    assert ticket.kind is Intent.DROWNING_HAZARD
    assert ticket.urgency is Urgency.NORMAL


async def test_a_lottery_child_becomes_a_ticket(world: World) -> None:
    neighbour = await world.reporter()

    await neighbour.write("Có bé gái khoảng 9 tuổi bán vé số tới khuya ở chợ, không được đi học")

    ticket = await world.the_ticket()
    assert ticket.kind is Intent.CHILD_LABOUR
    assert ticket.urgency.rank <= Urgency.NORMAL.rank


async def test_a_prank_is_answered_kindly_and_the_door_stays_open(world: World) -> None:
    joker = await world.reporter()

    await joker.write("alo bot ngu vcl haha")
    assert joker.last
    assert await world.tickets() == []
    await joker.write("thiet ra la duong hay so mo em, em so lam")

    ticket = await world.the_ticket()
    assert ticket.kind is Intent.SEXUAL_ABUSE
    assert ticket.urgency.rank <= Urgency.HIGH.rank


async def test_thanks_open_no_ticket(world: World) -> None:
    parent = await world.reporter()

    await parent.write("Cảm ơn cô nhiều nha")

    assert parent.last
    assert await world.tickets() == []


async def test_an_english_speaker_is_answered_in_english(world: World) -> None:
    tourist = await world.reporter()

    replies = await tourist.write("Help, a child fell into the river and is drowning right now")

    assert replies[0]["urgent"]
    assert "child" in tourist.words.lower() or "call" in tourist.words.lower()
    assert (await world.the_ticket()).urgency is Urgency.CRITICAL


async def test_khmer_is_answered_with_khmer_and_vietnamese(world: World) -> None:
    mother = await world.reporter()

    await mother.write("ជួយផង កូនខ្ញុំលង់ទឹក")

    assert any("\u1780" <= letter <= "\u17ff" for letter in mother.words)
    assert "115" in mother.words or "111" in mother.words


async def test_the_same_message_twice_gets_the_same_answer_and_one_ticket(world: World) -> None:
    child = await world.reporter()

    first = await child.send({"text": "ba dang danh me voi con"}, client_id="same")
    second = await child.send({"text": "ba dang danh me voi con"}, client_id="same")

    assert [reply["id"] for reply in first] == [reply["id"] for reply in second]
    assert len(await world.tickets()) == 1


async def test_ten_messages_at_once_are_answered_in_order(world: World) -> None:
    child = await world.reporter()

    await asyncio.gather(*(child.write(f"con so qua {number}") for number in range(10)))

    ticket = await world.the_ticket()
    entries = await thread(world.service.store, ticket.conversation_id)
    asked = [entry.inbox_id for entry in entries if entry.from_reporter]
    assert len(asked) == 10
    assert asked == sorted(asked, key=lambda inbox_id: inbox_id or 0)


async def test_an_operator_takes_over_and_the_bot_stays_silent(world: World) -> None:
    child = await world.reporter()
    await child.write("duong hay so mo em, em so lam")
    operator = await world.operator()
    ticket = await world.the_ticket()
    store, now = world.service.store, world.service.clock()

    claim = await tickets.claim_ticket(store, ticket.id, user_id=operator, now=now)
    await tickets.take_over(
        store, ticket.conversation_id, ticket_id=ticket.id, user_id=operator, now=now
    )
    await say(
        store,
        conversation_id=ticket.conversation_id,
        ticket_id=ticket.id,
        user_id=operator,
        message=NewOutbound(
            body={"text": "Chào em, cô là cán bộ trực."}, author=operator, is_pulled=True
        ),
        now=now,
    )
    replies = await child.write("da em chao co")

    assert claim.won
    assert replies == []
    entries = await thread(store, ticket.conversation_id)
    assert operator in {entry.author for entry in entries}


async def test_a_new_danger_is_answered_although_an_operator_holds_the_talk(world: World) -> None:
    child = await world.reporter()
    await child.write("duong hay so mo em, em so lam")
    operator = await world.operator()
    ticket = await world.the_ticket()
    store, now = world.service.store, world.service.clock()
    await tickets.claim_ticket(store, ticket.id, user_id=operator, now=now)
    await tickets.take_over(
        store, ticket.conversation_id, ticket_id=ticket.id, user_id=operator, now=now
    )

    replies = await child.write("em cua em moi rot xuong kinh roi cuu voi")

    assert replies
    assert replies[0]["urgent"]


async def test_the_quick_exit_word_silences_and_closes_nothing(world: World) -> None:
    child = await world.reporter()
    await child.write("ba dang danh me voi con")

    await child.write("THOÁT")

    ticket = await world.the_ticket()
    assert ticket.state is TicketState.NEW
    assert ticket.urgency is Urgency.CRITICAL
    assert "đánh" not in child.words


async def test_asking_for_a_person_is_seen_by_a_person(world: World) -> None:
    parent = await world.reporter()

    await parent.write("NGƯỜI")

    ticket = await world.the_ticket()
    assert ticket.needs_human


async def test_the_dialogue_state_survives_in_the_database_alone(world: World) -> None:
    child = await world.reporter()
    await child.write("ba dang danh me voi con")
    ticket = await world.the_ticket()

    loaded = await road.peek(world.service.store, ticket.conversation_id, now=world.service.clock())

    assert loaded.state["urgency"] == "critical"
    assert loaded.waiting == ()
