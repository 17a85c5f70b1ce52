"""ASC1, the end-to-end protocol, in Python: a real second client, pure and without I/O.

Nothing here opens a socket, reads a clock or draws chance: random bytes come from a source that
is passed in, the time is an argument, and iteration counts are arguments with the protocol's
numbers as defaults. The server itself uses only the parsers and the certificate checks.
"""
