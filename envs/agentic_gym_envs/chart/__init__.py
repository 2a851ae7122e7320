"""Chart-v0: charts whose values are not printed."""
