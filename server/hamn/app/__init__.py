"""Use cases: load a value, let core step it, save it by compare-and-swap, perform the effects."""
