"""The values that travel between the rooms: frozen, typed, no I/O, nothing of ours imported.

Instants end in `_at` and are aware UTC; dates end in `_on`; durations are `timedelta` or
carry their unit in the name. Words are those of docs/architecture.md, "Words".
"""
