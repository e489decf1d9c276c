"""The dorsal horn as a network of conductances: wind-up, its block, and what the slow loop takes from it."""
