-- Leads, opportunities, products and quotes.

CREATE TABLE lead (
    LIKE record_template INCLUDING ALL,
    display_name text,
    salutation text,
    first_name text,
    last_name text,
    job_title text,
    company_name text,
    company_domain text,
    website text,
    industry text,
    employee_count bigint,
    annual_revenue numeric(19, 4),
    email text,
    phone text,
    mobile text,
    email_state text,
    phone_state text,
    do_not_call boolean,
    do_not_mail boolean,
    language text,
    timezone text,
    street text,
    city text,
    subdivision text,
    postal_code text,
    country text,
    status_id uuid,
    status_category text,
    disqualify_reason text,
    source text,
    source_detail text,
    referred_by text,
    campaign_id uuid,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    estimated_amount numeric(19, 4),
    currency text,
    estimated_amount_base numeric(19, 4),
    rating text,
    score bigint,
    grade text,
    score_parts jsonb NOT NULL DEFAULT '[]',
    scored_at timestamptz,
    queue_id uuid,
    assigned_at timestamptz,
    assignment_trace jsonb NOT NULL DEFAULT '[]',
    first_response_at timestamptz,
    response_seconds bigint,
    respond_by timestamptz,
    description text,
    consent_given boolean,
    consent_at timestamptz,
    consent_text text,
    capture_form_id uuid,
    duplicate_of_id uuid CONSTRAINT lead_duplicate_of_id_fkey REFERENCES lead (id),
    merged_into_id uuid CONSTRAINT lead_merged_into_id_fkey REFERENCES lead (id),
    converted_at timestamptz,
    converted_by uuid,
    converted_account_id uuid,
    converted_contact_id uuid,
    converted_opportunity_id uuid
);
SELECT make_searchable('lead', 'display_name', 'company_name', 'email');
CREATE INDEX lead_status_id ON lead (status_id) WHERE status_id IS NOT NULL;
CREATE INDEX lead_campaign_id ON lead (campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX lead_queue_id ON lead (queue_id) WHERE queue_id IS NOT NULL;
CREATE INDEX lead_capture_form_id ON lead (capture_form_id) WHERE capture_form_id IS NOT NULL;
CREATE INDEX lead_duplicate_of_id ON lead (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL;
CREATE INDEX lead_merged_into_id ON lead (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX lead_converted_account_id ON lead (converted_account_id) WHERE converted_account_id IS NOT NULL;
CREATE INDEX lead_converted_contact_id ON lead (converted_contact_id) WHERE converted_contact_id IS NOT NULL;
CREATE INDEX lead_converted_opportunity_id ON lead (converted_opportunity_id) WHERE converted_opportunity_id IS NOT NULL;

CREATE TABLE lead_status (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    category text NOT NULL,
    position bigint,
    is_default boolean,
    is_active boolean
);
SELECT make_searchable('lead_status', 'name');

CREATE TABLE lead_queue (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    description text,
    member_ids text[] NOT NULL DEFAULT '{}',
    response_minutes bigint
);
SELECT make_searchable('lead_queue', 'name');

CREATE TABLE lead_event (
    LIKE record_template INCLUDING ALL,
    lead_id uuid NOT NULL CONSTRAINT lead_event_lead_id_fkey REFERENCES lead (id),
    kind text NOT NULL,
    at timestamptz,
    detail text,
    count bigint
);
SELECT make_searchable('lead_event', 'kind');
CREATE INDEX lead_event_lead_id ON lead_event (lead_id) WHERE lead_id IS NOT NULL;

CREATE TABLE scoring_rule (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    kind text NOT NULL,
    filter text,
    event_kind text,
    points bigint NOT NULL,
    half_life_days bigint,
    maximum_points bigint,
    position bigint,
    is_active boolean
);
SELECT make_searchable('scoring_rule', 'name');

CREATE TABLE assignment_rule (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    position bigint,
    filter text,
    mode text NOT NULL,
    user_ids text[] NOT NULL DEFAULT '{}',
    queue_id uuid CONSTRAINT assignment_rule_queue_id_fkey REFERENCES lead_queue (id),
    lead_team_id uuid,
    is_active boolean
);
SELECT make_searchable('assignment_rule', 'name');
CREATE INDEX assignment_rule_queue_id ON assignment_rule (queue_id) WHERE queue_id IS NOT NULL;
CREATE INDEX assignment_rule_lead_team_id ON assignment_rule (lead_team_id) WHERE lead_team_id IS NOT NULL;

CREATE TABLE sales_person (
    LIKE record_template INCLUDING ALL,
    user_id uuid NOT NULL,
    capacity bigint,
    maximum_per_day bigint,
    out_from timestamptz,
    out_until timestamptz,
    delegate_id uuid,
    is_active boolean
);
CREATE INDEX sales_person_user_id ON sales_person (user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX sales_person_user_id_key ON sales_person (user_id) WHERE deleted_at IS NULL;
CREATE INDEX sales_person_delegate_id ON sales_person (delegate_id) WHERE delegate_id IS NOT NULL;

CREATE TABLE capture_form (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    introduction text,
    fields jsonb NOT NULL DEFAULT '[]',
    submit_label text,
    thank_you_text text,
    redirect_url text,
    language text,
    allowed_origins text[] NOT NULL DEFAULT '{}',
    double_opt_in boolean,
    confirmation_hours bigint,
    consent_text text,
    consent_required boolean,
    source text,
    campaign_id uuid,
    queue_id uuid CONSTRAINT capture_form_queue_id_fkey REFERENCES lead_queue (id),
    on_duplicate text,
    per_hour bigint,
    is_active boolean
);
SELECT make_searchable('capture_form', 'name');
CREATE UNIQUE INDEX capture_form_slug_key ON capture_form (slug) WHERE deleted_at IS NULL;
CREATE INDEX capture_form_campaign_id ON capture_form (campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX capture_form_queue_id ON capture_form (queue_id) WHERE queue_id IS NOT NULL;

CREATE TABLE capture_submission (
    LIKE record_template INCLUDING ALL,
    capture_form_id uuid CONSTRAINT capture_submission_capture_form_id_fkey REFERENCES capture_form (id),
    state text,
    reason text,
    payload text,
    client_address text,
    user_agent text,
    origin text,
    page_url text,
    lead_id uuid CONSTRAINT capture_submission_lead_id_fkey REFERENCES lead (id),
    confirmed_at timestamptz,
    expires_at timestamptz
);
CREATE INDEX capture_submission_capture_form_id ON capture_submission (capture_form_id) WHERE capture_form_id IS NOT NULL;
CREATE INDEX capture_submission_lead_id ON capture_submission (lead_id) WHERE lead_id IS NOT NULL;

CREATE TABLE conversion_field (
    LIKE record_template INCLUDING ALL,
    lead_field text NOT NULL,
    target text NOT NULL,
    target_field text NOT NULL
);

CREATE TABLE conversion (
    LIKE record_template INCLUDING ALL,
    lead_id uuid CONSTRAINT conversion_lead_id_fkey REFERENCES lead (id),
    state text,
    request text,
    account_id uuid,
    contact_id uuid,
    opportunity_id uuid,
    account_created boolean,
    contact_created boolean,
    message text,
    finished_at timestamptz
);
CREATE INDEX conversion_lead_id ON conversion (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX conversion_account_id ON conversion (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX conversion_contact_id ON conversion (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX conversion_opportunity_id ON conversion (opportunity_id) WHERE opportunity_id IS NOT NULL;

CREATE TABLE pipeline (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    position bigint,
    colour text,
    is_active boolean,
    is_default boolean,
    team_ids text[] NOT NULL DEFAULT '{}',
    probability_mode text
);
SELECT make_searchable('pipeline', 'name');

CREATE TABLE stage (
    LIKE record_template INCLUDING ALL,
    pipeline_id uuid NOT NULL CONSTRAINT stage_pipeline_id_fkey REFERENCES pipeline (id),
    name text NOT NULL,
    position bigint,
    category text NOT NULL,
    probability bigint,
    forecast_category text,
    rotting_days bigint,
    requirements jsonb NOT NULL DEFAULT '[]',
    folded boolean,
    guidance text
);
SELECT make_searchable('stage', 'name');
CREATE INDEX stage_pipeline_id ON stage (pipeline_id) WHERE pipeline_id IS NOT NULL;

CREATE TABLE opportunity (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    account_id uuid,
    account_name text,
    primary_contact_id uuid,
    contacts jsonb NOT NULL DEFAULT '[]',
    team jsonb NOT NULL DEFAULT '[]',
    pipeline_id uuid CONSTRAINT opportunity_pipeline_id_fkey REFERENCES pipeline (id),
    stage_id uuid CONSTRAINT opportunity_stage_id_fkey REFERENCES stage (id),
    category text,
    last_open_stage_id uuid CONSTRAINT opportunity_last_open_stage_id_fkey REFERENCES stage (id),
    stage_since timestamptz,
    amount numeric(19, 4),
    amount_source text,
    currency text,
    amount_base numeric(19, 4),
    probability bigint,
    probability_manual boolean,
    weighted_amount numeric(19, 4),
    close_date date NOT NULL,
    closed_at timestamptz,
    next_step text,
    next_step_at timestamptz,
    type text,
    source text,
    campaign_id uuid,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    lost_reason_id uuid,
    lost_note text,
    competitor_ids text[] NOT NULL DEFAULT '{}',
    recurring_amount numeric(19, 4),
    recurring_months bigint,
    monthly_recurring numeric(19, 4),
    price_book_id uuid,
    lines jsonb NOT NULL DEFAULT '[]',
    forecast_category text,
    board_position text,
    lead_id uuid CONSTRAINT opportunity_lead_id_fkey REFERENCES lead (id),
    description text
);
SELECT make_searchable('opportunity', 'name', 'account_name');
CREATE INDEX opportunity_account_id ON opportunity (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX opportunity_primary_contact_id ON opportunity (primary_contact_id) WHERE primary_contact_id IS NOT NULL;
CREATE INDEX opportunity_pipeline_id ON opportunity (pipeline_id) WHERE pipeline_id IS NOT NULL;
CREATE INDEX opportunity_stage_id ON opportunity (stage_id) WHERE stage_id IS NOT NULL;
CREATE INDEX opportunity_last_open_stage_id ON opportunity (last_open_stage_id) WHERE last_open_stage_id IS NOT NULL;
CREATE INDEX opportunity_campaign_id ON opportunity (campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX opportunity_lost_reason_id ON opportunity (lost_reason_id) WHERE lost_reason_id IS NOT NULL;
CREATE INDEX opportunity_price_book_id ON opportunity (price_book_id) WHERE price_book_id IS NOT NULL;
CREATE INDEX opportunity_lead_id ON opportunity (lead_id) WHERE lead_id IS NOT NULL;

CREATE TABLE stage_change (
    LIKE record_template INCLUDING ALL,
    opportunity_id uuid CONSTRAINT stage_change_opportunity_id_fkey REFERENCES opportunity (id),
    from_stage_id uuid CONSTRAINT stage_change_from_stage_id_fkey REFERENCES stage (id),
    to_stage_id uuid CONSTRAINT stage_change_to_stage_id_fkey REFERENCES stage (id),
    from_category text,
    to_category text,
    at timestamptz,
    by uuid,
    seconds_in_from bigint,
    amount numeric(19, 4),
    currency text,
    amount_base numeric(19, 4),
    probability bigint,
    close_date date
);
CREATE INDEX stage_change_opportunity_id ON stage_change (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX stage_change_from_stage_id ON stage_change (from_stage_id) WHERE from_stage_id IS NOT NULL;
CREATE INDEX stage_change_to_stage_id ON stage_change (to_stage_id) WHERE to_stage_id IS NOT NULL;
CREATE INDEX stage_change_by ON stage_change (by) WHERE by IS NOT NULL;

CREATE TABLE lost_reason (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    position bigint,
    is_active boolean
);
SELECT make_searchable('lost_reason', 'name');

CREATE TABLE competitor (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    website text,
    strengths text,
    weaknesses text
);
SELECT make_searchable('competitor', 'name');

CREATE TABLE product_category (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    parent_id uuid CONSTRAINT product_category_parent_id_fkey REFERENCES product_category (id)
);
SELECT make_searchable('product_category', 'name');
CREATE INDEX product_category_parent_id ON product_category (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE product (
    LIKE record_template INCLUDING ALL,
    sku text NOT NULL,
    name text NOT NULL,
    category_id uuid CONSTRAINT product_category_id_fkey REFERENCES product_category (id),
    parent_id uuid CONSTRAINT product_parent_id_fkey REFERENCES product (id),
    attributes jsonb NOT NULL DEFAULT '[]',
    type text,
    unit text,
    list_price numeric(19, 4),
    cost numeric(19, 4),
    currency text,
    tax_rate_id uuid,
    is_active boolean,
    is_stocked boolean,
    url text,
    image_url text,
    description text
);
SELECT make_searchable('product', 'sku', 'name');
CREATE UNIQUE INDEX product_sku_key ON product (sku) WHERE deleted_at IS NULL;
CREATE INDEX product_category_id ON product (category_id) WHERE category_id IS NOT NULL;
CREATE INDEX product_parent_id ON product (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX product_tax_rate_id ON product (tax_rate_id) WHERE tax_rate_id IS NOT NULL;

CREATE TABLE tax_rate (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    percent numeric(19, 4) NOT NULL,
    country text,
    is_active boolean
);
SELECT make_searchable('tax_rate', 'name');

CREATE TABLE price_book (
    LIKE record_template INCLUDING ALL,
    name text NOT NULL,
    currency text NOT NULL,
    parent_id uuid CONSTRAINT price_book_parent_id_fkey REFERENCES price_book (id),
    valid_from date,
    valid_to date,
    is_default boolean,
    is_active boolean
);
SELECT make_searchable('price_book', 'name');
CREATE INDEX price_book_parent_id ON price_book (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE price_book_entry (
    LIKE record_template INCLUDING ALL,
    price_book_id uuid NOT NULL CONSTRAINT price_book_entry_price_book_id_fkey REFERENCES price_book (id),
    product_id uuid NOT NULL CONSTRAINT price_book_entry_product_id_fkey REFERENCES product (id),
    minimum_quantity numeric(19, 4),
    price numeric(19, 4) NOT NULL,
    valid_from date,
    valid_to date
);
CREATE INDEX price_book_entry_price_book_id ON price_book_entry (price_book_id) WHERE price_book_id IS NOT NULL;
CREATE INDEX price_book_entry_product_id ON price_book_entry (product_id) WHERE product_id IS NOT NULL;

CREATE TABLE quote (
    LIKE record_template INCLUDING ALL,
    number text,
    revision bigint,
    supersedes_id uuid CONSTRAINT quote_supersedes_id_fkey REFERENCES quote (id),
    name text NOT NULL,
    opportunity_id uuid CONSTRAINT quote_opportunity_id_fkey REFERENCES opportunity (id),
    account_id uuid,
    contact_id uuid,
    recipient_name text,
    recipient_email text,
    stage text,
    valid_until date,
    billing_address text,
    shipping_address text,
    price_book_id uuid CONSTRAINT quote_price_book_id_fkey REFERENCES price_book (id),
    currency text,
    lines jsonb NOT NULL DEFAULT '[]',
    groups jsonb NOT NULL DEFAULT '[]',
    taxes jsonb NOT NULL DEFAULT '[]',
    discount_percent numeric(19, 4),
    discount_amount numeric(19, 4),
    shipping numeric(19, 4),
    shipping_tax_percent numeric(19, 4),
    subtotal numeric(19, 4),
    discount_total numeric(19, 4),
    tax_total numeric(19, 4),
    total numeric(19, 4),
    recurring_total numeric(19, 4),
    rate numeric(19, 10),
    total_base numeric(19, 4),
    terms text,
    payment_terms text,
    language text,
    approval_required boolean,
    approval_reason text,
    approved_at timestamptz,
    approved_by uuid,
    approval_note text,
    sent_at timestamptz,
    accept_url text,
    accept_token text,
    accepted_at timestamptz,
    accepted_by_name text,
    accepted_from text,
    rejected_at timestamptz,
    reject_reason text,
    notes text
);
SELECT make_searchable('quote', 'number', 'name');
CREATE INDEX quote_supersedes_id ON quote (supersedes_id) WHERE supersedes_id IS NOT NULL;
CREATE INDEX quote_opportunity_id ON quote (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX quote_account_id ON quote (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX quote_contact_id ON quote (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX quote_price_book_id ON quote (price_book_id) WHERE price_book_id IS NOT NULL;

CREATE TABLE currency (
    LIKE record_template INCLUDING ALL,
    code text NOT NULL,
    name text NOT NULL,
    symbol text,
    decimals bigint,
    is_base boolean,
    is_active boolean
);
SELECT make_searchable('currency', 'name');
CREATE UNIQUE INDEX currency_code_key ON currency (code) WHERE deleted_at IS NULL;

CREATE TABLE currency_rate (
    LIKE record_template INCLUDING ALL,
    currency text NOT NULL,
    date date NOT NULL,
    rate numeric(19, 10) NOT NULL
);

CREATE TABLE forecast_submission (
    LIKE record_template INCLUDING ALL,
    user_id uuid,
    period date NOT NULL,
    category text NOT NULL,
    amount numeric(19, 4) NOT NULL,
    override_of uuid,
    note text
);
CREATE INDEX forecast_submission_user_id ON forecast_submission (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX forecast_submission_override_of ON forecast_submission (override_of) WHERE override_of IS NOT NULL;

CREATE TABLE target (
    LIKE record_template INCLUDING ALL,
    name text,
    user_id uuid,
    target_team_id uuid,
    period date NOT NULL,
    amount numeric(19, 4) NOT NULL
);
CREATE INDEX target_user_id ON target (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX target_target_team_id ON target (target_team_id) WHERE target_team_id IS NOT NULL;

ALTER TABLE lead ADD CONSTRAINT lead_status_id_fkey FOREIGN KEY (status_id) REFERENCES lead_status (id);
ALTER TABLE lead ADD CONSTRAINT lead_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES lead_queue (id);
ALTER TABLE lead ADD CONSTRAINT lead_capture_form_id_fkey FOREIGN KEY (capture_form_id) REFERENCES capture_form (id);
ALTER TABLE lead ADD CONSTRAINT lead_converted_opportunity_id_fkey FOREIGN KEY (converted_opportunity_id) REFERENCES opportunity (id);
ALTER TABLE opportunity ADD CONSTRAINT opportunity_lost_reason_id_fkey FOREIGN KEY (lost_reason_id) REFERENCES lost_reason (id);
ALTER TABLE opportunity ADD CONSTRAINT opportunity_price_book_id_fkey FOREIGN KEY (price_book_id) REFERENCES price_book (id);
ALTER TABLE product ADD CONSTRAINT product_tax_rate_id_fkey FOREIGN KEY (tax_rate_id) REFERENCES tax_rate (id);

CREATE INDEX lead_owner ON lead (owner_id, id);
CREATE INDEX lead_updated ON lead (updated_at, id);
CREATE INDEX lead_tags ON lead USING gin (tags) WHERE tags <> '{}';
CREATE INDEX lead_assigned ON lead (owner_id, assigned_at) WHERE assigned_at IS NOT NULL;
CREATE INDEX lead_email ON lead (email) WHERE email IS NOT NULL;
CREATE INDEX lead_phone ON lead (regexp_replace(phone, '[^0-9]', '', 'g')) WHERE phone IS NOT NULL;
CREATE INDEX lead_mobile ON lead (regexp_replace(mobile, '[^0-9]', '', 'g')) WHERE mobile IS NOT NULL;
CREATE INDEX lead_company ON lead (company_domain, lower(last_name)) WHERE company_domain IS NOT NULL;
CREATE INDEX lead_owner_id ON lead (owner_id) WHERE deleted_at IS NULL AND status_category IN ('open', 'working');
CREATE INDEX opportunity_owner ON opportunity (owner_id, id);
CREATE INDEX opportunity_updated ON opportunity (updated_at, id);
CREATE INDEX opportunity_board ON opportunity (pipeline_id, stage_id, board_position COLLATE "C") WHERE deleted_at IS NULL;
CREATE INDEX opportunity_close_date ON opportunity (close_date) WHERE deleted_at IS NULL;
CREATE INDEX opportunity_closed_at ON opportunity (closed_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX stage_change_at ON stage_change (at);
CREATE INDEX lead_event_of_lead ON lead_event (lead_id, at);
CREATE UNIQUE INDEX currency_is_base_key ON currency (is_base) WHERE is_base AND deleted_at IS NULL;
CREATE UNIQUE INDEX pipeline_is_default_key ON pipeline (is_default) WHERE is_default AND deleted_at IS NULL;
CREATE UNIQUE INDEX lead_status_is_default_key ON lead_status (is_default) WHERE is_default AND deleted_at IS NULL;
CREATE UNIQUE INDEX price_book_is_default_key ON price_book (is_default, currency) WHERE is_default AND deleted_at IS NULL;
CREATE UNIQUE INDEX currency_rate_date_key ON currency_rate (currency, date) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX quote_number_key ON quote (number, revision);
CREATE UNIQUE INDEX quote_accept_token_key ON quote (accept_token);
CREATE UNIQUE INDEX conversion_running_key ON conversion (lead_id) WHERE finished_at IS NULL;
CREATE SEQUENCE quote_number;

-- Whose turn it is, rule by rule; counted in transactions of its own, so that no two creates wait for each other.
CREATE TABLE assignment_turn (
    rule_id uuid PRIMARY KEY,
    turn bigint NOT NULL
);

-- What a new installation begins with; all of it can be changed.
INSERT INTO lead_status (id, name, category, position, is_default, is_active) VALUES
    ('01940000-0000-7000-8000-000000000101', 'New', 'open', 1, true, true),
    ('01940000-0000-7000-8000-000000000102', 'Working', 'working', 2, false, true),
    ('01940000-0000-7000-8000-000000000103', 'Qualified', 'qualified', 3, false, true),
    ('01940000-0000-7000-8000-000000000104', 'Converted', 'converted', 4, false, true),
    ('01940000-0000-7000-8000-000000000105', 'Disqualified', 'disqualified', 5, false, true);
INSERT INTO pipeline (id, name, position, is_active, is_default, probability_mode) VALUES
    ('01940000-0000-7000-8000-000000000201', 'Sales', 1, true, true, 'stage');
INSERT INTO stage (id, pipeline_id, name, position, category, probability, forecast_category, rotting_days) VALUES
    ('01940000-0000-7000-8000-000000000301', '01940000-0000-7000-8000-000000000201', 'Prospecting', 1, 'open', 10, 'pipeline', 30),
    ('01940000-0000-7000-8000-000000000302', '01940000-0000-7000-8000-000000000201', 'Qualification', 2, 'open', 20, 'pipeline', 30),
    ('01940000-0000-7000-8000-000000000303', '01940000-0000-7000-8000-000000000201', 'Proposal', 3, 'open', 50, 'bestCase', 21),
    ('01940000-0000-7000-8000-000000000304', '01940000-0000-7000-8000-000000000201', 'Negotiation', 4, 'open', 80, 'commit', 14),
    ('01940000-0000-7000-8000-000000000305', '01940000-0000-7000-8000-000000000201', 'Won', 5, 'won', 100, 'closed', NULL),
    ('01940000-0000-7000-8000-000000000306', '01940000-0000-7000-8000-000000000201', 'Lost', 6, 'lost', 0, 'omitted', NULL);
INSERT INTO lost_reason (id, name, position, is_active) VALUES
    ('01940000-0000-7000-8000-000000000401', 'Price', 1, true),
    ('01940000-0000-7000-8000-000000000402', 'Competitor', 2, true),
    ('01940000-0000-7000-8000-000000000403', 'No budget', 3, true),
    ('01940000-0000-7000-8000-000000000404', 'No answer', 4, true);
INSERT INTO currency (id, code, name, symbol, decimals, is_base, is_active) VALUES
    ('01940000-0000-7000-8000-000000000501', 'EUR', 'Euro', '€', 2, true, true),
    ('01940000-0000-7000-8000-000000000502', 'USD', 'US dollar', '$', 2, false, true),
    ('01940000-0000-7000-8000-000000000503', 'SEK', 'Swedish krona', 'kr', 2, false, true),
    ('01940000-0000-7000-8000-000000000504', 'JPY', 'Yen', '¥', 0, false, true);
INSERT INTO conversion_field (id, lead_field, target, target_field)
SELECT ('01940000-0000-7000-8000-' || lpad(row_number() OVER ()::text, 12, '6'))::uuid, f.lead_field, f.target, f.target_field
FROM (VALUES ('companyName', 'Account', 'name'), ('website', 'Account', 'website'), ('industry', 'Account', 'industry'),
    ('employeeCount', 'Account', 'employeeCount'), ('annualRevenue', 'Account', 'annualRevenue'),
    ('currency', 'Account', 'currency'), ('source', 'Account', 'source'), ('salutation', 'Contact', 'salutation'),
    ('firstName', 'Contact', 'firstName'), ('lastName', 'Contact', 'lastName'), ('jobTitle', 'Contact', 'jobTitle'),
    ('language', 'Contact', 'language'), ('timezone', 'Contact', 'timezone'), ('doNotCall', 'Contact', 'doNotCall'),
    ('doNotMail', 'Contact', 'doNotMail'), ('consentGiven', 'Contact', 'consentGiven'),
    ('consentAt', 'Contact', 'consentAt'), ('consentText', 'Contact', 'consentText'),
    ('source', 'Contact', 'source'), ('description', 'Contact', 'description'),
    ('estimatedAmount', 'Opportunity', 'amount'), ('currency', 'Opportunity', 'currency'),
    ('source', 'Opportunity', 'source'), ('campaignId', 'Opportunity', 'campaignId'),
    ('utmSource', 'Opportunity', 'utmSource'), ('utmMedium', 'Opportunity', 'utmMedium'),
    ('utmCampaign', 'Opportunity', 'utmCampaign'), ('utmTerm', 'Opportunity', 'utmTerm'),
    ('utmContent', 'Opportunity', 'utmContent')) AS f (lead_field, target, target_field);
