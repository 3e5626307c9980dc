"""Which entries tell of one event, and which are the same text again. Pure.

Three relations, never mixed: an *entry* is one unit of one feed; a *copy* is the same text at
another outlet or address; a *story* holds entries about one event. `grouping.group` decides for
new entries against the recent ones and says why; `evaluation` measures its decisions against
labels. Doubt means apart: a wrongly folded entry is one nobody sees.
"""
