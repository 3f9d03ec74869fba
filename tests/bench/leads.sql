-- A million leads as years of forms and fairs leave them (:count), of whom one in twenty is still open; ten sales people.
-- Run as administrator, once, before VACUUM ANALYZE. The ids tell bench.py that they are there.
SET search_path = lead;
BEGIN;
CREATE TEMP TABLE people AS SELECT n, ('01941f29-7c01-7000-8001-' || lpad(n::text, 12, '0'))::uuid AS id FROM generate_series(1, 10) n;
INSERT INTO lead_queue (id, created_at, created_by, updated_at, updated_by, version, name, member_ids, response_minutes)
SELECT '01941f29-7c01-7000-800b-000000000001', now(), id, now(), id, 1, 'Elsewhere', ARRAY[id::text], 60 FROM people WHERE n = 1;
INSERT INTO sales_person (id, created_at, created_by, updated_at, updated_by, version, user_id, is_active, capacity, maximum_per_day)
SELECT ('01941f29-7c01-7000-800c-' || lpad(n::text, 12, '0'))::uuid, now(), id, now(), id, 1, id, true, NULL, NULL FROM people;
INSERT INTO assignment_rule (id, created_at, created_by, updated_at, updated_by, version, name, position, is_active, filter, mode, user_ids, queue_id)
SELECT '01941f29-7c01-7000-800d-000000000001'::uuid, now(), id, now(), id, 1, 'Swedish', 1, true, 'country = "SE"', 'roundRobin',
  (SELECT array_agg(p.id::text) FROM people p WHERE n < 4), NULL::uuid FROM people WHERE n = 1
UNION ALL
SELECT '01941f29-7c01-7000-800d-000000000002', now(), id, now(), id, 1, 'Far away', 2, true, 'country IN ("AQ", "TV")', 'queue', '{}',
  '01941f29-7c01-7000-800b-000000000001' FROM people WHERE n = 1
UNION ALL
SELECT '01941f29-7c01-7000-800d-000000000003', now(), id, now(), id, 1, 'All others', 3, true, NULL, 'leastBusy',
  (SELECT array_agg(p.id::text) FROM people p WHERE n > 3), NULL FROM people WHERE n = 1;
INSERT INTO scoring_rule (id, created_at, created_by, updated_at, updated_by, version, name, position, is_active, kind, filter, points)
SELECT ('01941f29-7c01-7000-800e-' || lpad(r.n::text, 12, '0'))::uuid, now(), p.id, now(), p.id, 1, r.filter, r.n, true, 'field', r.filter, 10
FROM people p, (VALUES (1, 'jobTitle : "director"'), (2, 'country IN ("SE", "NO", "DK")'), (3, 'email : *'), (4, 'phone : *')) r (n, filter)
WHERE p.n = 1;
INSERT INTO lead (id, created_at, created_by, updated_at, updated_by, version, owner_id, display_name, first_name, last_name, job_title,
  company_name, company_domain, email, phone, country, source, status_id, status_category, score, grade, assigned_at)
SELECT ('01941f29-7c01-7000-8009-' || lpad(n::text, 12, '0'))::uuid, made, owner, made, owner, 1, owner,
  given || ' ' || family || ' ' || n, given, family || ' ' || n, 'Buyer', 'Company ' || n % 200000,
  'company-' || n % 200000 || '.example', lower(given) || '.' || n || '@company-' || n % 200000 || '.example',
  '+46 70 ' || 1000000 + n, (ARRAY['SE', 'NO', 'DK', 'DE', 'FR'])[1 + n % 5], 'Web form', s.id, s.category, n % 100, 'C', made
FROM (SELECT n, (ARRAY['Anna', 'Erik', 'Maja', 'Lars', 'Sofia', 'Nils', 'Karin', 'Olof'])[1 + n % 8] AS given,
        (ARRAY['Berg', 'Lind', 'Ek', 'Dahl', 'Holm', 'Strand', 'Nyberg'])[1 + n % 7] AS family,
        timestamptz '2022-01-01 00:00:00Z' + n * interval '2 minutes' AS made,
        ('01941f29-7c01-7000-8001-' || lpad((1 + n % 10)::text, 12, '0'))::uuid AS owner
      FROM generate_series(0, :count - 1) n) made
CROSS JOIN LATERAL (SELECT id, category FROM lead_status
                    WHERE category = CASE WHEN n % 20 = 0 THEN 'open' ELSE 'disqualified' END ORDER BY position LIMIT 1) s;
COMMIT;
