"""Invitations (lời mời): made, listed and taken back by administrators; taken up by a stranger.

The key of a link stands behind its `#`, which no browser sends: it is in no log on the way, in no
referrer, and out of the history as soon as the page has posted it. Without scripts it is pasted.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from intake.accounts import BadLogin
from intake.console import sessions
from intake.console.accounts.entrance import secret_in
from intake.console.accounts.role_names import role_options
from intake.console.forms import choice_of, said_in, see_other, text_of
from intake.console.render import page, words_for
from intake.console.sessions import SIGNED_IN
from intake.invitations import VALID_FOR, invite, invited, join
from intake.passwords import WeakPassword
from intake.permissions import Permission, Role, needs, public
from intake.service import SERVICE
from storage.accounts import invitations as kept
from storage.accounts import users
from storage.accounts.invitations import Invitation, InvitationGone
from storage.accounts.users import LoginTaken

_LIST, _LINK = "/console/invitations", "/console/invitation"
_NAME_LETTERS = 80
_KEY_LETTERS = 600
"""A whole link may be pasted where its key is asked for."""
_STATUS = {"open": 200, "unknown": 404}


@needs(Permission.MANAGE_USERS)
async def invitations(request: web.Request) -> web.StreamResponse:
    """List the newest invitations, with the form to make one."""
    return await _invitations(request)


@needs(Permission.MANAGE_USERS)
async def add(request: web.Request) -> web.StreamResponse:
    """Make an invitation; its link is shown on this answer only."""
    service = request.app[SERVICE]
    name = (await text_of(request, "name"))[:_NAME_LETTERS]
    role = await choice_of(request, "role", dict(await role_options(request)))
    if not name:
        problems = {"name": words_for(request)("users.name_missing")}
        typed = {"name": name, "role": role}
        return await _invitations(request, status=422, typed=typed, problems=problems)
    token = await invite(
        service.store,
        name=name,
        role=role,
        now=service.clock(),
        actor_id=request[SIGNED_IN].user.id,
    )
    link = f"{service.settings.web.public_url}{_LINK}#{token}"
    return await _invitations(request, link={"name": name, "address": link})


@needs(Permission.MANAGE_USERS)
async def revoke(request: web.Request) -> web.StreamResponse:
    """Take an invitation back."""
    service = request.app[SERVICE]
    done = await kept.revoke(
        service.store,
        request.match_info["invitation_id"],
        now=service.clock(),
        actor_id=request[SIGNED_IN].user.id,
    )
    return see_other(_LIST, said="invitation_revoked" if done else "invitation_over")


@public
async def ask_key(request: web.Request) -> web.StreamResponse:
    """Take the key out of the link: a script posts it at once, without one it is pasted."""
    return page(request, "invitation_key.html")


@public
async def welcome(request: web.Request) -> web.StreamResponse:
    """Show an invitation to the person who has its key; opening it uses nothing up."""
    return await _welcome(request, await _invited(request))


@public
async def take_up(request: web.Request) -> web.StreamResponse:
    """Make the account and sign the person in; the second factor comes next."""
    service, words = request.app[SERVICE], words_for(request)
    invitation = await _invited(request)
    if invitation is None or invitation.state(service.clock()) != "open":
        return await _welcome(request, invitation)
    password = await secret_in(request, "new")
    if password != await secret_in(request, "again"):
        problems = {"again": words("password.not_equal")}
        return await _welcome(request, invitation, problems)
    try:
        user = await join(
            service.store,
            invitation,
            login=(await text_of(request, "login")).casefold()[:64],
            password=password,
            now=service.clock(),
        )
    except BadLogin:
        return await _welcome(request, invitation, {"login": words("users.login_bad")})
    except LoginTaken:
        return await _welcome(request, invitation, {"login": words("users.login_taken")})
    except WeakPassword as error:
        return await _welcome(request, invitation, {"new": words(f"password.{error.code}")})
    except InvitationGone:  # pressed twice: the first press won
        return see_other("/console/login")
    response = see_other("/console")
    await sessions.begin(request, response, user)
    await users.record_success(service.store, user.id, now=service.clock())
    return response


async def _invitations(
    request: web.Request,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    link: Mapping[str, str] | None = None,
) -> web.Response:
    store = request.app[SERVICE].store
    options = await role_options(request)
    values: dict[str, Any] = {
        "invitations": await kept.list_invitations(store),
        "names": {each.id: each.display_name for each in await users.list_users(store)},
        "role_options": options,
        "role_names": dict(options),
        "typed": typed or {"name": "", "role": Role.OPERATOR.value},
        "problems": problems or {},
        "link": link,
        "hours": round(VALID_FOR.total_seconds() / 3600),
        "said": said_in(request),
    }
    return page(request, "invitations.html", status=status, **values)


async def _invited(request: web.Request) -> Invitation | None:
    return await invited(request.app[SERVICE].store, await _key(request))


async def _key(request: web.Request) -> str:
    """Return the key that was posted, alone or with the link around it."""
    return (await text_of(request, "key"))[:_KEY_LETTERS].rpartition("#")[2]


async def _welcome(
    request: web.Request,
    invitation: Invitation | None,
    problems: Mapping[str, str] | None = None,
) -> web.Response:
    now = request.app[SERVICE].clock()
    state = invitation.state(now) if invitation else "unknown"
    values: dict[str, Any] = {
        "invitation": invitation,
        "state": state,
        "role_names": dict(await role_options(request)),
        "key": await _key(request),
        "login": await text_of(request, "login"),
        "problems": problems or {},
    }
    status = 422 if problems else _STATUS.get(state, 410)
    return page(request, "invitation.html", status=status, **values)


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(_LIST, invitations),
    web.post(_LIST, add),
    web.post(rf"{_LIST}/{{invitation_id:[0-9a-f]{{32}}}}/revoke", revoke),
    web.get(_LINK, ask_key),
    web.post(f"{_LINK}/open", welcome),
    web.post(_LINK, take_up),
)
