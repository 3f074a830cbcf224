"""Work that takes longer than a request may: one job at a time, each a process of its own with a limit on its time."""
