"""RealXTeam-v0: RealX's questions for three agents, of whom one sees, one searches and one computes."""
