"""Does the service hold for hours, under more than it can do, while the machines around it fail? ``make soak``."""
