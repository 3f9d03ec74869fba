// A JavaScript program that knows Kontor's REST from a client generated out of /api/openapi.json (folder in argv).
'use strict';
const crypto = require('node:crypto');
const path = require('node:path');
const kontor = require(path.resolve(process.argv[2]));

const run = crypto.randomBytes(6).toString('hex');
let failures = 0;

function check(name, condition, why = '') {
  if (condition) return console.log(`ok ${name}`);
  failures++;
  console.log(`not ok ${name} — ${(typeof why === 'string' ? why : JSON.stringify(why)).replace(/\s+/g, ' ').slice(0, 400)}`);
}

function equal(name, actual, expected) {
  check(name, JSON.stringify(actual) === JSON.stringify(expected), `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

/** The problem of a call that must fail. */
async function problemOf(call) {
  try {
    await call();
  } catch (error) {
    return error.body ?? { code: String(error) };
  }
  return { code: 'the call was accepted' };
}

async function scenario() {
  const { AccountsService, ActivitiesService, ContactService, IdentityService, AcrossCollectionsService } = kontor;
  kontor.OpenAPI.BASE = process.env.KONTOR_URL.replace(/\/+$/, '');

  // Sign-in
  const wrong = await problemOf(() => IdentityService.login({ requestBody: { userName: `nobody-${run}`, password: 'wrong' } }));
  equal('sign-in: a wrong password is refused', wrong.code, 'INVALID_SESSION');
  const session = await IdentityService.login({
    requestBody: { userName: process.env.KONTOR_USER, password: process.env.KONTOR_PASSWORD },
  });
  check('sign-in: login gives a session', session.sessionId?.length > 20, session);
  kontor.OpenAPI.TOKEN = session.sessionId;

  // Create, read, list
  const name = `generated ${run}`;
  const created = await AccountsService.createAccount({ requestBody: { name } });
  equal('create', [created.name, created.version], [name, 1]);
  const nameless = await problemOf(() => AccountsService.createAccount({ requestBody: { industry: 'nameless' } }));
  equal('problem: code and field', [nameless.code, nameless.errors?.[0]?.pointer, nameless.errors?.[0]?.code],
    ['VALIDATION', '/name', 'REQUIRED']);
  const { id } = created;
  equal('get', (await AccountsService.getAccount({ id })).name, name);
  await AccountsService.createAccount({ requestBody: { name: `${name} b` } });
  const one = await AccountsService.listAccounts({ filter: `name = "${name}"`, count: 'exact' });
  equal('list: of one, with a total', [one.data.map((a) => a.id), one.page.total], [[id], 1]);
  const first = await AccountsService.listAccounts({ filter: `name : "${name}*"`, sort: 'name', limit: 1 });
  const second = await AccountsService.listAccounts({ cursor: first.page.nextCursor, limit: 1 });
  equal('list: the second page', second.data.map((a) => a.name), [`${name} b`]);
  const query = await problemOf(() => AccountsService.listAccounts({ filter: 'name = = "x"' }));
  equal('problem: a filter, with the position', [query.code, query.parameter, query.position], ['INVALID_QUERY', 'filter', 7]);

  // Update
  const updated = await AccountsService.updateAccount({
    id, ifMatch: '"1"', requestBody: { industry: 'Baking', website: 'https://example.org' },
  });
  equal('update', [updated.industry, updated.version], ['Baking', 2]);
  const stale = await problemOf(() => AccountsService.updateAccount({ id, ifMatch: '"1"', requestBody: { industry: 'x' } }));
  equal('update: a stale version is refused', [stale.code, stale.currentVersion], ['CONFLICT_VERSION', 2]);
  const emptied = await AccountsService.updateAccount({ id, requestBody: { website: null } });
  equal('update: null empties, absent stays', [emptied.website ?? null, emptied.industry], [null, 'Baking']);

  // Upsert by external id
  const key = { system: 'erp', id: `generated-${run}` };
  const inserted = await AccountsService.upsertAccount({ ...key, requestBody: { name: `${name} upsert` } });
  const again = await AccountsService.upsertAccount({ ...key, requestBody: { industry: 'Mining' } });
  equal('upsert: creates, then updates', [again.id === inserted.id, again.industry], [true, 'Mining']);
  equal('upsert: found by external id', (await AccountsService.getAccountByExternalId(key)).id, inserted.id);

  // Values
  const description = 'Ægir Žluťoučký Кирилл 株式会社 شركة 🎻 <&>"\'';
  const values = await AccountsService.updateAccount({
    id, requestBody: { description, annualRevenue: '123456789012345.6789', currency: 'EUR' },
  });
  equal('text: non-Latin scripts survive', values.description, description);
  equal('money: 19 digits survive', values.annualRevenue, '123456789012345.6789');
  const activity = await ActivitiesService.createActivity({
    requestBody: { kind: 'meeting', subject: name, startAt: '2026-11-23T10:15:30.123456Z' },
  });
  equal('time: microseconds survive', activity.startAt, '2026-11-23T10:15:30.123456Z');

  // Attachment both ways
  const content = crypto.randomBytes(300000);
  const attachment = await ContactService.uploadAttachment({
    parentEntity: 'Account', parentId: id, fileName: 'bytes ü.bin', requestBody: new Blob([content]),
  });
  equal('attachment: upload', [attachment.size, attachment.fileName], [300000, 'bytes ü.bin']);
  equal('attachment: its hash', attachment.sha256, crypto.createHash('sha256').update(content).digest('hex'));

  // Batch, search, recycle bin
  const batch = await AccountsService.batchAccounts({
    requestBody: { operations: [{ op: 'create', body: { name: `${name} batch` } }, { op: 'create', body: {} }] },
  });
  equal('batch: each operation has its result', batch.results.map((r) => r.status), [201, 422]);
  const hits = await AcrossCollectionsService.searchRecords({ q: name, _in: 'accounts' });
  check('search: finds by name', hits.data.some((hit) => hit.record.id === id), hits.data.length + ' hits');
  await AccountsService.deleteAccount({ id });
  equal('delete: the record is gone', (await problemOf(() => AccountsService.getAccount({ id }))).code, 'NOT_FOUND');
  equal('undelete: it is back', (await AccountsService.undeleteAccount({ id })).id, id);

  // Logout
  await IdentityService.logout();
  equal('logout: the session is of no use any more',
    (await problemOf(() => AccountsService.listAccounts({}))).code, 'INVALID_SESSION');
}

scenario().catch((problem) => check('the client runs to its end', false, `${problem.stack} ${JSON.stringify(problem.body)}`))
  .finally(() => process.exit(failures === 0 ? 0 : 1));
