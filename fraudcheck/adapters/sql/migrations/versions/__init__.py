"""One file for each change of the tables, oldest first. What has been released is never edited."""
