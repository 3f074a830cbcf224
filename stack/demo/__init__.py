"""The demo company: its generated history, its cases, and the narrated run."""
