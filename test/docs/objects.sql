-- Markdown tables of the extension's objects from their comments, functions first.
SET search_path = '';
WITH member AS (
	SELECT d.classid, d.objid
	FROM pg_catalog.pg_depend AS d
	JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_extension'::regclass
	WHERE e.extname = 'monitor' AND d.deptype = 'e'
), object AS (
	SELECT CASE p.prokind WHEN 'a' THEN 2 WHEN 'w' THEN 3 WHEN 'p' THEN 4 ELSE 1 END AS kind,
		p.proname::text AS name,
		p.proname || '(' || pg_catalog.pg_get_function_arguments(p.oid) || ')'
			|| CASE WHEN p.prokind = 'p' THEN '' ELSE ' → ' || pg_catalog.pg_get_function_result(p.oid) END AS signature,
		pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
	FROM member AS m JOIN pg_catalog.pg_proc AS p ON p.oid = m.objid AND m.classid = 'pg_catalog.pg_proc'::regclass
	UNION ALL
	SELECT 5, t.typname, t.typname, pg_catalog.obj_description(t.oid, 'pg_type')
	FROM member AS m JOIN pg_catalog.pg_type AS t ON t.oid = m.objid AND m.classid = 'pg_catalog.pg_type'::regclass
	LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
	WHERE t.typcategory <> 'A' AND (t.typrelid = 0 OR c.relkind = 'c')
	UNION ALL
	SELECT 6, c.relname, c.relname, pg_catalog.obj_description(c.oid, 'pg_class')
	FROM member AS m JOIN pg_catalog.pg_class AS c ON c.oid = m.objid AND m.classid = 'pg_catalog.pg_class'::regclass
	WHERE c.relkind IN ('r', 'p', 'v')
	UNION ALL
	SELECT 7, o.oprname, pg_catalog.format('%s %s %s', pg_catalog.format_type(o.oprleft, NULL), o.oprname,
		pg_catalog.format_type(o.oprright, NULL)), pg_catalog.obj_description(o.oid, 'pg_operator')
	FROM member AS m JOIN pg_catalog.pg_operator AS o ON o.oid = m.objid AND m.classid = 'pg_catalog.pg_operator'::regclass
), shown AS (
	SELECT CASE WHEN comment ~ '(^Step of |^Implementation of |ot for users|used by create_register)' THEN 8 ELSE kind END AS kind,
		name, signature, comment
	FROM object
), line AS (
	SELECT kind, 1 AS part, name COLLATE "C" AS name, signature COLLATE "C" AS signature,
		pg_catalog.format('| `%s` | %s |', pg_catalog.replace(pg_catalog.replace(signature, 'monitor.', ''), 'public.', ''),
			pg_catalog.replace(coalesce(comment, ''), '|', '\|')) AS text
	FROM shown
	UNION ALL
	SELECT DISTINCT kind, 0, '', '', pg_catalog.format(E'\n**%s**\n\n| object | what it is |\n| --- | --- |',
		(ARRAY['Functions', 'Aggregates', 'Window functions', 'Procedures', 'Types', 'Tables and views', 'Operators',
			'Used by the objects above, not for users'])[kind])
	FROM shown
)
SELECT text FROM line ORDER BY kind, part, name, signature;
