"""The pages of the explorer: one regimen, one person or a population, live."""
