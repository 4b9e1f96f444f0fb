"""The tables on both databases, and what tests of other rooms need of both."""
