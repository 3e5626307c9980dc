"""Bytes to entries: the pure room between fetching and deciding.

`document.parse_document` is the door. A body goes through it like this::

    document     what is it? gzip, JSON, XML, a web page, nothing
    decoding     bytes to text, whatever header and declaration say
    syndication  RSS, Atom, RDF, CDF: through feedparser (`tamed`), with a second try on its known
                 faults (`repairs`); `entities` refuses bombs, `breaks` finds what is whole
    jsonfeed     JSON Feed 1.0 and 1.1
    entries      both end here: one raw entry becomes one `ParsedEntry`
    cleaning     HTML safe to show, and the plain text that is matched
    pages        a web page instead: what kind (`pagewords`), which feeds it names (`discovery`)
    dates, addresses, language, wishes      the parts of an entry and of a feed
    identity     which entries are new, revised, seen (decided later, against the store)
    opml, outlines, outline_repairs         lists of feeds
    feed_addresses                          when two addresses mean one feed

Nothing here knows a clock, a database or a network: `now` is an argument. Whatever the bytes are,
the outcome is a value (`ParsedFeed` or `ParseFailure`). A hostile document may still cost more
time or memory than it should, so the service calls this room in killable processes.
"""
