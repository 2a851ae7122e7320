"""TextSearch-v0: questions of several hops over the pages of a synthetic world, without a picture."""
