"""The partner service of the demo and the tests: finance, carrier and account data on one port."""
