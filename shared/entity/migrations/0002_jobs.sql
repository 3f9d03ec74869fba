-- Jobs that change many records, and the undoing of jobs: what a job did is found in the audit trail by its id.
ALTER TABLE job ADD deleted bigint NOT NULL DEFAULT 0;
CREATE INDEX audit_entry_job ON audit_entry (request_id, record_id, id) WHERE interface IN ('import', 'job');
