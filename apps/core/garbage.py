"""How often a process looks for garbage: what it has imported is never any, and a full look halts it for half a second."""

import gc

# allocations until a collection of each generation; Python's own 700 cost a process with a whole house loaded a fifteenth of its time
RARELY = (50_000, 20, 100)


def garbage_later() -> None:
    """While a process sets itself up: nearly nothing is thrown away then, and looking for it costs a third of the start."""
    gc.disable()


def garbage_rarely() -> None:
    """Once all is imported: that stays for good, and the rest is looked through seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
    gc.enable()
