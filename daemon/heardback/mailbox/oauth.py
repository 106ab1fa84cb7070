"""Grants of Google and Microsoft: the one-time consent in the browser, refresh tokens kept 0600, and telling a dead grant
(``invalid_grant``, 401, 403) from an outage. Not in this release: it comes with ``gmail``. Nothing imports it yet."""
