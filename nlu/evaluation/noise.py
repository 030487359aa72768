"""The kinds of noise that pairs are measured under."""

from nlu.noise.kinds import KINDS, noised

__all__ = ["KINDS", "noised"]
