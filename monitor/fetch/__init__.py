"""One polite, guarded GET (and, for hubs, POST), and when to come again.

`client.Fetcher` is the only way out to the web: every outgoing request of the monitor passes its
guard, its limits and its deadline, and every answer comes back as a value of
`monitor.model.fetch`. `cadence.next_fetch` decides, without clock or network, when a feed is due.

A fetch reads like this: `addresses` reads the URL, `guard` decides about the address the socket is
about to connect to (`network` asks it), `headers` writes the request, `bodies` reads the answer
within its bounds (`keeping` holds what came of it), `outcomes` turns it into a value, `pacing` and
`links` read what its header fields say about coming again and about hubs.

Importing `client` costs a fifth of a second (httpx), so only commands that fetch do it.
"""
