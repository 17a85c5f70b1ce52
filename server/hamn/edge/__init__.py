"""The ASGI edge: turns sockets and requests into calls of app, and decides nothing."""
