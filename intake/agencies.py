"""Whom the Centre works with (cơ quan phối hợp): codes; the console's words name them.

The first are those that the law names for a report: Law on Children 2016 Art. 51(2), Decree 56/2017
Art. 25(1) and 26(1). `agency.<code>` in the words carries the name that is used since July 2025.
"""

LAWFUL = (
    "commune_committee",
    "commune_police",
    "provincial_police",
    "hotline_111",
    "health_department",
)
"""A report that reached one of these has been forwarded."""
OTHERS = (
    "border_guard",
    "education",
    "hospital",
    "womens_union",
    "legal_aid",
    "other",
)
AGENCIES = (*LAWFUL, *OTHERS)
WAYS = ("phone", "in_person", "message", "email", "document", "other")
"""How it was done; `way.<code>` in the words."""
