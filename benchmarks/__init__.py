"""Measurements of the real command: `make bench`, or `python -m benchmarks.NAME`.

They print figures and the machine's part in them; docs/performance.md keeps the ones that count.
A benchmark ends with status 1 when what it measured was wrong, never because it was slow.
"""
