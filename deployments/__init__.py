"""How runs are started: by a person, a schedule, a webhook, a program."""

import atexit
import gc

# thousands of classes are made while modules are imported, and all of them stay: looking for garbage among them in
# vain, then and once more at the end, takes a quarter of the time that a short command has
gc.set_threshold(100_000, 20, 100)
atexit.register(gc.freeze)
