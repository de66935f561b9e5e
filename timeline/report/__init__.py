"""What leaves the case: report model, Markdown, and event exports."""
