"""Canned replies in Chromium: at the cursor, by the keyboard, without a script, on a phone."""

import pytest

from intake.permissions import Role
from nlu.labels import Intent, Urgency
from storage.words import canned
from storage.words.canned import CannedWords
from tests.intake.console.browser import open_screen, violations

pytestmark = pytest.mark.browser
WORDS = "Cô đang tới {commune} rồi nha."


async def _filled(console) -> str:
    store, now = console.service.store, console.service.clock()
    anh = await console.rows.join("anh", Role.COMMUNICATOR, name="Anh")
    hoa = await console.rows.join("hoa", Role.SUPERVISOR, name="Hoa")
    await console.rows.join("lan", Role.OPERATOR, name="Lan")
    for title, text in (("Đang tới", WORDS), ("Đã nhận tin", "Cô nhận được tin của con rồi.")):
        words = CannedWords(lang="vi", register="child", title=title, text=text)
        reply_id = await canned.add(store, words, user_id=anh, now=now)
        await canned.approve(store, reply_id, seen=words.sha256, user_id=hoa, now=now)
    ticket = await console.rows.report(
        kind=Intent.BULLYING, urgency=Urgency.NORMAL, facts={"author_role": "child"}
    )
    return ticket.number


async def _at_composer(screen, number: str, **look):
    page = await screen.signed_in("lan", **look)
    await page.goto(screen.address(f"/console/tickets/{number}"))
    await page.keyboard.press("c")
    await page.wait_for_selector("#reply")
    return page


async def test_a_reply_goes_where_the_writer_is_and_replaces_nothing(console) -> None:
    number = await _filled(console)

    async with open_screen(console) as screen:
        page = await _at_composer(screen, number)
        await page.fill("#reply", "Chào con. Con ở yên nha.")
        await page.evaluate("document.getElementById('reply').setSelectionRange(0, 9)")
        await page.keyboard.press("Escape")
        await page.keyboard.press("m")
        await page.wait_for_selector("#canned-find:focus")
        await page.keyboard.type("dang toi")
        shown = await page.locator("#canned-list > li:visible").count()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        text = await page.input_value("#reply")
        bubbles = await page.locator(".bubble").count()
        is_back = await page.evaluate("document.activeElement.id")

        await page.evaluate("document.querySelector('#canned').open = true")
        await page.fill("#canned-find", "không có câu này")
        nothing = await page.is_visible("#canned-none span")

    assert shown == 1
    assert text.startswith("Chào con.\nCô đang tới ")
    assert text.endswith(" rồi nha. Con ở yên nha.")
    assert (bubbles, is_back, nothing) == (2, "reply", True)


async def test_without_a_script_the_button_fills_the_composer(console) -> None:
    number = await _filled(console)

    async with open_screen(console) as screen:
        page = await screen.page(java_script_enabled=False)
        await page.goto(screen.address("/console/login"))
        await page.fill("#f-login", "lan")
        await page.fill("#f-password", "thuyen giay mua he xanh")
        await page.click("form button.main")
        await page.goto(screen.address(f"/console/tickets/{number}"))
        await page.click("#claim-form button")
        await page.fill("#reply", "Chào con.")
        await page.click("#canned > summary")
        await page.click("#canned-list button >> nth=0")
        text = await page.input_value("#reply")
        is_found = await page.is_visible("#canned-find")

    assert text.startswith("Chào con.\nCô ")
    assert not is_found


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
async def test_the_list_and_the_pages_are_accessible_and_fit(
    console, tmp_path, width: int, scheme: str
) -> None:
    number = await _filled(console)
    (first, _) = await canned.replies(console.service.store)
    found: dict[str, list[str]] = {}

    async with open_screen(console) as screen:
        look = {"width": width, "height": 844, "color_scheme": scheme}
        page = await _at_composer(screen, number, **look)
        await page.click("#canned > summary")
        assert (await page.locator("#thread").bounding_box())["height"] > 20
        found["composer"] = await violations(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.screenshot(path=tmp_path / "composer.png")
        keeper = await screen.signed_in("hoa", **look)
        for path in ("/console/canned", "/console/canned/new", f"/console/canned/{first.id}"):
            await keeper.goto(screen.address(path))
            found[path] = await violations(keeper)
            assert await keeper.evaluate("document.documentElement.scrollWidth") <= width, path
            name = path.replace("/", "_")
            await keeper.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    assert {path: each for path, each in found.items() if each} == {}
