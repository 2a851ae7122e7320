"""What exists in a world: the kinds of each domain, one module a domain."""
