<?php
// A PHP program with ext-soap that knows Kontor from its WSDLs alone.

require __DIR__ . '/php_support.php';

$identity = client('identity');
$contact = client('contact');
check('wsdl: both services load', count($contact->__getFunctions()) > 10);

// Sign-in
$fault = faultOf(fn () => $identity->login(['userName' => 'nobody-' . $run, 'password' => 'wrong']));
equal('sign-in: a wrong password is refused', $fault->code, 'INVALID_SESSION');
$login = $identity->login(['userName' => getenv('KONTOR_USER'), 'password' => getenv('KONTOR_PASSWORD')])->result;
check('sign-in: login gives a session', $login->sessionId !== '' && $login->expiresInSeconds > 0, $login);
$contact->__setSoapHeaders([sessionHeader($login->sessionId)]);
$identity->__setSoapHeaders([sessionHeader($login->sessionId)]);

$stored = function (string $entity, string $id) use ($contact): object {
    $found = $contact->retrieveRecords(['key' => [['entity' => $entity, 'id' => $id]]])->result;
    return $found->records->{lcfirst($entity)}[0];
};

// Create
$name = "PHP $run";
$created = $contact->createRecords(['records' => ['account' => [['name' => $name]]]])->result->record;
equal('create: a list of one gives a list of one', count($created), 1);
check('create: the record was created', $created[0]->success && $created[0]->created, $created[0]);
$accountId = $created[0]->id;
$mixed = $contact->createRecords(['records' => ['account' => [['name' => "$name b"]], 'contact' => [
    ['lastName' => 'Meyer', 'accountId' => $accountId],
    ['firstName' => 'no last name'],
]]])->result->record;
equal('create: results are positional and complete', array_map(fn ($r) => $r->success, $mixed), [true, true, false]);
equal("typed fault: a record's error has a code", $mixed[2]->error->code, 'VALIDATION');
equal('typed fault: … and names the field', [$mixed[2]->error->violation[0]->field, $mixed[2]->error->violation[0]->code],
    ['/lastName', 'REQUIRED']);

// Query
$page = $contact->queryRecords(['query' => ['entity' => 'Account', 'filter' => "name = \"$name\"", 'count' => 'exact']])->result;
equal('query: one record is found', array_map(fn ($a) => $a->id, $page->records->account), [$accountId]);
equal('query: total and done', [$page->total, $page->done], [1, true]);
$page = $contact->queryRecords(['query' => ['entity' => 'Account', 'filter' => "name : \"$name*\"", 'sort' => 'name', 'limit' => 1]])->result;
$more = $contact->queryMore(['cursor' => $page->cursor])->result;
equal('query: the second page', $more->records->account[0]->name, "$name b");

// Update
$version = $stored('Account', $accountId)->version;
$updated = $contact->updateRecords(['records' => ['account' => [
    ['id' => $accountId, 'version' => $version, 'industry' => 'Baking', 'website' => 'https://example.org'],
]]])->result->record[0];
check('update: accepted with the current version', $updated->success, $updated);
$stale = $contact->updateRecords(['records' => ['account' => [['id' => $accountId, 'version' => $version, 'industry' => 'x']]]])->result->record[0];
equal('update: a stale version is refused', $stale->error->code ?? '', 'CONFLICT_VERSION');
$contact->updateRecords(['records' => ['account' => [['id' => $accountId, 'fieldsToNull' => ['website']]]]]);
check('update: fieldsToNull empties', !isset($stored('Account', $accountId)->website));
equal('update: absent fields stay', $stored('Account', $accountId)->industry, 'Baking');

// Upsert by external id
$record = ['name' => "$name upsert", 'externalIds' => [['system' => 'erp', 'id' => "php-$run"]]];
$first = $contact->upsertRecords(['externalSystem' => 'erp', 'records' => ['account' => [$record]]])->result->record[0];
check('upsert: creates', $first->success && $first->created, $first);
$second = $contact->upsertRecords(['externalSystem' => 'erp', 'records' => ['account' => [$record + ['industry' => 'Mining']]]])->result->record[0];
check('upsert: updates', $second->success && !$second->created && $second->id === $first->id, $second);
$again = $contact->createRecords(['records' => ['account' => [$record]]])->result->record[0];
equal('upsert: the external id is taken for others', $again->error->code ?? '', 'DUPLICATE');

// Values
$text = "Ægir Žluťoučký Кирилл 株式会社 شركة 🎻 <&>\"'";
$contact->updateRecords(['records' => ['account' => [['id' => $accountId, 'description' => $text]]]]);
equal('text: non-Latin scripts survive', $stored('Account', $accountId)->description, $text);
$at = '2026-11-23T10:15:30.123456Z';
$activity = $contact->createRecords(['records' => ['activity' => [['kind' => 'meeting', 'subject' => $name, 'startAt' => $at]]]])->result->record[0];
equal('time: microseconds survive', $stored('Activity', $activity->id)->startAt ?? null, $at);
$money = '123456789012345.6789';
$contact->updateRecords(['records' => ['account' => [['id' => $accountId, 'annualRevenue' => $money, 'currency' => 'EUR']]]]);
equal('money: 19 digits survive', $stored('Account', $accountId)->annualRevenue, $money);

// Faults of the whole call
$fault = faultOf(fn () => $contact->queryRecords(['query' => ['entity' => 'Account', 'filter' => 'name = = "x"']]));
equal('typed fault: a filter that does not parse', [$fault->code, $fault->parameter ?? null, (int) ($fault->position ?? -1)],
    ['INVALID_QUERY', 'filter', 7]);
$fault = faultOf(fn () => $contact->queryMore(['cursor' => 'tampered']));
equal('typed fault: a cursor that we did not sign', $fault->code, 'INVALID_CURSOR');
$fault = faultOf(fn () => $contact->__soapCall('queryRecords', [['query' => ['entity' => 'Account']]], null, sessionHeader('forged')));
equal('typed fault: a forged session', $fault->code, 'INVALID_SESSION');

// Attachments, inline: PHP encodes base64 by the schema
$content = str_repeat(implode('', array_map('chr', range(0, 255))), 1000);
$upload = $contact->uploadAttachment([
    'attachment' => ['parentEntity' => 'Account', 'parentId' => $accountId, 'fileName' => 'bytes ü.bin'],
    'content' => $content,
])->result->record[0];
check('attachment: upload', $upload->success, $upload);
$download = $contact->downloadAttachment(['id' => $upload->id])->result;
check('attachment: the same bytes come back', $download->content === $content, strlen($download->content) . ' bytes');
equal('attachment: its size', $download->attachment->size, strlen($content));

// Jobs
$jobs = client('jobs');
$jobs->__setSoapHeaders([sessionHeader($login->sessionId)]);
$ended = function (object $job) use ($jobs): object {
    for ($tries = 0; !isset($job->finishedAt) && $tries < 600; ++$tries) {
        usleep(100000);
        $job = $jobs->getJob(['id' => $job->id])->result;
    }
    return $job;
};
$import = $ended($jobs->createImport(['entity' => 'Account', 'content' => "name\n$name imported\n\"\"\n"])->result);
equal('job: an import', [$import->state, (int) $import->created, (int) $import->failed], ['succeeded', 1, 1]);
check('job: its errors', str_contains($jobs->getJobErrors(['id' => $import->id])->result->content, 'REQUIRED'), $import);
$change = $ended($jobs->massUpdate(['selection' => ['entity' => 'Account', 'filter' => "name = \"$name imported\""],
    'change' => [['field' => 'industry', 'value' => 'Mining']]])->result);
equal('job: a mass update', (int) $change->updated, 1);
$export = $ended($jobs->createExport(['query' => ['entity' => 'Account', 'filter' => "name = \"$name imported\"",
    'fields' => ['name', 'industry']]])->result);
equal('job: an export', $jobs->getJobResult(['id' => $export->id])->result->content, "name,industry\r\n$name imported,Mining\r\n");
check('job: the newest is first', $jobs->listJobs(['limit' => 2])->result->job[0]->id === $export->id, $export);
equal('job: taken back', (int) $ended($jobs->undoJob(['id' => $change->id])->result)->updated, 1);
$fault = faultOf(fn () => $jobs->cancelJob(['id' => $export->id]));
equal('job: one that is over is not cancelled', $fault->code, 'CONFLICT');

// SOAP 1.2, the second WSDL
$twelve = new SoapClient("$url/soap/v1/contact?wsdl&version=1.2", ['soap_version' => SOAP_1_2, 'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$twelve->__setSoapHeaders([sessionHeader($login->sessionId)]);
$found = $twelve->retrieveRecords(['key' => [['entity' => 'Account', 'id' => $accountId]]])->result;
equal('soap 1.2: retrieve', $found->records->account[0]->id, $accountId);
$fault = faultOf(fn () => $twelve->queryMore(['cursor' => 'tampered']));
equal('soap 1.2: typed fault', $fault->code, 'INVALID_CURSOR');

// Logout
$identity->logout([]);
$fault = faultOf(fn () => $contact->queryRecords(['query' => ['entity' => 'Account']]));
equal('logout: the session is of no use any more', $fault->code, 'INVALID_SESSION');
exit($failures === 0 ? 0 : 1);
