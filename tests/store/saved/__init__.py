"""A records file of every released schema, each with made-up data in every table."""
