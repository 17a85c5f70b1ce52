"""Whole participants over real sockets: what tests, the load generator and `hamn check` speak with.

They know the protocol (hamn.asc1) and the socket's words, and nothing of the server's inside.
"""
