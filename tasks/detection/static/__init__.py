"""Sites of plain files, and those that a generator makes out of text."""
