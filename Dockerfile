# syntax=docker/dockerfile:1
# One image for every service: `docker run carillon dist/apps/dispatcher/src/main.js` chooses one; without a command it is `carillon`, all in one.

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/web/package.json libs/web/
COPY libs/client/package.json libs/client/
COPY libs/react-native/package.json libs/react-native/
# No package needs an install script, and none is run.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY scripts scripts
# What runs, and nothing that tests it.
RUN node_modules/.bin/tsc -p tsconfig.build.json && node libs/web/build.js

FROM node:26.10.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/web/package.json libs/web/
COPY libs/client/package.json libs/client/
COPY libs/react-native/package.json libs/react-native/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# The contract suites with everything they need, for `docker compose --profile test run --rm tests`.
FROM node:26.10.0-bookworm-slim AS test
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/web/package.json libs/web/
COPY libs/client/package.json libs/client/
COPY libs/react-native/package.json libs/react-native/
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
# By name: what lies about in a working copy, a backup for instance, is not for an image.
COPY jest.config.js jest.sequencer.js tsconfig.json tsconfig.build.json nest-cli.json docker-compose.yml ./
COPY apps apps
COPY libs libs
COPY scripts scripts
COPY docs docs
COPY deploy deploy
COPY bench bench
ENV CI=true
USER node
# Every suite over real servers says so in one word.
CMD ["sh", "-c", "exec node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js --cacheDirectory=/tmp/jest $(grep --recursive --files-with-matches --include=*.spec.ts describeWithEngines apps libs)"]

FROM node:26.10.0-bookworm-slim AS runtime
# An init: it hands signals on from the first moment and reaps what a process may leave. Its version is Debian's.
RUN apt-get update && apt-get install --yes --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/apps dist/apps
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/scripts dist/scripts
COPY apps/console/public apps/console/public
COPY --from=build /app/libs/web/dist libs/web/dist
COPY deploy/healthcheck.js deploy/healthcheck.js
COPY docs/errors.json docs/errors.json
COPY package.json LICENSE ./
# Where simulators, and the embedded runtime, keep what they keep: the only folder that is written to, besides /tmp.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 CARILLON_DATA=/data
USER node
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --start-interval=2s CMD ["node", "deploy/healthcheck.js"]
# The flags of `npm start`: they bound the heap and the threads beside the event loop (docs/adr/0014, 0020).
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--max-semi-space-size=8", "--heap-growing-percent=70", "--v8-pool-size=1", "--enable-source-maps"]
CMD ["dist/apps/carillon/src/main.js"]
