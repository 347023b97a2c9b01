"""A lead buyer's day: from five agencies' files to a claim that they pay, in a browser and by terminal."""
