"""Gmail by its own interface (history.list, threads as Gmail ties them). Not in this release: the next one fills this module;
until then ``open_source`` refuses ``gmail:`` and names IMAP and Takeout as the ways in. Nothing imports it yet."""
