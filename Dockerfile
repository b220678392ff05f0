# The command `gridq` on a bundle that is mounted:
#   docker build --tag gridq .
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD/my_site:/bundle" gridq backtest /bundle

FROM python:3.12-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY data data
RUN python -m pip wheel --no-cache-dir --wheel-dir /wheels '.[btm,dask,glpk,plots]'

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="gridq" \
      org.opencontainers.image.description="Behind-the-meter battery and PV: the dispatch that makes the bill smallest" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index /wheels/*.whl
# any user may be given at run time: nothing is written but below the mounted folder and /tmp
ENV HOME=/tmp
USER 1000:1000
WORKDIR /bundle
ENTRYPOINT ["gridq"]
CMD ["--help"]
