"""The tests: sentences about what Hamn promises, and the tools they share."""
