"""What is kept: staff, roster, certificates, wrapped keys, hashes of codes, sealed envelopes."""
