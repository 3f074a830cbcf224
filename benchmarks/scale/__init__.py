"""A company of the size the controls are made for: 1,000 policies, 200 users, 100,000 orders, a million log rows."""
