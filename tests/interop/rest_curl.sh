#!/bin/bash
# REST as a shell script sees it: curl and jq. Needs KONTOR_URL, KONTOR_USER, KONTOR_PASSWORD, KONTOR_API_KEY.
set -u
api=${KONTOR_URL%/}/api/v1
run=$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
token=$KONTOR_API_KEY

# call METHOD PATH [curl options]: sets $status, $body and the file $work/head
call() {
  local method=$1 path=$2
  shift 2
  status=$(curl -sS -X "$method" "$api$path" -H "Authorization: Bearer $token" -D "$work/head" -o "$work/body" \
    -w '%{http_code}' --max-time 60 "$@" 2>"$work/error") || status="none: $(cat "$work/error")"
  body=$(cat "$work/body" 2>/dev/null)
  : >"$work/body"
}
post() { call POST "$1" -H 'Content-Type: application/json' --data-binary "$2" "${@:3}"; }
patch() { call PATCH "$1" -H 'Content-Type: application/merge-patch+json' --data-binary "$2" "${@:3}"; }
put() { call PUT "$1" -H 'Content-Type: application/json' --data-binary "$2" "${@:3}"; }
header() { grep -i "^$1:" "$work/head" | tail -1 | cut -d: -f2- | tr -d '\r' | sed 's/^ *//'; }
field() { jq -r "$1" <<<"$body" 2>/dev/null; }
encode() { jq -rn --arg text "$1" '$text | @uri'; }
equal() { # NAME ACTUAL EXPECTED
  if [ "$2" = "$3" ]; then echo "ok $1"; else
    failures=$((failures + 1))
    echo "not ok $1 — expected $3, got $2 ($(tr '\n' ' ' <<<"$body" | head -c 300))"
  fi
}

# Sign-in
call POST /session -H 'Content-Type: application/json' --data-binary '{"userName":"nobody-'"$run"'","password":"wrong"}'
equal 'sign-in: a wrong password is refused' "$status $(field .code)" '401 INVALID_SESSION'
post /session "$(jq -n '{userName: env.KONTOR_USER, password: env.KONTOR_PASSWORD}')"
session=$(field .sessionId)
equal 'sign-in: login gives a session' "$status $([ ${#session} -gt 20 ] && echo token)" '200 token'
token=$session

# Create
name="curl $run"
post /accounts '{"name":"'"$name"'"}'
id=$(field .id)
equal 'create: 201' "$status" 201
equal 'create: Location names the record' "$(header Location)" "/api/v1/accounts/$id"
equal 'create: the ETag is the version' "$(header ETag)" "\"$(field .version)\""
post /contacts '{"firstName":"no last name"}'
equal 'problem: a required field' "$status $(field .code) $(field '.errors[0].pointer') $(field '.errors[0].code')" \
  '422 VALIDATION /lastName REQUIRED'
equal 'problem: its media type' "$(header Content-Type)" 'application/problem+json'
post /accounts '{"name":"x","colour":"red"}'
equal 'problem: an unknown field is named' "$status $(field '.errors[0].pointer') $(field '.errors[0].code')" \
  '422 /colour UNKNOWN_FIELD'

# Read and list
call GET "/accounts/$id"
equal 'get: the record' "$status $(field .name)" "200 $name"
etag=$(header ETag)
call GET "/accounts/$id" -H "If-None-Match: $etag"
equal 'get: 304 while nothing has changed' "$status" 304
post /accounts '{"name":"'"$name b"'"}'
call GET "/accounts?filter=$(encode "name = \"$name\"")&count=exact"
equal 'list: of one' "$(field '.data | length') $(field '.data[0].id') $(field .page.total)" "1 $id 1"
call GET "/accounts?filter=$(encode "name : \"$name*\"")&sort=name&limit=1"
equal 'list: the first page has a cursor' "$(field '.page.size') $(field '.page.nextCursor | length > 10')" '1 true'
next=$(header Link | sed 's/^<\/api\/v1\([^>]*\)>.*/\1/')
call GET "$next"
equal 'list: Link leads to the second page' "$(field '.data[0].name')" "$name b"
post /accounts '{"name":"'"$name c"'"}'
call GET "$next"
equal 'list: the cursor carries the limit' "$(field '[.data[].name] | join(",")')" "$name b"
call GET "$next&limit=7"
equal 'list: a limit beside the cursor wins' "$(field '[.data[].name] | join(",")')" "$name b,$name c"
call GET "$next&deleted=true"
equal 'list: what the cursor is not for' "$status $(field .code)" '400 INVALID_CURSOR'
call GET "/accounts?filter=$(encode 'name = = "x"')"
equal 'list: a filter that does not parse' "$status $(field .code) $(field .parameter) $(field .position)" \
  '400 INVALID_QUERY filter 7'
call GET '/accounts?cursor=tampered'
equal 'list: a cursor that we did not sign' "$status $(field .code)" '400 INVALID_CURSOR'

# Update
patch "/accounts/$id" '{"industry":"Baking","website":"https://example.org"}' -H "If-Match: $etag"
equal 'update: merge patch' "$status $(field .industry)" '200 Baking'
patch "/accounts/$id" '{"industry":"Other"}' -H "If-Match: $etag"
equal 'update: a stale ETag is refused' "$status $(field .code)" '412 CONFLICT_VERSION'
patch "/accounts/$id" '{"website":null}'
equal 'update: null empties, absent stays' "$(field .website) $(field .industry)" 'null Baking'

# Upsert by external id
put "/accounts/external/erp/curl-$run" '{"name":"'"$name upsert"'"}'
upserted=$(field .id)
equal 'upsert: creates' "$status" 201
put "/accounts/external/erp/curl-$run" '{"name":"'"$name upsert"'","industry":"Mining"}'
equal 'upsert: updates' "$status $(field .id) $(field .industry)" "200 $upserted Mining"
call GET "/accounts/external/erp/curl-$run"
equal 'upsert: found by external id' "$(field .id)" "$upserted"
post /accounts '{"name":"x","externalIds":[{"system":"erp","id":"curl-'"$run"'"}]}'
equal 'upsert: the external id is taken for others' "$status $(field .code) $(field .conflictingId)" "409 DUPLICATE $upserted"

# Idempotency
post /accounts '{"name":"'"$name once"'"}' -H "Idempotency-Key: \"curl-$run-0123456789\""
once=$(field .id)
post /accounts '{"name":"'"$name once"'"}' -H "Idempotency-Key: \"curl-$run-0123456789\""
equal 'idempotency: the same key has one effect' "$(field .id) $(header Idempotency-Replayed)" "$once true"
post /accounts '{"name":"'"$name other"'"}' -H "Idempotency-Key: \"curl-$run-0123456789\""
equal 'idempotency: the key for another request' "$status $(field .code)" '422 IDEMPOTENCY_MISMATCH'

# Batch and composite
post /accounts/batch "$(jq -n --arg id "$id" --arg name "$name" '{operations: [
  {op: "create", ref: "r1", body: {name: ($name + " batch")}}, {op: "update", id: $id, body: {rating: "hot"}},
  {op: "update", id: $id, ifMatch: "1", body: {rating: "cold"}}, {op: "create", body: {industry: "nameless"}}]}')"
equal 'batch: each operation has its result' "$status $(field '[.results[].status] | join(" ")') $(field .summary.failed)" \
  '207 201 200 412 422 2'
post /accounts/batch '{"atomic":true,"operations":[{"op":"create","body":{"name":"'"$name atomic"'"}},{"op":"create","body":{}}]}'
equal 'batch: atomic undoes all' "$status $(field '[.results[].error.code] | join(" ")')" '422 ROLLED_BACK VALIDATION'
post /composite '{"operations":[{"op":"create","entity":"accounts","ref":"a","body":{"name":"'"$name composite"'"}},
  {"op":"create","entity":"contacts","body":{"lastName":"Meyer","accountId":"@{a.id}"}}]}' -H 'Prefer: return=representation'
equal 'composite: a later part refers to an earlier' "$status $(field '.results[1].record | (.lastName + " " + .accountId)')" "200 Meyer $(field '.results[0].id')"

# Values
text='Ægir Žluťoučký Кирилл 株式会社 شركة 🎻 <&>'
patch "/accounts/$id" "$(jq -n --arg text "$text" '{description: $text, annualRevenue: "123456789012345.6789", currency: "EUR"}')"
equal 'text: non-Latin scripts survive' "$(field .description)" "$text"
equal 'money: 19 digits survive, as a string' "$(field '.annualRevenue | type') $(field .annualRevenue)" 'string 123456789012345.6789'
post /activities '{"kind":"meeting","subject":"'"$name"'","startAt":"2026-11-23T12:15:30.123456+02:00"}'
equal 'time: microseconds survive, in UTC' "$(field .startAt)" '2026-11-23T10:15:30.123456Z'

# Attachment both ways
head -c 3000000 /dev/urandom >"$work/file"
call POST "/attachments/content?parentEntity=Account&parentId=$id&fileName=$(encode 'bytes ü.bin')" \
  -H 'Content-Type: application/octet-stream' --data-binary "@$work/file"
attachment=$(field .id)
equal 'attachment: upload' "$status $(field .size) $(field .fileName) $(field .sha256)" \
  "201 3000000 bytes ü.bin $(sha256sum "$work/file" | cut -d' ' -f1)"
curl -sS "$api/attachments/$attachment/content" -H "Authorization: Bearer $token" -o "$work/back"
equal 'attachment: the same bytes come back' "$(cmp "$work/file" "$work/back" && echo same)" same

# Search, changes, describe, history, recycle bin
call GET "/search?q=$(encode "$name")&in=accounts"
equal 'search: finds by name' "$(field "[.data[].record.id] | index(\"$id\") != null")" true
call GET '/changes?in=accounts&limit=1'
equal 'changes: a page and a token' "$status $(field '.resumeToken | length > 0') $(field '.data | length')" '200 true 1'
call GET /describe/accounts
equal 'describe: fields with their limits' "$(field '.field[] | select(.name == "name") | .maxLength')" 255
call GET "/accounts/$id/history"
equal 'history: says what changed' "$(field '[.data[] | select(.field == "industry") | .newValue] | index("Baking") != null')" true
call DELETE "/accounts/$id"
equal 'delete: 204' "$status" 204
call GET "/accounts/$id"
equal 'delete: the record is gone' "$status $(field .code)" '404 NOT_FOUND'
call POST "/accounts/$id/undelete"
equal 'undelete: it is back' "$status $(field .id)" "200 $id"

# Compression, content negotiation, methods
equal 'gzip: on request' "$(curl -sS -H 'Accept-Encoding: gzip' -H "Authorization: Bearer $token" "$api/describe" -D - -o /dev/null |
  grep -i '^content-encoding' | tr -d '\r' | tr 'A-Z' 'a-z')" 'content-encoding: gzip'
call POST /accounts -H 'Content-Type: text/plain' --data-binary 'name=x'
equal 'media type: only JSON' "$status $(field .code)" '415 UNSUPPORTED_MEDIA_TYPE'
call PUT /accounts -H 'Content-Type: application/json' --data-binary '{}'
equal 'method: that the path does not have' "$status $(field .code)" '405 METHOD_NOT_ALLOWED'

# Logout
call DELETE /session
call GET /accounts
equal 'logout: the session is of no use any more' "$status $(field .code)" '401 INVALID_SESSION'
[ "$failures" -eq 0 ]
