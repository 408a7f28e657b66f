"""How runs are started: by a person, a schedule, a webhook, a program."""
