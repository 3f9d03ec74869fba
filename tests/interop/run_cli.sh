#!/bin/bash
# The kontor command line against the server at KONTOR_URL. KONTOR_CLI names the program; unless given it is looked for
# in the build folders.
set -u
here=$(cd "$(dirname "$0")" && pwd)
kontor=${KONTOR_CLI:-$(find "$here/../../build" -type f -name kontor -perm -u+x -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-)}
if [ ! -x "${kontor:-}" ]; then
  echo 'not ok cli — the program kontor is not built'
  exit 1
fi
run=$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config
failures=0

# Runs kontor; sets $code, $out and $err.
k() {
  "$kontor" "$@" >"$work/out" 2>"$work/err" </dev/null
  code=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}
equal() { # NAME ACTUAL EXPECTED
  if [ "$2" = "$3" ]; then echo "ok cli: $1"; else
    failures=$((failures + 1))
    echo "not ok cli: $1 — expected $3, got $2 ($(tr '\n' ' ' <<<"$out $err" | head -c 300))"
  fi
}
holds() { # NAME TEXT PART
  case $2 in *"$3"*) echo "ok cli: $1" ;; *) equal "$1" "$2" "*$3*" ;; esac
}
field() { jq -r "$1" <<<"$out"; }

# Before sign-in
key=$KONTOR_API_KEY
unset KONTOR_API_KEY
k list accounts
equal 'not signed in is 4' "$code" 4
k list
equal 'a wrong command line is 2' "$code" 2
KONTOR_URL=http://127.0.0.1:9 KONTOR_API_KEY=x k list accounts
equal 'no server is 6' "$code" 6
printf 'wrong password\n' | "$kontor" login "$KONTOR_URL" --user "nobody-$run" --password-stdin >"$work/out" 2>"$work/err"
equal 'login: a wrong password is 4' "$?" 4
printf '%s\n' "$KONTOR_PASSWORD" | "$kontor" login "$KONTOR_URL" --user "$KONTOR_USER" --password-stdin >"$work/out" 2>"$work/err"
equal 'login' "$?" 0
equal 'login: only the user can read the session' "$(stat -c %a "$XDG_CONFIG_HOME/kontor/credentials")" 600

# Records
name="cli $run"
k create accounts "name=$name" employeeCount=5 creditHold=true tags=b,a externalIds=erp:cli-$run annualRevenue=12.50 -o json
id=$(field .id)
equal 'create: types come from the description' "$code $(field '[.employeeCount, .creditHold, .tags, .annualRevenue] | tostring')" \
  '0 [5,true,["b","a"],"12.5000"]'
k get accounts "erp:cli-$run" -o json
equal 'get: by external id' "$code $(field .id)" "0 $id"
k get accounts "$id"
holds 'get: as a table' "$out" "$name"
k get accounts 00000000-0000-7000-8000-000000000000
equal 'get: an unknown id is 3' "$code" 3
k update accounts "$id" industry=Baking --version 1 -o json
equal 'update' "$code $(field .industry)" '0 Baking'
k update accounts "$id" industry=Other --version 1
equal 'update: a stale version is 5' "$code" 5
k update accounts "$id" industry= -o json
equal 'update: nothing behind = empties' "$code $(field .industry)" '0 null'
k create accounts "name=$name 2" "externalIds=erp:cli-$run"
equal 'create: a taken external id is 5' "$code" 5
k create accounts colour=red
equal 'create: an unknown field is 1' "$code" 1
holds 'create: … and has its line' "$err" '/colour'
jq -n --arg name "$name json" '{name: $name, description: "株式会社"}' >"$work/record.json"
k create accounts --json "$work/record.json" -o json
equal 'create: from a file' "$code $(field .description)" '0 株式会社'
k update accounts "crm:cli-$run" "name=$name upsert" --upsert -o json
equal 'update: --upsert creates' "$code $(field .name)" "0 $name upsert"
k list accounts --filter "name : \"$name*\"" --sort name --fields id,name -o csv
equal 'list: as CSV' "$code $(head -1 <<<"$out" | tr -d '\r') $(($(wc -l <<<"$out") - 1))" '0 id,name 3'
k list accounts --filter "name : \"$name*\"" --limit 2 -o json
equal 'list: no more than the limit' "$(field length)" 2
k list accounts --filter "name : \"$name*\"" --fields description,name
holds 'list: wide characters are aligned' "$out" "株式会社     $name json"
k list accounts --filter 'name = = 1'
equal 'list: a filter that does not parse is 1' "$code" 1
k search "$name" --in accounts -o json
equal 'search' "$code $(field "[.[].record.id] | index(\"$id\") != null")" '0 true'
k describe
holds 'describe: the collections' "$out" contacts
k describe accounts
holds 'describe: the fields' "$out" annualRevenue
k delete accounts "$id"
equal 'delete' "$code" 0
k get accounts "$id"
equal 'delete: the record is gone' "$code" 3
k undelete accounts "$id"
equal 'undelete' "$code" 0

k create accounts "name=$name twin" rating=hot -o json
twin=$(field .id)
k merge accounts "$id" "$twin" --take "name=$twin" -o json
merge=$(field .mergeId)
equal 'merge' "$code $(field '[.name, .rating] | tostring')" "0 [\"$name twin\",\"hot\"]"
k get accounts "$twin"
equal 'merge: the other record is gone' "$code" 3
k merge accounts "$id" "$twin"
equal 'merge: an unknown record is 3' "$code" 3
k merge accounts "$id" "$twin" --take name
equal 'merge: a choice that is none is 2' "$code" 2
k unmerge "$merge" -o json
equal 'unmerge' "$code $(field '[.victimId[0], .conflicts] | tostring')" "0 [\"$twin\",0]"
k unmerge "$merge"
equal 'unmerge: twice is 5' "$code" 5

# Sales
lead() { # NAME: a new lead's id
  k create leads "lastName=Łukasz $1 $run" "companyName=Zakład $1 $run" "email=$1-$run@example.org" estimatedAmount=1200.50 \
    currency=EUR "externalIds=erp:lead-$1-$run" -o json
  field .id
}
one=$(lead one)
two=$(lead two)
lead three >/dev/null
k create leads "lastName=Again" "email=one-$run@example.org"
equal 'create: a lead like another one is 5' "$code" 5
holds 'create: … and the other one is named' "$err" "Lead $one: Łukasz one $run"
k create leads "lastName=Again" "email=one-$run@example.org" allowDuplicates=true
equal 'create: … unless that is allowed' "$code" 0
k convert "$one" --opportunity "Deal $run" --stage Proposal --amount 99.90 --close 2027-03-31 --status Converted -o json
deal=$(field '.[0].opportunityId')
equal 'convert: one result' "$code $(field '[length, .[0].success, .[0].accountCreated] | tostring')" '0 [1,true,true]'
k get opportunities "$deal" -o json
equal 'convert: the opportunity is as wished' "$(field '[.name, .amount, .closeDate, .probability] | tostring')" \
  "[\"Deal $run\",\"99.9000\",\"2027-03-31\",50]"
k convert "erp:lead-two-$run" "$one" --no-opportunity -o json
equal 'convert: a result for each lead' "$code $(field '[.[].success] | tostring') $(field '.[1].error.code')" '1 [true,false] CONFLICT'
equal 'convert: … without an opportunity' "$(field '.[0].leadId + " " + (.[0] | has("opportunityId") | tostring)')" "$two false"
holds 'convert: … and the reasons' "$err" "1 of 2 not converted"
k convert "$one"
equal 'convert: a converted lead is 5' "$code" 5
{
  echo lastName,companyName
  for n in $(seq 1 101); do echo "Many $n,Many $run $n"; done
} >"$work/leads.csv"
k import leads "$work/leads.csv"
k list leads --filter "companyName : \"Many $run *\"" --all -o json
mapfile -t many < <(field '.[].id')
k convert "${many[@]}" --no-opportunity -o json
equal 'convert: more than go into a call' "$code $(field '[length, (map(select(.success)) | length)] | tostring')" '0 [101,101]'
equal 'convert: … in their order' "$(field '.[].leadId' | tr '\n' ' ')" "${many[*]} "
k convert 00000000-0000-7000-8000-000000000000 -o csv
equal 'convert: an unknown lead is 3' "$code $(head -1 <<<"$out" | tr -d '\r')" '3 leadId,success,accountId,contactId,opportunityId,error.code'
k convert "$one" --opportunity x --no-opportunity
equal 'convert: what contradicts itself is 2' "$code" 2
k convert "erp:lead-three-$run" --status Nowhere
equal 'convert: an unknown status is 3' "$code" 3

k get opportunities "$deal" -o json
version=$(field .version)
k move "$deal" Negotiation --version "$version" -o json
equal 'move: by the name of the stage' "$code $(field .probability)" '0 80'
stage=$(field .stageId)
k move "$deal" "$stage" --version "$version"
equal 'move: a stale version is 5' "$code" 5
k move "$deal" Nowhere
equal 'move: an unknown stage is 3' "$code" 3
holds 'move: … and those that there are' "$err" 'Prospecting, Qualification'
k move "$deal" Lost
equal 'move: what a stage asks for is missing: 1' "$code" 1
holds 'move: … and is named' "$err" /lostReasonId
k create lostReasons "name=Too dear $run" -o json
k move "$deal" Lost --lost-reason "Too dear $run" "lostNote=Nächstes Mal" -o json
equal 'move: with what the stage asks for' "$code $(field '[.category, .lostNote] | tostring')" '0 ["lost","Nächstes Mal"]'
k move "$deal" "$stage" -o csv
holds 'move: by the id of the stage, as CSV' "$out" "Deal $run"
k move 00000000-0000-7000-8000-000000000000 "$stage"
equal 'move: an unknown opportunity is 3' "$code" 3

k update opportunities "$deal" closeDate=2031-02-03
k forecast 2031-02 -o json
equal 'forecast: as JSON' "$code $(field ".row[] | select(.category == \"commit\") | .amountBase" | head -1 | grep -c .)" '0 1'
k forecast 2031-Q1 --owner "$KONTOR_USER" -o csv
equal 'forecast: of a person, as CSV' "$code $(head -1 <<<"$out" | tr -d '\r')" \
  '0 period,owner,ownerId,currency,category,count,amountBase,weightedAmount,submitted,overridden,target'
holds 'forecast: … with the opportunity' "$out" ',commit,'
k forecast 2031
holds 'forecast: as a table' "$out" '2031-02  '
holds 'forecast: … in the base currency' "$err" 'Amounts in EUR.'
k forecast
equal 'forecast: of this quarter' "$code" 0
k forecast 2031-13
equal 'forecast: what is no period is 2' "$code" 2
k forecast --team "Nobody $run"
equal 'forecast: an unknown team is 3' "$code" 3

# Import and export
{
  echo 'externalId.erp,firstName,lastName,email'
  for n in $(seq 1 300); do echo "cli-$run-$n,Ana,Import $run,ana$n@$run.example"; done
} >"$work/contacts.csv"
k import contacts "$work/contacts.csv" --mode upsert --system erp
equal 'import: all rows' "$code $out" '0 300 imported, 0 failed'
k import contacts "$work/contacts.csv" --mode upsert --system erp
equal 'import: again, as updates' "$code $out" '0 300 imported, 0 failed'
printf 'email,jobTitle\nANA1@%s.example,Miller\nnobody@%s.example,Miller\n' "$run" "$run" >"$work/known.csv"
k import contacts "$work/known.csv" --mode update --key email --preview
equal 'import --key: by a field' "$code $out" '1 0 would be created, 1 updated, 1 refused'
k import contacts "$work/known.csv" --mode upsert
equal 'import --key: an upsert needs it, or a system' "$code" 2
k import contacts "$work/known.csv" --mode upsert --key email --system erp
equal 'import --key: not both' "$code" 2
printf 'lastName,birthDate\nImport %s,2000-01-01\nImport %s,tomorrow\n' "$run" "$run" >"$work/bad.csv"
k import contacts "$work/bad.csv"
equal 'import: a refused row is 1' "$code $out" '1 1 imported, 1 failed'
holds 'import: … and is in the error file' "$(cat "$work/bad.csv.errors.csv" 2>/dev/null)" tomorrow
k export contacts -o "$work/out.csv" --filter "lastName = \"Import $run\""
equal 'export: CSV' "$code $(($(wc -l <"$work/out.csv") - 1))" '0 301'
k export contacts -o "$work/out.ndjson" --format ndjson --filter "lastName = \"Import $run\""
equal 'export: NDJSON' "$code $(grep -c '"lastName"' "$work/out.ndjson")" '0 301'
k import contacts "$work/missing.csv"
equal 'import: no such file is 2' "$code" 2
k job result "$("$kontor" job list --limit 1 -o json | jq -r '.[0].id')"
holds 'job list, job result: the file of the export before' "$out" "Import $run"

# Jobs
printf 'externalId.erp;lastName;email\ncli-%s-1;Changed %s;\ncli-%s-new;New %s;\ncli-%s-bad;Bad;nobody\n' "$run" "$run" "$run" "$run" "$run" >"$work/preview.csv"
k import contacts "$work/preview.csv" --mode upsert --system erp --preview
equal 'import --preview: says what would happen' "$code $out" '1 1 would be created, 1 updated, 1 refused'
equal 'import --preview: … and which rows are refused' "$(sed -n 2p "$work/preview.csv.errors.csv" | cut -d';' -f1-4)" "cli-$run-bad;Bad;nobody;4"
k list contacts --filter "lastName = \"Changed $run\"" -o json
equal 'import --preview: … and changes nothing' "$(field length)" 0
printf '{"lastName":"Row %s"}\n{"lastName":5}\n' "$run" >"$work/rows.ndjson"
k import contacts "$work/rows.ndjson"
equal 'import: NDJSON has errors in NDJSON' "$code $(jq -c '[._line, (._errors | length)]' "$work/rows.ndjson.errors.ndjson")" '1 [2,1]'
k mass-update contacts "jobTitle=Buyer $run" --filter "lastName = \"Import $run\""
equal 'mass-update: of what a filter finds' "$code $out" '0 301 updated, 0 refused'
job=$(sed -n 's/.*job undo //p' <<<"$err")
k job get "$job" -o json
equal 'job get' "$code $(field '[.kind, .state, .updated] | join(" ")')" '0 massUpdate succeeded 301'
k job cancel "$job"
equal 'job cancel: what is over is 5' "$code" 5
one=$("$kontor" list contacts --filter "jobTitle = \"Buyer $run\"" -o json | jq -r '.[0].id')
k update contacts "$one" jobTitle=Mine
k job undo "$job"
equal 'job undo: what somebody changed since stays' "$code $out" '1 300 updated, 1 refused'
holds 'job undo: … and is named' "$err" "$one"
k job undo "$job"
equal 'job undo: once' "$code" 5
k mass-delete contacts --ids "$one"
equal 'mass-delete: of ids' "$code $out" '0 1 deleted, 0 refused'
k mass-update contacts jobTitle=X
equal 'mass-update: without records is 2' "$code" 2
k job errors 01941f29-7c01-7000-8009-000000000999
equal 'job errors: of no job is 3' "$code" 3

# Administration
printf 'Long enough %s pass\n' "$run" | "$kontor" user create "cli-$run" email=cli@example.org >"$work/out" 2>"$work/err"
equal 'user create' "$?" 0
k user list -o json
equal 'user list' "$(field "[.[] | select(.userName == \"cli-$run\")] | length")" 1
printf 'Another long %s pass\n' "$run" | "$kontor" user set-password "cli-$run" >"$work/out" 2>"$work/err"
equal 'user set-password' "$?" 0
printf 'Another long %s pass\n' "$run" |
  XDG_CONFIG_HOME=$work/other "$kontor" login "$KONTOR_URL" --user "cli-$run" --password-stdin >"$work/out" 2>"$work/err"
equal 'user set-password: the new one is taken' "$?" 0
k user deactivate "cli-$run"
equal 'user deactivate' "$code" 0
k key create "cli $run"
secret=$out
equal 'key create: the key is printed' "$code $([ ${#secret} -gt 20 ] && echo key)" '0 key'
KONTOR_API_KEY=$secret k list accounts --limit 1
equal 'key: works from the environment' "$code" 0
k key revoke "cli $run"
equal 'key revoke' "$code" 0
KONTOR_API_KEY=$secret k list accounts --limit 1
equal 'key revoke: it is of no use any more' "$code" 4
k key list
equal 'key list' "$code" 0

# Logout
cp "$XDG_CONFIG_HOME/kontor/credentials" "$work/kept"
k logout
equal 'logout' "$code $([ -e "$XDG_CONFIG_HOME/kontor/credentials" ] || echo gone)" '0 gone'
cp "$work/kept" "$XDG_CONFIG_HOME/kontor/credentials"
k list accounts
equal 'logout: the session is of no use any more' "$code" 4
export KONTOR_API_KEY=$key
[ "$failures" -eq 0 ]
