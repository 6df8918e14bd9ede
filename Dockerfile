# bangchim serve in a container: slim, not root, the model inside. docker build -t bangchim . && docker run -p 127.0.0.1:8000:8000 bangchim
FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md ./
COPY data data
COPY model model
COPY eval eval
COPY training training
COPY serve serve
RUN python -m venv /opt/bangchim \
 && /opt/bangchim/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim
COPY --from=build /opt/bangchim /opt/bangchim
RUN useradd --system --uid 10001 --no-create-home bangchim
USER 10001
ENV PATH=/opt/bangchim/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["bangchim", "serve", "--host", "0.0.0.0"]
