"""The page and the JSON API: a door to the use cases in `monitor.service`.

`app` puts the parts together: a module a page, `api` the JSON, `outputs` the feeds and files for other
programs, `answers` what is said when something goes wrong, `safety` the headers and checks around all of
it. `presenting` turns values into HTML with the templates beside it, `markup` prepares the HTML of entries,
`handing` lets what waits for other servers outlast a reader's patience. `server` keeps it all on an address.

Every page and every form works without JavaScript; static/page.js and htmx only make them handier. A change
is a POST. Blocking calls run in threads, so that `monitor run` can serve pages from the loop it refreshes
feeds in.
"""
