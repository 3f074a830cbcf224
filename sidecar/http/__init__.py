"""One file a resource: parse, call, serialise."""
