"""The explorer's calls as a documented HTTP interface."""
