"""RFC 6455 as a page's socket must keep it: the server's cases of the Autobahn test suite, as tables of ours.

The numbers are that suite's, so that its descriptions can be looked up. It expects an echo; `/live` ignores what pages
say, so here a message that is in order leaves the connection open and the next ping answered.
"""
