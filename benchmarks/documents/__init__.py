"""Made-up suppliers' papers of many layouts, printed by Chromium, and how well they are read."""
