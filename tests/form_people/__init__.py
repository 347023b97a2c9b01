"""Who fills in forms, and what does it look like from the service? People and attackers in a real browser.

``identities`` makes up whose data it is, ``site`` is the site with the forms and the service behind it, ``display`` the
browsers, ``people`` and ``attackers`` are the two tables. The tests run some rows of both; all are run, and written as
a page of the docs, by ``python -m bench.form_proof``.
"""
