"""The rules, as values and steps."""
