"""Model cards: what an entry says, how sure it is, and what it cannot do, as rich renderables."""

from painloop.library.cards.card import card
from painloop.library.cards.listing import listing, summary

__all__ = ["card", "listing", "summary"]
