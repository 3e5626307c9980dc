"""The names and words of news in several languages, each spelling leading to one concept.

What is kept here are lists a person reads and edits; `monitor.stories.concepts` reads them.
"""
