"""Which browser a session belongs to, by its family alone: enough to know one's own again."""

_FAMILIES = (
    ("coc_coc_browser", "coc_coc"),
    ("edg", "edge"),
    ("opr/", "opera"),
    ("samsungbrowser", "samsung"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("crios", "chrome"),
    ("chrome", "chrome"),
    ("safari", "safari"),
)
"""In this order: most browsers claim to be several."""


def family_of(user_agent: str) -> str:
    """Return the family of a browser, `other` for one that we do not know."""
    told = user_agent.casefold()
    return next((family for sign, family in _FAMILIES if sign in told), "other")
