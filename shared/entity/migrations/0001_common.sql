-- What every service has beside its records. Runs in the service's own schema.

-- The columns that every record has: CREATE TABLE thing (LIKE record_template INCLUDING ALL, …).
CREATE TABLE record_template (
    id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by uuid,
    deleted_at timestamptz,
    owner_id uuid,
    team_id uuid,
    tags text[] NOT NULL DEFAULT '{}',
    custom_fields jsonb NOT NULL DEFAULT '{}'
);

-- Makes the text of these columns findable, by words and by parts of words.
CREATE FUNCTION make_searchable(record_table text, VARIADIC columns text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source text := (SELECT string_agg(format('coalesce(%I, '''')', name), ' || '' '' || ' ORDER BY position)
                    FROM unnest(columns) WITH ORDINALITY AS c (name, position));
BEGIN
    EXECUTE format('ALTER TABLE %1$I ADD search_text text GENERATED ALWAYS AS (public.kontor_fold(%2$s)) STORED',
                   record_table, source);
    EXECUTE format('CREATE INDEX %1$s_search ON %1$I USING gin (search_text gin_trgm_ops)', record_table);
END $$;

-- Who changed what: append-only for the service's role. changes: {"field": [old, new]}; nothing where a record is new:
-- what it began with is what it holds, or the old value of a field's first change.
CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    entity text NOT NULL,
    record_id uuid NOT NULL,
    version bigint NOT NULL,
    action text NOT NULL,
    user_id uuid,
    interface text NOT NULL,
    request_id text NOT NULL,
    changes jsonb NOT NULL,
    PRIMARY KEY (record_id, id)
);

-- Events, in the order of commit: a reader goes by (xid, seq) and never past the oldest running transaction.
CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    entity text NOT NULL,
    record_id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    changed text[] NOT NULL,  -- names of fields; none where a record is new
    payload text NOT NULL,  -- JSON of the record, without what the other columns say; nothing in here looks into it
    owner_id uuid,
    team_id uuid,
    previous_owner_id uuid,
    previous_team_id uuid,
    PRIMARY KEY (xid, seq)
);
CREATE INDEX outbox_at ON outbox USING brin (at);

-- How far each consumer of the outbox has come; moved in the consumer's own transaction.
CREATE TABLE consumer_position (
    consumer text PRIMARY KEY,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Ids in other systems. Those of a deleted record are kept for its return, but free for others.
CREATE TABLE external_id (
    entity text NOT NULL,
    system text NOT NULL,
    external_id text NOT NULL,
    record_id uuid NOT NULL,
    active boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX external_id_key ON external_id (entity, system, external_id) WHERE active;
CREATE INDEX external_id_record ON external_id (record_id);

-- Answers of writes, for callers that send a request again.
CREATE TABLE idempotency_key (
    client_id text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    headers text NOT NULL,
    response bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, key)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);

-- Fields that administrators define at run time.
CREATE TABLE custom_field_definition (
    LIKE record_template INCLUDING ALL,
    entity text NOT NULL,
    name text NOT NULL,
    label text NOT NULL,
    type text NOT NULL,
    required boolean,
    is_unique boolean,
    choices text[] NOT NULL DEFAULT '{}',
    max_length bigint
);
CREATE UNIQUE INDEX custom_field_definition_name_key ON custom_field_definition (entity, name) WHERE deleted_at IS NULL;

-- Values of custom fields that must be unique.
CREATE TABLE custom_unique_value (
    entity text NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    record_id uuid NOT NULL
);
CREATE UNIQUE INDEX custom_unique_value_key ON custom_unique_value (entity, field, value);
CREATE INDEX custom_unique_value_record ON custom_unique_value (record_id);

-- Large contents, in pieces.
CREATE TABLE blob (
    id uuid PRIMARY KEY,
    state text NOT NULL,
    size bigint,
    sha256 text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE blob_chunk (
    blob_id uuid NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
    n integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (blob_id, n)
);
ALTER TABLE blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Imports and exports. runner: the process that does it; only that one may move it on.
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    entity text NOT NULL,
    state text NOT NULL,
    parameters jsonb NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    runner uuid,
    input_blob_id uuid,
    result_blob_id uuid,
    total_bytes bigint NOT NULL DEFAULT 0,
    position bigint NOT NULL DEFAULT 0,
    processed bigint NOT NULL DEFAULT 0,
    created bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    message text
);
CREATE INDEX job_open ON job (created_at) WHERE finished_at IS NULL;
CREATE TABLE job_error (
    job_id uuid NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    line bigint NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    detail text NOT NULL,
    source text NOT NULL
);
CREATE INDEX job_error_job ON job_error (job_id, line);

-- What was merged, as long as it can be undone: master and victims as they were, the master as the merge left it.
CREATE TABLE merge_journal (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    entity text NOT NULL,
    master_id uuid NOT NULL,
    victim_ids uuid[] NOT NULL,
    user_id uuid,
    interface text NOT NULL,
    request_id text NOT NULL,
    master_before jsonb NOT NULL,
    master_after jsonb NOT NULL,
    victims_before jsonb NOT NULL,
    undone_at timestamptz,
    undone_by uuid
);
CREATE INDEX merge_journal_victims ON merge_journal USING gin (victim_ids) WHERE undone_at IS NULL;
CREATE INDEX merge_journal_at ON merge_journal (at);
-- The children that a merge moved (fields: name to the victim that it pointed to) or, as they would have been twice,
-- put into the recycle bin (no fields; version: the one that they have there).
CREATE TABLE merge_child (
    merge_id uuid NOT NULL REFERENCES merge_journal (id) ON DELETE CASCADE,
    entity text NOT NULL,
    record_id uuid NOT NULL,
    version bigint NOT NULL,
    fields jsonb NOT NULL,
    PRIMARY KEY (merge_id, entity, record_id)
);
