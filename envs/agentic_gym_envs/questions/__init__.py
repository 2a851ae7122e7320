"""Questions as programs: the terms of which a question consists, and what they come to over the facts."""
