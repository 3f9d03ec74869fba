-- Accounts, contacts and what belongs to them. Every record table begins with the same columns.

CREATE TABLE account (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    legal_name text,
    number text,
    type text,
    status text,
    industry text,
    parent_id uuid CONSTRAINT account_parent_id_fkey REFERENCES account (id),
    website text,
    domain text,
    annual_revenue numeric(19, 4),
    currency text,
    employee_count bigint,
    rating text,
    ownership text,
    ticker_symbol text,
    tier text,
    source text,
    payment_terms text,
    vat_number text,
    credit_hold boolean,
    description text,
    merged_into_id uuid CONSTRAINT account_merged_into_id_fkey REFERENCES account (id)
);
SELECT make_searchable('account', 'name', 'legal_name', 'number', 'domain');
CREATE INDEX account_owner ON account (owner_id, id);
CREATE INDEX account_updated ON account (updated_at, id);
CREATE UNIQUE INDEX account_number_key ON account (number) WHERE deleted_at IS NULL;
CREATE INDEX account_name ON account (name, id);
CREATE INDEX account_parent ON account (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX account_domain ON account (domain);
CREATE INDEX account_merged_into ON account (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX account_tags ON account USING gin (tags) WHERE tags <> '{}';

CREATE TABLE contact (
    LIKE record_template INCLUDING ALL,
    display_name text NOT NULL,
    salutation text,
    first_name text,
    middle_name text,
    last_name text NOT NULL,
    suffix text,
    nickname text,
    job_title text,
    department text,
    account_id uuid CONSTRAINT contact_account_id_fkey REFERENCES account (id),
    reports_to_id uuid CONSTRAINT contact_reports_to_id_fkey REFERENCES contact (id),
    birth_date date,
    gender text,
    language text,
    timezone text,
    do_not_call boolean,
    do_not_mail boolean,
    consent_given boolean,
    consent_at timestamptz,
    consent_text text,
    preferred_channel text,
    source text,
    linked_in text,
    assistant_name text,
    assistant_phone text,
    description text,
    merged_into_id uuid CONSTRAINT contact_merged_into_id_fkey REFERENCES contact (id)
);
SELECT make_searchable('contact', 'display_name', 'nickname', 'job_title');
CREATE INDEX contact_owner ON contact (owner_id, id);
CREATE INDEX contact_updated ON contact (updated_at, id);
CREATE INDEX contact_name ON contact (last_name, id);
CREATE INDEX contact_display_name ON contact (display_name, id);
CREATE INDEX contact_account ON contact (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX contact_reports_to ON contact (reports_to_id) WHERE reports_to_id IS NOT NULL;
CREATE INDEX contact_merged_into ON contact (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX contact_tags ON contact USING gin (tags) WHERE tags <> '{}';

CREATE TABLE account_contact (
    LIKE record_template INCLUDING ALL,
    account_id uuid NOT NULL CONSTRAINT account_contact_account_id_fkey REFERENCES account (id),
    contact_id uuid NOT NULL CONSTRAINT account_contact_contact_id_fkey REFERENCES contact (id),
    role text,
    is_active boolean,
    start_date date,
    end_date date,
    note text
);
SELECT make_searchable('account_contact', 'role');
CREATE INDEX account_contact_account ON account_contact (account_id);
CREATE INDEX account_contact_contact ON account_contact (contact_id);

-- An e-mail address or phone number has one state, whoever has it.
CREATE TABLE email_address (
    LIKE record_template INCLUDING ALL,
    address text NOT NULL,
    status text NOT NULL DEFAULT 'unverified',
    opt_out boolean NOT NULL DEFAULT false,
    bounce_count bigint NOT NULL DEFAULT 0,
    last_bounce_at timestamptz,
    verified_at timestamptz
);
SELECT make_searchable('email_address', 'address');
CREATE UNIQUE INDEX email_address_address_key ON email_address (address);

CREATE TABLE record_email (
    record_id uuid NOT NULL,
    email_address_id uuid NOT NULL REFERENCES email_address (id),
    kind text NOT NULL,
    is_primary boolean NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (record_id, email_address_id)
);
CREATE INDEX record_email_address ON record_email (email_address_id);
CREATE VIEW record_email_view AS
    SELECT l.record_id, e.address, l.kind, l.is_primary, e.status, e.opt_out
    FROM record_email l JOIN email_address e ON e.id = l.email_address_id;

CREATE TABLE phone_number (
    LIKE record_template INCLUDING ALL,
    number text NOT NULL,
    country text,
    invalid boolean NOT NULL DEFAULT false,
    opt_out boolean NOT NULL DEFAULT false
);
SELECT make_searchable('phone_number', 'number');
CREATE UNIQUE INDEX phone_number_number_key ON phone_number (number);
CREATE INDEX phone_number_digits ON phone_number (regexp_replace(number, '[^0-9]', '', 'g'));

CREATE TABLE record_phone (
    record_id uuid NOT NULL,
    phone_number_id uuid NOT NULL REFERENCES phone_number (id),
    type text NOT NULL,
    is_primary boolean NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (record_id, phone_number_id)
);
CREATE INDEX record_phone_number ON record_phone (phone_number_id);
CREATE VIEW record_phone_view AS
    SELECT l.record_id, p.number, l.type, l.is_primary, p.invalid, p.opt_out
    FROM record_phone l JOIN phone_number p ON p.id = l.phone_number_id;

CREATE TABLE postal_address (
    record_id uuid NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    building text,
    street text,
    city text,
    subdivision text,
    postal_code text,
    country text,
    PRIMARY KEY (record_id, position)
);

CREATE TABLE activity (
    LIKE record_template INCLUDING ALL,
    kind text NOT NULL,
    subject text NOT NULL,
    status text,
    priority text,
    start_at timestamptz,
    end_at timestamptz,
    all_day boolean,
    timezone text,
    due_at timestamptz,
    reminder_at timestamptz,
    completed_at timestamptz,
    duration_seconds bigint,
    direction text,
    location text,
    join_url text,
    body text,
    parent_entity text,
    parent_id uuid,
    account_id uuid CONSTRAINT activity_account_id_fkey REFERENCES account (id),
    contact_id uuid CONSTRAINT activity_contact_id_fkey REFERENCES contact (id),
    is_private boolean,
    recurrence_rule text,
    uid text,
    attendees jsonb NOT NULL DEFAULT '[]'
);
SELECT make_searchable('activity', 'subject', 'body');
CREATE INDEX activity_owner ON activity (owner_id, id);
CREATE INDEX activity_updated ON activity (updated_at, id);
CREATE INDEX activity_parent ON activity (parent_id, created_at) WHERE parent_id IS NOT NULL;
CREATE INDEX activity_account ON activity (account_id, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX activity_contact ON activity (contact_id, created_at) WHERE contact_id IS NOT NULL;
CREATE INDEX activity_due ON activity (due_at) WHERE completed_at IS NULL;
CREATE INDEX activity_reminder ON activity (owner_id, reminder_at) WHERE reminder_at IS NOT NULL;

CREATE TABLE attachment (
    LIKE record_template INCLUDING ALL,
    parent_entity text NOT NULL,
    parent_id uuid NOT NULL,
    file_name text NOT NULL,
    content_type text,
    size bigint,
    sha256 text,
    blob_id uuid CONSTRAINT attachment_blob_id_fkey REFERENCES blob (id),
    description text
);
SELECT make_searchable('attachment', 'file_name');
CREATE INDEX attachment_parent ON attachment (parent_id);

CREATE TABLE saved_view (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    entity text NOT NULL,
    filter text,
    sort text,
    columns text[] NOT NULL DEFAULT '{}',
    is_shared boolean
);
SELECT make_searchable('saved_view', 'name');
CREATE INDEX saved_view_owner ON saved_view (owner_id);
