"""What every oracle does: it looks with the public tools, and reads what an observation says."""
