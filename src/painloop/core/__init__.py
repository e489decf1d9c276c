"""The engine: arrays in, arrays out; no units, no file formats, no input or output.

``structure`` says which matrix entries exist, ``propagators`` computes exp(A h), ``grid`` lays the shared time
grid, ``course`` holds the doses on it, ``engine`` runs a cohort, ``sketch`` merges what is summarised.
JAX is imported by the modules that need it and configured by :func:`painloop.core.startup.configure`, never here.
"""
