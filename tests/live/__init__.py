"""What the embedded live store, its bell and its place promise beyond their ports."""
