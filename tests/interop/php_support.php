<?php
// What the PHP programs share: result lines, clients made of the served WSDLs, the typed detail of a fault.

ini_set('soap.wsdl_cache_enabled', '0');
ini_set('precision', '17');
const COMMON = 'http://api.kontor.example/common/v1';
$url = rtrim(getenv('KONTOR_URL'), '/');
$run = bin2hex(random_bytes(6));
$failures = 0;

function check(string $name, bool $condition, $why = ''): void
{
    global $failures;
    if ($condition) {
        echo "ok $name\n";
        return;
    }
    $failures++;
    $text = is_string($why) ? $why : json_encode($why, JSON_UNESCAPED_UNICODE);
    echo "not ok $name — ", substr(preg_replace('/\s+/', ' ', (string) $text), 0, 400) ?: 'condition is false', "\n";
}

function equal(string $name, $actual, $expected): void
{
    check($name, $actual === $expected, 'expected ' . json_encode($expected) . ', got ' . json_encode($actual));
}

function client(string $service): SoapClient
{
    global $url;
    return new SoapClient("$url/soap/v1/$service?wsdl", [
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'exceptions' => true,
        'trace' => true,
        'cache_wsdl' => WSDL_CACHE_NONE,
    ]);
}

function sessionHeader(string $id): SoapHeader
{
    return new SoapHeader(COMMON, 'SessionHeader', ['sessionId' => $id]);
}

/** The ApiFault of a call that must fail. */
function faultOf(callable $call): object
{
    try {
        $call();
    } catch (SoapFault $fault) {
        return $fault->detail->ApiFault ?? (object) ['code' => 'no ApiFault: ' . $fault->getMessage()];
    }
    return (object) ['code' => 'the call was accepted'];
}

/** PHP reads the detail of a fault without the WSDL: a list of one is no array there, and numbers are text. */
function violations(object $fault): array
{
    $list = $fault->violation ?? [];
    return is_array($list) ? $list : [$list];
}

set_exception_handler(function (Throwable $problem) {
    check('the client runs to its end', false, get_class($problem) . ': ' . $problem->getMessage() .
        ' (line ' . ($problem->getTrace()[0]['line'] ?? $problem->getLine()) . ')');
    exit(1);
});
