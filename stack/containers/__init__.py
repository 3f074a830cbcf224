"""What docker-compose.yml runs once at a start: addons, users, keys, credentials and workflows."""
