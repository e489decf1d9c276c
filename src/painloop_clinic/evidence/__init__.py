"""The pages of the evidence: claims, trials, questions and the leaflet."""
