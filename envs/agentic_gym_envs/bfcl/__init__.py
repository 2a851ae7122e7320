"""BFCL-v0: the multi-turn entries of the Berkeley Function Calling Leaderboard, from its own wheel."""
