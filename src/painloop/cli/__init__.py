"""The command line: one file a command, found by entry point and imported only when it is asked for."""
