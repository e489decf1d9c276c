"""From drug levels to the fraction of NMDA receptors that is blocked."""
