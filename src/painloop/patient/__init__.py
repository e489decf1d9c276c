"""The person: virtual populations, random streams, and the files of a real one."""
