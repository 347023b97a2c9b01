"""What is a lead, and what is it worth to its buyer? Pure readings of stored facts; none of them moves the score."""
