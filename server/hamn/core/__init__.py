"""The rules of the service: pure values and steps, with no clock, chance, log or third party."""
