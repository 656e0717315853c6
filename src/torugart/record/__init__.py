"""What people say and what happened: evidence, and the status it decides."""
