# The `gatehouse` command: the last step of a start (a key of n8n's API, the workflows), and the watch.
FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/app
WORKDIR /app
COPY requirements.txt .
# The lock as constraints: this step needs a few packages of it.
RUN sed "s/\[.*\]//" requirements.txt > constraints.txt \
    && pip install --no-cache-dir --constraint constraints.txt click requests odoorpc prometheus-client \
    && groupadd --gid 10100 gatehouse-setup \
    && useradd --uid 10001 --gid 10100 --no-create-home gatehouse
COPY sidecar ./sidecar
COPY stack ./stack
COPY n8n-workflows ./n8n-workflows
USER gatehouse
CMD ["python", "-m", "stack.containers.setup"]
