<?php
// A PHP program with ext-soap that sells: it knows the lead service from its WSDL alone.

require __DIR__ . '/php_support.php';

$identity = client('identity');
$lead = client('lead');
check('wsdl: the lead service loads', count($lead->__getFunctions()) > 10);
$login = $identity->login(['userName' => getenv('KONTOR_USER'), 'password' => getenv('KONTOR_PASSWORD')])->result;
$lead->__setSoapHeaders([sessionHeader($login->sessionId)]);

$create = function (string $member, array $record) use ($lead): string {
    $result = $lead->createRecords(['records' => [$member => [$record]]])->result->record[0];
    if (!$result->success) {
        throw new Exception(json_encode($result->error));
    }
    return $result->id;
};
$stored = function (string $entity, string $id) use ($lead): object {
    $found = $lead->retrieveRecords(['key' => [['entity' => $entity, 'id' => $id]]])->result;
    return $found->records->{lcfirst($entity)}[0];
};

// Leads
$person = ['firstName' => 'Žofie', 'lastName' => "Ødegård $run", 'companyName' => "株式会社 Кирилл $run",
    'email' => "zofie@$run.example", 'estimatedAmount' => '123456789012345.6789', 'currency' => 'EUR',
    'description' => "شركة 🎻 <&>\"'"];
$created = $lead->createRecords(['records' => ['lead' => [$person]]])->result->record;
equal('create: a list of one gives a list of one', count($created), 1);
check('create: the lead was created', $created[0]->success && $created[0]->created, $created[0]);
$first = $created[0]->id;
$found = $stored('Lead', $first);
equal('text: non-Latin scripts survive', array_intersect_key((array) $found, $person) == $person, true);
equal('create: what the server knows', [$found->displayName, $found->statusCategory], ["Žofie Ødegård $run", 'open']);

// Duplicates
$error = $lead->createRecords(['records' => ['lead' => [['firstName' => 'Sofie'] + $person]]])->result->record[0]->error;
equal('duplicates: a typed fault', $error->code, 'DUPLICATES_DETECTED');
$candidate = $error->candidate[0];
equal('duplicates: … with the candidates', [count($error->candidate), $candidate->entity, $candidate->id, $candidate->matchedOn],
    [1, 'Lead', $first, ['email']]);
$twin = $create('lead', ['firstName' => 'Sofie', 'allowDuplicates' => true] + $person);
check('duplicates: the override creates it', $twin !== '');
$candidates = $lead->findDuplicates(['lead' => ['email' => $person['email']]])->result->candidate;
equal('duplicates: findDuplicates finds both', count($candidates), 2);

// Query
$page = $lead->queryRecords(['query' => ['entity' => 'Lead', 'filter' => "companyName = \"{$person['companyName']}\"",
    'sort' => 'firstName', 'limit' => 1, 'count' => 'exact']])->result;
equal('query: the first page', [$page->records->lead[0]->firstName, $page->total, $page->done], ['Sofie', 2, false]);
$page = $lead->queryMore(['cursor' => $page->cursor])->result;
equal('query: a list of one, the last page', [array_map(fn ($r) => $r->id, $page->records->lead), $page->done], [[$first], true]);

// Conversion
$nobody = '00000000-0000-7000-8000-000000000000';
$results = $lead->convertLeads(['conversion' => [['leadId' => $first, 'opportunityName' => "PHP $run", 'closeDate' => '2031-05-31'],
    ['leadId' => $nobody], ['leadId' => $twin, 'createOpportunity' => false]]])->result->result;
equal('convert: a result for each, in their places', array_map(fn ($r) => [$r->leadId, $r->success], $results),
    [[$first, true], [$nobody, false], [$twin, true]]);
equal('convert: the typed fault of the one that failed', $results[1]->error->code, 'NOT_FOUND');
check('convert: what was made', $results[0]->accountCreated && $results[0]->contactCreated && !isset($results[2]->opportunityId));
$deal = $stored('Opportunity', $results[0]->opportunityId);
equal("convert: the opportunity has the lead's money", [$deal->name, $deal->amount, $deal->leadId],
    ["PHP $run", $person['estimatedAmount'], $first]);
$again = $lead->convertLeads(['conversion' => [['leadId' => $first]]])->result->result;
equal('convert: a list of one; a converted lead', [count($again), $again[0]->error->code], [1, 'CONFLICT']);

// A pipeline with a stage that asks for something
$pipeline = $create('pipeline', ['name' => "PHP $run"]);
$stage = fn (string $name, int $place, string $category, int $probability, array $more = []) => $create('stage', $more +
    ['pipelineId' => $pipeline, 'name' => $name, 'position' => $place, 'category' => $category, 'probability' => $probability]);
$begun = $stage('Begun', 1, 'open', 10);
$offered = $stage('Offered', 2, 'open', 60, ['requirements' => [['filter' => 'nextStep : *', 'field' => 'nextStep',
    'message' => 'Say what comes next.']]]);
$won = $stage('Won', 3, 'won', 100);

// Opportunities: money of 19 digits, and lines
$big = $create('opportunity', ['name' => "Big $run", 'pipelineId' => $pipeline, 'closeDate' => '2031-05-31', 'currency' => 'EUR',
    'amount' => '123456789012345.6789']);
equal('money: 19 digits survive', $stored('Opportunity', $big)->amount, '123456789012345.6789');
$lead->deleteRecords(['key' => [['entity' => 'Opportunity', 'id' => $big]]]);
$made = $create('opportunity', ['name' => "Lines $run", 'pipelineId' => $pipeline, 'closeDate' => '2031-05-31', 'currency' => 'EUR',
    'lines' => [['name' => 'Насос', 'quantity' => '2.5', 'unitPrice' => '100.10'],
        ['name' => 'ポンプ', 'unitPrice' => '49.75', 'discountPercent' => '20']]]);
$deal = $stored('Opportunity', $made);
equal('lines: each has its total', array_map(fn ($line) => [$line->name, (float) $line->total], $deal->lines),
    [['Насос', 250.25], ['ポンプ', 39.8]]);
equal('lines: the amount is their sum', [$deal->amountSource, (float) $deal->amount], ['lines', 290.05]);
$lead->updateRecords(['records' => ['opportunity' => [['id' => $made, 'lines' => [['name' => 'Насос', 'unitPrice' => '10']]]]]]);
equal('lines: a list of one', array_map(fn ($line) => $line->name, $stored('Opportunity', $made)->lines), ['Насос']);

// Stages
$fault = faultOf(fn () => $lead->moveOpportunity(['opportunityId' => $made, 'stageId' => $offered]));
equal('move: what the stage asks for is missing: a typed fault', $fault->code, 'VALIDATION');
equal('move: … and named', array_map(fn ($v) => [$v->field, $v->reason], violations($fault)),
    [['/nextStep', 'Say what comes next.']]);
$version = $stored('Opportunity', $made)->version;
$moved = $lead->moveOpportunity(['opportunityId' => $made, 'stageId' => $offered, 'version' => $version,
    'fields' => ['nextStep' => 'Zavolat']])->result->record;
equal('move: with what it asks for', [count($moved), $moved[0]->success], [1, true]);
$deal = $stored('Opportunity', $made);
equal("move: the stage's probability", [$deal->stageId, $deal->probability, $deal->nextStep], [$offered, 60, 'Zavolat']);
$fault = faultOf(fn () => $lead->moveOpportunity(['opportunityId' => $made, 'stageId' => $begun, 'version' => $version]));
equal('move: a stale version: a typed fault', [$fault->code, (int) ($fault->currentVersion ?? 0)], ['CONFLICT_VERSION', $deal->version]);
$board = $lead->getBoard(['pipelineId' => $pipeline])->result;
equal('board: columns, and a list of one card', [count($board->column), array_map(fn ($card) => $card->id, $board->card)],
    [3, [$made]]);

// Quotes: example 5 of how quotes are rounded, and an optional line
$quote = $create('quote', ['name' => "PHP $run", 'opportunityId' => $made, 'currency' => 'EUR', 'discountPercent' => '10',
    'shipping' => '12.345', 'shippingTaxPercent' => '25', 'lines' => [
        ['name' => 'Wärmepumpe', 'quantity' => '2', 'unitPrice' => '50', 'taxPercent' => '25'],
        ['name' => 'Einbau', 'unitPrice' => '250', 'isOptional' => true]]]);
$offer = $stored('Quote', $quote);
equal('quote: its sums', array_map('floatval', [$offer->subtotal, $offer->discountTotal, $offer->taxTotal, $offer->total]),
    [100.0, 10.0, 25.59, 127.94]);
equal('quote: its lines', array_map(fn ($line) => [$line->name, (float) $line->net], $offer->lines),
    [['Wärmepumpe', 100.0], ['Einbau', 250.0]]);
$fault = faultOf(fn () => $lead->advanceQuote(['quoteId' => $quote, 'action' => 'accept']));
equal('quote: a step that its stage does not allow: a typed fault', $fault->code, 'CONFLICT');
foreach (['submit', 'send', 'accept'] as $action) {
    check("quote: $action", $lead->advanceQuote(['quoteId' => $quote, 'action' => $action, 'note' => 'Žofie'])->result->record[0]->success);
}
$document = $lead->getQuoteDocument(['quoteId' => $quote])->result;
equal('quote: the document is a PDF', [$document->contentType, substr($document->content, 0, 5)], ['application/pdf', '%PDF-']);
equal('quote: accepted, it sets the amount of its opportunity', (float) $stored('Opportunity', $made)->amount, 90.0);

// Forecast
$forecast = $lead->getForecast(['from' => '2031-05-01', 'until' => '2031-06-01', 'pipelineId' => $pipeline])->result;
equal('forecast: a list of one', array_map(fn ($r) => [$r->period, $r->ownerId, $r->count, (float) $r->amountBase,
    (float) $r->weightedAmount], $forecast->row), [['2031-05-01', $login->userId, 1, 90.0, 54.0]]);
equal('forecast: its currency', $forecast->currency, 'EUR');
$fault = faultOf(fn () => $lead->getForecast(['from' => '2031-05-02', 'until' => '2031-06-01']));
equal('forecast: what is no month: a typed fault', [$fault->code, violations($fault)[0]->field ?? null], ['VALIDATION', '/from']);

// Won, with an idempotency key
$headers = [sessionHeader($login->sessionId), new SoapHeader(COMMON, 'IdempotencyHeader', ['key' => "php-won-$run-012345"])];
$versions = [];
for ($i = 0; $i < 2; $i++) {
    $answer = $lead->__soapCall('moveOpportunity', [['opportunityId' => $made, 'stageId' => $won]], null, $headers);
    $versions[] = $answer->result->record[0]->version;
}
equal('idempotency: one key, one move', $versions[0], $versions[1]);
equal('won: the opportunity is', $stored('Opportunity', $made)->category, 'won');

// SOAP 1.2, the second WSDL
$twelve = new SoapClient("$url/soap/v1/lead?wsdl&version=1.2", ['soap_version' => SOAP_1_2, 'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$twelve->__setSoapHeaders([sessionHeader($login->sessionId)]);
equal('soap 1.2: the board', count($twelve->getBoard(['pipelineId' => $pipeline, 'closedSince' => '2020-01-01'])->result->card), 1);
$fault = faultOf(fn () => $twelve->getBoard(['pipelineId' => $nobody]));
equal('soap 1.2: typed fault', $fault->code, 'NOT_FOUND');
exit($failures === 0 ? 0 : 1);
