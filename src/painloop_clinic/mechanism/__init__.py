"""The pages of the mechanism: from the drug to the dorsal horn and pain, scrubbed through time."""
