# The demo: a database, a server, data of a believable company, and two calls to copy.

demo_database=kontor
demo_objects="teams users accounts contacts accountContacts activities savedViews taxRates products priceBooks priceBookEntries currencyRates
  scoringRules leads opportunities targets"

demo() {
  local folder=${KONTOR_DEMO:-build/demo}
  install_packages build run
  build kontord kontor
  start_demo "$folder" "${KONTOR_PORT:-}"
  show_demo "$folder"
}

# start_demo FOLDER PORT: takes up what is there of an earlier run. Without a port: that of the earlier run, or 8080.
start_demo() {
  local folder=$1 port=$2 cluster=$root/$1/postgres before
  mkdir -p "$folder"
  before=$(sed -n 's/^http.port = //p' "$folder/kontord.properties" 2>/dev/null || true)
  port=${port:-${before:-8080}}
  if server_runs "$folder" && [ "$port" = "$before" ] && [ "$folder/kontord.pid" -nt "$kontord" ]; then
    stage "kontord is running already"
  else
    stop_server "$folder"
    if port_is_taken "$port"; then fail "$(port_message "$port")"; fi
    stage "Starting PostgreSQL in $folder/postgres"
    start_cluster "$cluster"
    create_database "$cluster" "$demo_database"
    write_settings "$folder" "$cluster" "$demo_database" "$port"
    stage "Migrating"
    "$kontord" --config "$folder/kontord.properties" --migrate
    stage "Starting kontord on port $port"
    start_server "$folder" "$port"
  fi
  sign_in "$folder" "$cluster" "$port"
  load "$folder"
}

# Makes an API key at the first start, when kontord has told the administrator's password, and writes env.
sign_in() {
  local folder=$1 cluster=$2 port=$3
  KONTOR_URL=http://127.0.0.1:$port
  KONTOR_USER="admin"
  KONTOR_PASSWORD=$(cat "$folder/password" 2>/dev/null || sed -n 's/^First start: .* password //p' "$folder/kontord.out")
  [ -n "$KONTOR_PASSWORD" ] || fail "The administrator's password is lost ($folder/password). Begin anew with ./run clean."
  (umask 077 && printf '%s\n' "$KONTOR_PASSWORD" >"$folder/password")
  rm -f "$folder/kontord.out"
  KONTOR_API_KEY=$(cat "$folder/key" 2>/dev/null || true)
  if [ -z "$KONTOR_API_KEY" ]; then
    KONTOR_API_KEY=$(request POST /api/v1/apiKeys '{"name":"demo"}' | jq -r .key)
    (umask 077 && printf '%s\n' "$KONTOR_API_KEY" >"$folder/key")
  fi
  (umask 077 && cat >"$folder/env") <<END
KONTOR_URL=$KONTOR_URL
KONTOR_USER=$KONTOR_USER
KONTOR_PASSWORD=$KONTOR_PASSWORD
KONTOR_API_KEY=$KONTOR_API_KEY
KONTOR_DSN=$(url "$cluster" "$demo_database" kontor_admin)
KONTOR_PID=$(cat "$folder/kontord.pid")
export KONTOR_URL KONTOR_USER KONTOR_PASSWORD KONTOR_API_KEY KONTOR_DSN KONTOR_PID
END
}

# Makes demo data and imports it through the public interface, collection by collection; what has been loaded is
# remembered.
load() {
  local folder=$1 object
  # shellcheck source=/dev/null
  . "$folder/env"
  [ ! -e "$folder/loaded" ] || return 0
  stage "Loading demo data"
  [ -e "$folder/data/complete" ] || python3 tests/data/generate.py --seed 1 --contacts 2000 --folder "$folder/data"
  for object in $demo_objects; do
    [ ! -e "$folder/data/$object.loaded" ] || continue
    printf '  %-16s' "$object"
    "$kontor" import "$object" "$folder/data/$object.ndjson" --mode upsert --system demo </dev/null
    touch "$folder/data/$object.loaded"
  done
  # When a deal entered its stages cannot be told through the interface, which knows only now.
  psql -Xq -v ON_ERROR_STOP=1 -f "$folder/data/history.sql" "$KONTOR_DSN" >/dev/null
  touch "$folder/loaded"
}

rest_call() {
  cat <<'END'
curl -s "$KONTOR_URL/api/v1/contacts?limit=2&fields=displayName,jobTitle,emailAddresses&sort=displayName" \
  -H "Authorization: Bearer $KONTOR_API_KEY"
END
}

soap_call() {
  cat <<'END'
curl -s "$KONTOR_URL/soap/v1/contact" -H 'Content-Type: text/xml; charset=utf-8' \
  -H "Authorization: Bearer $KONTOR_API_KEY" --data-binary '
<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>
  <queryRecords xmlns="http://api.kontor.example/contact/v1"><query>
    <entity xmlns="http://api.kontor.example/common/v1">Account</entity>
    <filter xmlns="http://api.kontor.example/common/v1">employeeCount &gt; 5000</filter>
    <fields xmlns="http://api.kontor.example/common/v1">name</fields>
    <limit xmlns="http://api.kontor.example/common/v1">2</limit>
  </query></queryRecords>
</Body></Envelope>'
END
}

# show_call TITLE COMMAND: prints and runs it.
show_call() {
  local answer
  printf '\n%s\n\n%s\n\n' "$1" "$2"
  answer=$(bash -c "$2") || fail "That call has failed: $answer"
  case $answer in
    *'"data":['* | *'<success>true'* | *queryRecordsResponse*) printf '%s\n' "$answer" ;;
    *) fail "That call was not answered as it should: $answer" ;;
  esac
}

show_demo() {
  local folder=$1
  stage "Kontor is running. Two calls to copy"
  printf '\n. %s/env\n' "$folder"
  show_call "A REST call:" "$(rest_call)"
  show_call "A SOAP call:" "$(soap_call)"
  cat <<END

Address           $KONTOR_URL
User, password    $KONTOR_USER   $KONTOR_PASSWORD
API key           $KONTOR_API_KEY   (these and more in $folder/env)

Where to go next
  REST, every call        $KONTOR_URL/api/docs
  SOAP, the contract      $KONTOR_URL/soap/v1/contact?wsdl
  the command line        . $folder/env; $kontor list accounts
  the database            . $folder/env; psql "\$KONTOR_DSN"
  guides                  docs/
  stop, start again       ./run stop, ./run demo
END
}

# Stops the demo: that of KONTOR_DEMO, or all that ./run can have started.
stop_everything() {
  local folder folders=(build/demo build/test build/test/demo build/test/launcher build/bench)
  [ -z "${KONTOR_DEMO:-}" ] || folders=("$KONTOR_DEMO")
  for folder in "${folders[@]}"; do
    [ -d "$folder" ] || continue
    stop_server "$folder"
    stop_cluster "$root/$folder/postgres"
  done
  say "Stopped."
}
