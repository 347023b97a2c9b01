"""A third set of worlds, by another hand: other forms, other habits, and attackers who are paid by the lead."""
