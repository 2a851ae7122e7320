"""ImageSearch-v0: recognise by image search, look up, and search only where the picture does not answer."""
