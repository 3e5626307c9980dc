"""The page and the JSON API: a read-only door to the use cases in `monitor.service`.

`app` puts the parts together: `reading`, `watching` and `editions` are the pages, `api` the JSON,
`outputs` the feeds and files for other programs, `answers` what is said when something goes wrong,
`safety` the headers and checks around all of it. `presenting` turns values into HTML with the
templates beside it, `markup` prepares the HTML of entries. `server` keeps it all on an address.

Nothing is kept between two requests: no cookie, no session, no form that changes anything. Blocking
calls run in threads, so that `monitor run` can serve pages from the loop it refreshes feeds in.
"""
