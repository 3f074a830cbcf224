# What the scoring API is asked to do in the background: training, promotion, weekly patterns. Writes the folder of models.
FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/app OMP_NUM_THREADS=1 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt \
    && useradd --uid 10001 --no-create-home gatehouse
COPY sidecar ./sidecar
USER gatehouse
CMD ["python", "-m", "sidecar.cli", "jobs", "work"]
