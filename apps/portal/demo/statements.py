"""The statements that fill a database with documents for measuring; `filling` says in which order and with what."""

SCAFFOLD = """
CREATE TEMP TABLE fill_shape (shape int, version bigint, facts jsonb, done jsonb, held jsonb, done_steps int, held_steps int,
  done_status text, held_status text, held_name text) ON COMMIT DROP;
CREATE TEMP TABLE fill_step (shape int, place int, key int, code text, name text, duty text, outcome text, role text,
  opinion_column text, next_name text, verb text) ON COMMIT DROP;
CREATE TEMP TABLE fill_body (place int, body jsonb) ON COMMIT DROP;
"""
# who may take each step, by organ: heads of units and drafters stand so that the same number gives both the same unit
POOL = """
CREATE TEMP TABLE fill_pool ON COMMIT DROP AS
SELECT post.organ_id, coalesce(held.role, 'drafter') AS role, array_agg(post.id ORDER BY post.id) AS posts
FROM accounts_appointment AS post LEFT JOIN accounts_appointmentrole AS held ON held.appointment_id = post.id
WHERE post.organ_id = ANY(%(organs)s) AND NOT post.id = %(clerk)s GROUP BY 1, 2;
UPDATE fill_pool SET posts = posts[:cardinality(posts) / 6 * 6] WHERE role = 'drafter';
CREATE TEMP TABLE fill_post ON COMMIT DROP AS
SELECT post.id, post.person_id, person.name, post.unit_id, unit.name AS unit_name, coalesce(unit.rank_order, 0) AS unit_rank,
  concat_ws(' ', coalesce(unit.name, organ.short_name), post.post_title) AS text
FROM accounts_appointment AS post JOIN accounts_person AS person ON person.id = post.person_id
JOIN accounts_organ AS organ ON organ.id = post.organ_id LEFT JOIN accounts_internalunit AS unit ON unit.id = post.unit_id
WHERE post.organ_id = ANY(%(organs)s);
CREATE UNIQUE INDEX ON fill_post (id);
"""
# one row a document: where, when, of which shape, by whom, under which title
PLAN = """
CREATE TEMP TABLE fill_plan ON COMMIT DROP AS
SELECT told.*, organ.short_name AS organ_name, organ.full_name, organ.organ_code, shape.*,
  CASE WHEN is_open THEN held_steps ELSE done_steps END AS steps,
  coalesce(is_incoming AND large AND marks > marks_before, false) AS is_clerks,
  NOT is_open AND shape.shape = 1 AND large AND n / 10 %% 10 < 5 AS is_principals,
  CASE WHEN is_incoming THEN source ELSE organ.full_name END || '关于' || verb || topic || ending || '的' || type_name AS title,
  (SELECT posts[1 + pick %% cardinality(posts)] FROM fill_pool
    WHERE organ_id = told.organ AND role = CASE WHEN is_incoming THEN 'clerk' ELSE 'drafter' END) AS first_post
FROM (
  SELECT *, marked * place / eligible AS marks, marked * (place - 1) / eligible AS marks_before
  FROM (
    SELECT *, row_number() OVER same AS place, count(*) OVER whole AS eligible,
      least(CASE WHEN is_open THEN %(clerk_open)s ELSE %(clerk_done)s END, count(*) OVER whole) AS marked
    FROM (
      SELECT n, n %% 10 BETWEEN 3 AND 9 AS is_incoming, CASE WHEN n %% 10 < 3 THEN 0 WHEN n %% 10 < 7 THEN 1 ELSE 2 END AS kind,
        n / 10 %% 10 < 6 AS large, n > %(count)s - %(count)s / 25 AS is_open,
        (%(organs)s::bigint[])[
          CASE WHEN n / 10 %% 10 < 6 THEN 1 ELSE 2 + n / 100 %% (cardinality(%(organs)s::bigint[]) - 1) END] AS organ,
        %(begin)s::timestamptz + (%(end)s::timestamptz - %(begin)s::timestamptz) * (n::float / %(count)s) AS born,
        hashint4(n) & 2147483647 AS pick,
        CASE WHEN n %% 50 = 17 THEN 'extra_urgent' WHEN n %% 20 = 3 THEN 'urgent' ELSE '' END AS urgency,
        (%(sources)s::text[])[1 + (hashint4(n + 1) & 65535) %% cardinality(%(sources)s::text[])] AS source,
        (%(verbs)s::text[])[1 + (hashint4(n + 2) & 65535) %% cardinality(%(verbs)s::text[])] AS verb,
        (%(topics)s::text[])[
          1 + floor(cardinality(%(topics)s::text[]) * power((hashint4(n + 3) & 65535) / 65536.0, 3))::int] AS topic,
        (%(endings)s::text[])[1 + (hashint4(n + 4) & 65535) %% cardinality(%(endings)s::text[])] AS ending,
        (%(types)s::text[])[1 + (hashint4(n + 5) & 65535) %% cardinality(%(types)s::text[])] AS type,
        (%(type_names)s::text[])[1 + (hashint4(n + 5) & 65535) %% cardinality(%(types)s::text[])] AS type_name
      FROM generate_series(1, %(count)s) AS n
    ) AS numbered
    WINDOW same AS (PARTITION BY is_open, is_incoming AND large ORDER BY n), whole AS (PARTITION BY is_open, is_incoming AND large)
  ) AS placed
) AS told
JOIN accounts_organ AS organ ON organ.id = told.organ JOIN fill_shape AS shape ON shape.shape = told.kind;
"""

# who takes each step of each document
WALKED = """
FROM fill_plan AS plan JOIN fill_step AS step ON step.shape = plan.shape AND step.place <= plan.steps
JOIN fill_pool AS pool ON pool.organ_id = plan.organ AND pool.role = step.role
JOIN fill_post AS who ON who.id = CASE WHEN step.role = 'clerk' AND plan.is_clerks THEN %(clerk)s
  ELSE pool.posts[1 + plan.pick %% cardinality(pool.posts)] END
"""
# who began it
FIRST = """
FROM fill_plan AS plan JOIN fill_post AS who ON who.id = CASE WHEN plan.is_clerks THEN %(clerk)s ELSE plan.first_post END
"""
BEGAN = "plan.born + (step.place - 1) * interval '19 hours'"
ENDED = "plan.born + step.place * interval '19 hours' - interval '10 minutes'"
CLOSED = "CASE WHEN NOT plan.is_open THEN plan.born + plan.steps * interval '19 hours' END"
LAST = "plan.is_open AND step.place = plan.steps"
OWN_NUMBER = """CASE WHEN plan.is_open THEN ''
  ELSE plan.organ_code || '〔' || extract(year FROM plan.born) || '〕' || plan.n || '号' END"""
SOURCE_NUMBER = "'澜测发〔' || extract(year FROM plan.born) || '〕' || plan.n || '号'"
INDEXES = """
SELECT pg_get_indexdef(entry.indexrelid), entry.indexrelid::regclass::text FROM pg_index AS entry
WHERE entry.indrelid = ANY(%(tables)s::regclass[]) AND NOT entry.indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = entry.indexrelid)
"""
PARTS = """
INSERT INTO workflow_participation (person_id, matter_id, subject_kind, subject_id, dated_at, is_open, urgency, form)
SELECT part.person_id, card.id, card.subject_kind, card.subject_id, card.dated_at, card.closed_at IS NULL, card.urgency, card.form
FROM (SELECT matter_id, person_id FROM workflow_task WHERE matter_id > %(matters)s
  UNION SELECT matter_id, person_id FROM workflow_reading WHERE matter_id > %(matters)s) AS part
JOIN workflow_matter AS card ON card.id = part.matter_id
"""
