"""One verb-named service a resource."""
