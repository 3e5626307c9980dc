"""The use cases: the only room that ties settings, network, database and pure rooms together.

Each module is one thing a person or the clock asks for: `refreshing`, `searching`, `digesting`,
`rematching`, `grouping`, `keeping`, and `running`, which rings the bell for all of them.
`wiring.Services` is what they work with.
"""
