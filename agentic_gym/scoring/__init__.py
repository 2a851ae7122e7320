"""Graders as pure functions, typed answers, and the rubric that makes a reward of them."""
