"""What a person feels and shows: pain ratings, acute analgesia, side effects; one curve per endpoint."""
