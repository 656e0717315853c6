"""The report: one HTML file that shows a result bundle and computes nothing new."""
