"""Tables of many patients: rows of a file as panels."""
