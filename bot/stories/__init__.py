"""Which items report the same thing.

An item leaves a *trace* (``trace.py``): the words of its title and of the beginning of its text, and
the runs of three words among them. A few of the runs are its *marks*, by which a *memory* of the last
days (``memory.py``) proposes earlier items; the *judgement* (``judging.py``) compares the two traces,
and the facts in which they differ (``facts.py``), and alone decides. Two items are also one story when
they have a *key* in common (``keys.py``): an address, or all of their words.
"""
