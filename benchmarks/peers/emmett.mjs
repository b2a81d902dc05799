// Emmett's PostgreSQL event store as its handlers use it: a side, see benchmarks/callers.py.
// node emmett.mjs CONNINFO-AS-JSON STREAMS CONNECTIONS

import { createInterface } from 'node:readline';
import { CommandHandler } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

const EVENTS = 10;
const [where, streams, connections] = [JSON.parse(process.argv[2]), +process.argv[3], +process.argv[4]];
const pool = new pg.Pool({ ...where, max: connections });
const address =
  `postgresql://${where.user}@${encodeURIComponent(where.host)}:${where.port}/${where.database}`;
const store = getPostgreSQLEventStore(address, {
  schema: { autoMigration: 'None' },
  connectionOptions: { pool },
});
const note = 'n'.repeat(420);
const offerMade = (number) => ({
  type: 'OfferMade',
  data: { number, party: 'party-a', target: '99.95', credit: '10%', at: '2026-11-22T00:00:00Z', note },
});
const handle = CommandHandler({
  evolve: (state, event) => ({ offers: state.offers + 1, target: event.data.target }),
  initialState: () => ({ offers: 0, target: '' }),
});

const migrating = getPostgreSQLEventStore(address, {
  schema: { autoMigration: 'CreateOrUpdate' },
  connectionOptions: { pool },
});
await migrating.schema.migrate();
let next = 0;
const seed = async () => {
  while (next < streams) {
    const events = Array.from({ length: EVENTS }, (_, at) => offerMade(at + 1));
    await store.appendToStream(`agreement-${next++}`, events, {
      expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
    });
  }
};
await Promise.all(Array.from({ length: 16 }, seed));

let appended = 0;
const operations = {
  append: () => {
    const stream = `appended-${appended++}`;
    let version = 'STREAM_DOES_NOT_EXIST';
    return async () => {
      const answer = await store.appendToStream(stream, [offerMade(1)], {
        expectedStreamVersion: version,
      });
      version = answer.nextExpectedStreamVersion;
    };
  },
  cold: (caller, callers) => {
    const mine = Math.max(1, Math.floor(streams / callers));
    let turn = Math.floor(Math.random() * mine);
    return () => {
      const stream = (caller + callers * (turn++ % mine)) % streams;
      return handle(store, `agreement-${stream}`, (state) => offerMade(state.offers + 1));
    };
  },
};

const made = new Map();
const work = async ({ operation, callers, seconds }) => {
  const named = `${operation} ${callers}`;
  if (!made.has(named)) {
    const all = Array.from({ length: callers }, (_, at) => operations[operation](at, callers));
    for (const each of all) await each(); // a first time is not what is measured
    made.set(named, all);
  }
  const taken = [];
  let over = false;
  const began = performance.now();
  const callersWork = made.get(named).map(async (each) => {
    while (!over) {
      const started = performance.now();
      await each();
      taken.push(performance.now() - started);
    }
  });
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const [done, lasted] = [taken.length, (performance.now() - began) / 1000];
  over = true;
  await Promise.all(callersWork);
  taken.sort((one, other) => one - other);
  const at = (part) => taken[Math.floor(taken.length * part)] * 1000;
  return { operations: Math.max(done, 1), seconds: lasted, p50: at(0.5), p99: at(0.99) };
};

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  const answer = told.operation === undefined ? { ready: true } : await work(told);
  console.log(JSON.stringify(answer));
}
process.exit(0);
