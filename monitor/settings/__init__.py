"""Everything under config/: found, read, checked as a whole, and edited without losing a comment.

    home                    which folder is the home, and what lies where in it
    values, tables          every key with its default, bound and description: the only declaration
    fields, quantities      what a value may look like: durations, sizes, times, names, addresses
    files, layout, faults   a file's text, the place of each key in it, and faults in plain words
    read, feeds, topics     the whole of config/ as one value, or all of its faults at once
    edit, surgery, writing  change config/feeds.toml, and nothing else in it, safely
    init, keys, schemas     written from the declarations: a new home, the docs, JSON Schemas

Nothing here looks into the environment for a secret: `auth_env` is only a name.
"""
