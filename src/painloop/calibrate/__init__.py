"""What the published trials say about the parameters of the rivals, and about the rivals."""
