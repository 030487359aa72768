"""What the Centre measures by where the law names no number (số đo do Trung tâm định).

Every number here is a reading of ours until the Centre confirms it: docs/operators.md, part 9,
lists them as such, and the console's words say them. Change all three together.
"""

from datetime import timedelta
from fractions import Fraction
from typing import Final

AT_ONCE: Final = timedelta(hours=1)
"""`Ngay` in Decree 56/2017 Art. 25(1), 26(1): until a report of abuse must have gone on."""
ANSWERED_LIFE_IN_MINUTES: Final = timedelta(seconds=30)
"""Until somebody has a danger that is counted in minutes; then the reporter is told the truth."""
ANSWERED_CRITICAL: Final = timedelta(minutes=2)
"""Until somebody has any other critical ticket; then the supervisors are rung."""
TAKEN_HIGH: Final = timedelta(hours=1)
"""Until somebody has a ticket of high urgency (gấp)."""
TAKEN_NORMAL: Final = timedelta(hours=3)
"""Until somebody has an ordinary ticket (thường)."""
AMBER_LEFT: Final = Fraction(1, 3)
"""The share of a term that is left when its clock turns amber (vàng)."""
RED_LEFT: Final = Fraction(1, 10)
"""The share of a term that is left when its clock turns red (đỏ)."""
