// Run by mongosh in the service `mongo-init`, each time that everything is brought up, and may be repeated: makes the one
// member a replica set, without which no write has a majority, and the user that Ghost is. A new password of that user, in the
// secret `ledger-url`, is given to it here.
const { readFileSync } = require('node:fs');

const MEMBER = 'mongo:27017';
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 250;
const NOT_YET_INITIALIZED = 94;

function secret(name) {
  return readFileSync(`/run/secrets/${name}`, 'utf8').trim();
}

function initiate(admin) {
  try {
    admin.adminCommand({ replSetGetStatus: 1 });
  } catch (error) {
    if (error.code !== NOT_YET_INITIALIZED) throw error;
    admin.adminCommand({ replSetInitiate: { _id: 'ghost', members: [{ _id: 0, host: MEMBER }] } });
  }
}

function waitForPrimary(admin) {
  const until = Date.now() + READY_WITHIN_MS;
  while (!admin.hello().isWritablePrimary) {
    if (Date.now() > until) throw new Error(`${MEMBER} did not become primary within ${READY_WITHIN_MS} ms`);
    sleep(LOOK_EVERY_MS);
  }
}

/** Reads and writes its own database, makes its indexes, and may ask how the server is set up. */
function makeUser(admin, url) {
  const name = url.pathname.slice(1);
  const database = admin.getSiblingDB(name);
  const rights = {
    pwd: url.password,
    roles: [
      { role: 'readWrite', db: name },
      { role: 'clusterMonitor', db: 'admin' },
    ],
  };
  if (database.getUser(url.username) === null) database.createUser({ user: url.username, ...rights });
  else database.updateUser(url.username, rights);
}

const root = `mongodb://root:${secret('mongo-root-password')}@${MEMBER}/admin?directConnection=true`;
const admin = connect(root);
initiate(admin);
waitForPrimary(admin);
makeUser(admin, new URL(secret('ledger-url')));
