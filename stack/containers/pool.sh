#!/bin/sh
# Writes pgbouncer's files from the passwords of the environment and runs it.
set -eu
umask 077
cd /tmp
printf '"n8n" "%s"\n"sidecar" "%s"\n' "$N8N_DB_PASSWORD" "$SIDECAR_DB_PASSWORD" > users.txt
cat > pool.ini <<'INI'
[databases]
n8n = host=postgres dbname=n8n user=n8n
sidecar = host=postgres dbname=sidecar user=sidecar
[pgbouncer]
listen_addr = *
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = /tmp/users.txt
pool_mode = transaction
default_pool_size = 12
max_client_conn = 200
ignore_startup_parameters = extra_float_digits,statement_timeout,idle_in_transaction_session_timeout,options
INI
exec pgbouncer pool.ini
