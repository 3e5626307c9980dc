"""The documents of the API as /openapi.json describes them: one model for each, keys as in docs/json.md.

They describe and check nothing at run time: the shapes of `monitor.service` are what is sent, and a test
holds real answers of every address against these. More keys may be added to any of them.
"""
