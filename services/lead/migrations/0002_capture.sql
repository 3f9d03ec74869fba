-- Forms on the web: what signs their tokens, what counts submissions, and who comes first with an address.

CREATE TABLE capture_key (key bytea NOT NULL);
INSERT INTO capture_key SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());

CREATE INDEX capture_submission_rate ON capture_submission (capture_form_id, client_address, created_at);
CREATE INDEX capture_submission_open ON capture_submission (state, created_at)
    WHERE state IN ('received', 'waiting') AND deleted_at IS NULL;

-- Two submissions with one address at the same moment see no lead of the other's. The second one to commit learns here
-- that there are not as many leads with the address as it has seen, and decides again.
CREATE FUNCTION claim_lead_address(wanted text, own uuid, seen bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('lead ' || wanted, 0));
    IF seen <> (SELECT count(*) FROM lead WHERE email = wanted AND id <> own AND deleted_at IS NULL
                AND merged_into_id IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'KT001', MESSAGE = 'another lead with this address has just been written';
    END IF;
END $$;
