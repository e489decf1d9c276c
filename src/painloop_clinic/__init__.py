"""The web application of painloop: the explorer and the evidence for everyone, later the clinic.

It imports painloop, never the reverse, and its web process never imports the engine's numerical library: whatever is
simulated is asked of the processes of ``painloop_clinic.engine``.
"""
