// Run by mongosh: a replica set of the one server, made once, and ready to take writes when this ends.
/* global db, quit, rs, sleep */
const deadlineMs = 60_000;
const pauseMs = 250;

if (!isMember()) rs.initiate({ _id: 'carillon', members: [{ _id: 0, host: 'mongodb:27017' }] });
for (let waitedMs = 0; !db.hello().isWritablePrimary; waitedMs += pauseMs) {
  if (waitedMs >= deadlineMs) quit(1);
  sleep(pauseMs);
}

function isMember() {
  return db.hello().setName !== undefined;
}
