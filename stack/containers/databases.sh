#!/bin/sh
# Runs once in a fresh PostgreSQL container: a role and a database for each service.
set -eu
for name in odoo n8n sidecar; do
  variable="$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')_DB_PASSWORD"
  eval "password=\${$variable}"
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$password" --username postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8';
SQL
done
