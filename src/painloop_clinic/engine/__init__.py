"""Simulations in processes of their own, asked over a local socket.

``client`` is what pages call; ``service`` listens, with two lanes (one person, populations) so that a heavy request
never holds up a light one; ``process`` is the warm process that alone loads the numerical engine.
"""
