"""Drug levels: assembles a linear system from library files and people, and predicts concentrations.

``individuals`` draws parameters, ``system`` assembles A(theta), ``doses`` turns a schedule into inputs,
``choice`` picks a model, ``predict`` answers the exposure command.
"""
