"""The use cases, on the real embedded stores and a clock that a test moves."""
