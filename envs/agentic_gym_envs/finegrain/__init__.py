"""FineGrain-v0: small things in large pictures."""
