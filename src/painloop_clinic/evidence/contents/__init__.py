"""What the pages show, made ready: rows, words and charts out of the evidence, without any markup."""
