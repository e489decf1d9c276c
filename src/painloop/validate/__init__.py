"""Every claim the project makes, graded and checked against something outside."""
